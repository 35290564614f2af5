package rules.dat.promotion_test

import data.rules.dat.promotion

_words[v.check] := v.verdict if some v in promotion.verdicts

_undeclared contains key if {
	some v in promotion.verdicts
	key := v.undeclared
}

_estate(choice, model, store, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": {"promotion": choice}}},
	"resources": {
		"model": [{"id": "m", "environment": "prod", "tier": "production", "attrs": model, "unknown": unknown}],
		"store": [{"id": "s", "environment": "prod", "tier": "production", "attrs": store, "unknown": unknown}],
	},
}

_here := {"made_in": ["prod"], "made_here": true}

_there := {"made_in": ["dev"], "made_here": false}

_copied := {"copied_from": ["dev"]}

_own := {"copied_from": []}

test_pass_regenerated if {
	_words == {"models": "pass", "copies": "pass"} with input as _estate("regenerate", _here, _own, {})
}

test_fail_copied_though_regenerated if {
	_words == {"models": "fail", "copies": "fail"} with input as _estate("regenerate", _there, _copied, {})
}

test_pass_promoted if {
	_words == {"models": "pass", "copies": "pass"} with input as _estate("promote", _there, _copied, {})
}

test_fail_made_anew_though_promoted if {
	_words == {"models": "fail", "copies": "pass"} with input as _estate("promote", _here, _own, {})
}

test_unknown_lineage if {
	hidden := {"made_in": ["g"], "made_here": ["g"], "copied_from": ["g"]}
	estate := _estate("regenerate", {}, {}, hidden)
	_words == {"models": "unknown", "copies": "unknown"} with input as estate
}

test_unknown_undeclared if {
	estate := _estate(null, _here, _own, {})
	_words == {"models": "unknown", "copies": "unknown"} with input as estate
	_undeclared == {"environments.prod.promotion"} with input as estate
}

test_unknown_unlisted_scopes if {
	unlisted := {"unlisted": {
		"model": [{"id": "m", "tier": "production", "gaps": ["g"]}],
		"store": [{"id": "s", "tier": null, "gaps": ["g"]}],
	}}
	_words == {"models": "unknown", "copies": "unknown"} with input as unlisted
}
