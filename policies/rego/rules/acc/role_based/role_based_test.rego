package rules.acc.role_based_test

import data.rules.acc.role_based

_words contains [v.check, v.verdict] if some v in role_based.verdicts

_undeclared contains key if {
	some v in role_based.verdicts
	some name, key in v
	name == "undeclared"
}

_gaps contains gap if {
	some v in role_based.verdicts
	some gap in v.gaps
}

_attrs := {"granted": true, "administrator": false, "break_glass": false, "direct_grants": []}

_estate(settings, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": settings}},
	"resources": {"identity": [{
		"id": "arn:aws:iam::222222222222:role/ops",
		"environment": "prod",
		"tier": "production",
		"attrs": object.union(_attrs, attrs),
		"unknown": unknown,
	}]},
}

_declared := {"administrators": ["ana"]}

_assigned(type, attrs) := {
	"environments": {"prod": {"tier": "production", "settings": _declared}},
	"resources": {"assignment": [{
		"id": "a",
		"environment": "prod",
		"tier": "production",
		"attrs": object.union({"principal_type": type, "granted": false}, attrs),
		"unknown": {},
	}]},
}

test_pass_no_administrator if {
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as _estate({"administrators": null}, {}, {})
}

test_pass_break_glass if {
	declared := _estate(_declared, {"administrator": true, "break_glass": true}, {})
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as declared
}

test_pass_root_was_given_nothing if {
	root := _estate(_declared, {"granted": false, "administrator": true}, {})
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as root
}

test_fail_undeclared_administrator if {
	found := _estate(_declared, {"administrator": true}, {})
	_words == {["administrator", "fail"], ["direct", "pass"]} with input as found
}

test_fail_direct_grant if {
	found := _estate(_declared, {"direct_grants": ["inline policy x"]}, {})
	_words == {["administrator", "pass"], ["direct", "fail"]} with input as found
	{v.detail | some v in role_based.verdicts; v.verdict == "fail"} == {{"grant": "inline policy x"}} with input as found
}

test_fail_assignment_to_one_person if {
	_words == {["administrator", "pass"], ["direct", "fail"]} with input as _assigned("person", {})
}

test_pass_assignment_to_a_group if {
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as _assigned("people_group", {})
}

test_pass_assignment_to_an_identity if {
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as _assigned("identity", {})
}

test_fail_assignment_of_full_rights if {
	full := _assigned("people_group", {"granted": true, "administrator": true, "break_glass": false})
	_words == {["administrator", "fail"], ["direct", "pass"]} with input as full
}

test_pass_assignment_to_whom_is_declared if {
	full := _assigned("people_group", {"granted": true, "administrator": true, "break_glass": true})
	_words == {["administrator", "pass"], ["direct", "pass"]} with input as full
}

test_unknown_assignment_of_a_role_that_was_not_read if {
	hidden := _assigned("people_group", {"granted": true, "break_glass": false})
	_words == {["administrator", "unknown"], ["direct", "pass"]} with input as hidden
}

test_unknown_nothing_declared if {
	silent := _estate({"administrators": null}, {"administrator": true}, {})
	_words == {["administrator", "unknown"], ["direct", "pass"]} with input as silent
	_undeclared == {"environments.prod.administrators"} with input as silent
}

test_unknown_rights_unread if {
	hidden := _estate(_declared, {}, {"administrator": ["g"], "direct_grants": ["h"]})
	_words == {["administrator", "unknown"], ["direct", "unknown"]} with input as hidden
	_gaps == {"g", "h"} with input as hidden
}

test_unknown_unlisted if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	unlisted := {"unlisted": {"identity": [scope], "assignment": [{"id": "t", "tier": null, "gaps": ["g"]}]}}
	_words == {["administrator", "unknown"], ["direct", "unknown"]} with input as unlisted
}
