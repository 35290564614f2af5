package rules.iso.own_guardrails_test

import data.rules.iso.own_guardrails

_words contains [v.check, v.verdict] if some v in own_guardrails.verdicts

_gaps contains gap if {
	some v in own_guardrails.verdicts
	some gap in v.gaps
}

_boundary(attrs, unknown) := {"resources": {"boundary": [{
	"id": "222222222222",
	"environment": "prod",
	"tier": "production",
	"attrs": object.union({"own_unit": true, "own_guardrail": true}, attrs),
	"unknown": unknown,
}]}}

test_pass_both if _words == {["unit", "pass"], ["guardrail", "pass"]} with input as _boundary({}, {})

test_fail_unit_is_shared if {
	_words == {["unit", "fail"], ["guardrail", "pass"]} with input as _boundary({"own_unit": false}, {})
}

test_fail_no_guardrail if {
	_words == {["unit", "pass"], ["guardrail", "fail"]} with input as _boundary({"own_guardrail": false}, {})
}

test_unknown_tree_unread if {
	hidden := _boundary({}, {"own_unit": ["g"], "own_guardrail": ["g"]})
	_words == {["unit", "unknown"], ["guardrail", "unknown"]} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_not_subject_control if {
	manager := {"id": "9", "environment": "ops", "tier": "control", "attrs": {}, "unknown": {}}
	_words == set() with input as {"resources": {"boundary": [manager]}}
}

test_unknown_unlisted if {
	unlisted := {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
	_words == {["unit", "unknown"], ["guardrail", "unknown"]} with input as unlisted
}
