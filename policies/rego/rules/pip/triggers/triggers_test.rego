package rules.pip.triggers_test

import data.rules.pip.triggers

_words[v.check] := v.verdict if some v in triggers.verdicts

_undeclared[v.check] := key if {
	some v in triggers.verdicts
	key := v.undeclared
}

_details[v.check] := v.detail if some v in triggers.verdicts

_declared := {"triggers": ["release", "schedule"], "launchers": ["cara"]}

_attrs := {"undeclared_triggers": [], "undeclared_launchers": [], "undeclared_launchers_count": 0}

_estate(settings, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": settings}},
	"resources": {"pipeline": [{
		"id": "p",
		"environment": "prod",
		"tier": "production",
		"attrs": object.union(_attrs, attrs),
		"unknown": unknown,
	}]},
}

test_pass_declared_route if {
	_words == {"triggers": "pass", "by_hand": "pass"} with input as _estate(_declared, {}, {})
}

test_fail_merge if {
	estate := _estate(_declared, {"undeclared_triggers": ["merge"]}, {})
	_words == {"triggers": "fail", "by_hand": "pass"} with input as estate
	_details.triggers == {"undeclared_triggers": ["merge"]} with input as estate
}

test_fail_by_hand if {
	estate := _estate(_declared, {"undeclared_launchers": ["dev"], "undeclared_launchers_count": 1}, {})
	_words == {"triggers": "pass", "by_hand": "fail"} with input as estate
	_details.by_hand == {"count": 1, "first": "dev"} with input as estate
}

test_pass_by_hand_where_that_is_declared if {
	estate := _estate({"triggers": ["manual"], "launchers": null}, {"undeclared_launchers": null}, {})
	_words == {"triggers": "pass", "by_hand": "pass"} with input as estate
}

test_unknown_hidden if {
	hidden := {"undeclared_triggers": ["g"], "undeclared_launchers": ["g"]}
	_words == {"triggers": "unknown", "by_hand": "unknown"} with input as _estate(_declared, {}, hidden)
}

test_unknown_undeclared if {
	estate := _estate({"triggers": null, "launchers": null}, {"undeclared_triggers": null}, {})
	_words == {"triggers": "unknown", "by_hand": "unknown"} with input as estate
	_undeclared.triggers == "environments.prod.triggers" with input as estate
	_undeclared.by_hand == "environments.prod.launchers" with input as estate
}

test_unknown_unlisted_scope if {
	estate := {"unlisted": {"pipeline": [{"id": "s", "tier": "production", "gaps": ["g"]}]}}
	_words == {"triggers": "unknown", "by_hand": "unknown"} with input as estate
}
