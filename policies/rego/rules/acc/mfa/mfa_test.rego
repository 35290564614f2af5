package rules.acc.mfa_test

import data.rules.acc.mfa

_words contains [v.check, v.verdict] if some v in mfa.verdicts

_gaps(check) := {gap | some v in mfa.verdicts; v.check == check; some gap in v.gaps}

_person(attrs, unknown) := {"resources": {"person": [{
	"id": "arn:aws:iam::222222222222:user/ana",
	"environment": null,
	"tier": null,
	"attrs": object.union({"reaches_production": true, "mfa_registered": true, "mfa_demanded": true}, attrs),
	"unknown": unknown,
}]}}

test_pass_registered_and_demanded if {
	_words == {["registered", "pass"], ["demanded", "pass"]} with input as _person({}, {})
}

test_fail_not_registered if {
	_words == {["registered", "fail"], ["demanded", "pass"]} with input as _person({"mfa_registered": false}, {})
}

test_fail_not_demanded if {
	_words == {["registered", "pass"], ["demanded", "fail"]} with input as _person({"mfa_demanded": false}, {})
}

test_unknown_registration_unread if {
	unread := _person({}, {"mfa_registered": ["g"]})
	_words == {["registered", "unknown"], ["demanded", "pass"]} with input as unread
	_gaps("registered") == {"g"} with input as unread
	_gaps("demanded") == set() with input as unread
}

# Who may reach nothing is no subject that could pass.
test_unknown_reach_unknown_but_protected if {
	_words == {["registered", "unknown"], ["demanded", "unknown"]} with input as _person({}, {"reaches_production": ["g"]})
}

test_unknown_reach_unknown_and_unprotected if {
	unread := _person({"mfa_registered": false, "mfa_demanded": false}, {"reaches_production": ["g"]})
	_words == {["registered", "unknown"], ["demanded", "unknown"]} with input as unread
	_gaps("registered") == {"g"} with input as unread
}

test_not_subject_who_reaches_nothing if _words == set() with input as _person({"reaches_production": false}, {})

test_unknown_unlisted_people if {
	unlisted := {"unlisted": {"person": [{"id": "s", "tier": "nonproduction", "gaps": ["g"]}]}}
	_words == {["registered", "unknown"], ["demanded", "unknown"]} with input as unlisted
}
