package rules.acc.strictness_test

import data.rules.acc.strictness

_words contains [v.check, v.verdict] if some v in strictness.verdicts

_gaps contains gap if {
	some v in strictness.verdicts
	some gap in v.gaps
}

_item(id, attrs, unknown) := {
	"id": id,
	"environment": "prod",
	"tier": "production",
	"attrs": attrs,
	"unknown": unknown,
}

_estate(others, used, unknown) := {"resources": {
	"password_policy": [_item("p", {"less_strict_than": others}, unknown)],
	"identity": [_item("i", {"less_strict_than": others}, unknown)],
	"assignment": [_item("a", {"less_strict_than": others}, unknown)],
	"person": [_item("h", {"weaker_factor_than": others}, unknown)],
	"boundary": [_item("b", {"root_used": used}, unknown)],
}}

_checks := {"passwords", "sessions", "factors", "root"}

test_pass_as_strict if _words == {[check, "pass"] | some check in _checks} with input as _estate([], false, {})

test_fail_laxer if {
	found := _estate(["dev"], true, {})
	_words == {[check, "fail"] | some check in _checks} with input as found
	{v.detail | some v in strictness.verdicts; v.check != "root"} == {{"environment": "dev"}} with input as found
}

test_unknown_unread if {
	hidden := _estate([], false, {"less_strict_than": ["g"], "weaker_factor_than": ["g"], "root_used": ["h"]})
	_words == {[check, "unknown"] | some check in _checks} with input as hidden
	_gaps == {"g", "h"} with input as hidden
}

test_unknown_unlisted if {
	scope := {"id": "s", "tier": null, "gaps": ["g"]}
	kinds := ["password_policy", "identity", "assignment", "person", "boundary"]
	unlisted := {"unlisted": {kind: [scope] | some kind in kinds}}
	_words == {[check, "unknown"] | some check in _checks} with input as unlisted
}

test_not_subject_elsewhere if {
	elsewhere := {"resources": {"identity": [object.union(_item("i", {}, {}), {"tier": "nonproduction"})]}}
	_words == set() with input as elsewhere
}
