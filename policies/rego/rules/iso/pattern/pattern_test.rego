package rules.iso.pattern_test

import data.rules.iso.pattern

_words contains v.verdict if some v in pattern.verdicts

_gaps contains gap if {
	some v in pattern.verdicts
	some gap in v.gaps
}

_estate(declared, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": {"pattern": declared}}},
	"resources": {"boundary": [{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": object.union({"holds_environment": true, "pattern_shown": "accounts"}, attrs),
		"unknown": unknown,
	}]},
}

test_pass_accounts if _words == {"pass"} with input as _estate("accounts", {}, {})

test_fail_mixed if {
	mixed := _estate("accounts", {"pattern_shown": "mixed"}, {})
	_words == {"fail"} with input as mixed
	{v.detail | some v in pattern.verdicts} == {{"shown": "mixed", "declared": "accounts"}} with input as mixed
}

test_fail_another_pattern_is_declared if _words == {"fail"} with input as _estate("namespaces", {}, {})

test_unknown_shared_for_a_finer_pattern if {
	_words == {"unknown"} with input as _estate("namespaces", {"pattern_shown": "mixed"}, {})
}

test_pass_resource_group_of_one_environment if {
	_words == {"pass"} with input as _estate("resource_groups", {"pattern_shown": "resource_groups"}, {})
}

test_fail_resource_group_of_two if {
	_words == {"fail"} with input as _estate("resource_groups", {"pattern_shown": "none"}, {})
}

test_unknown_finer_pattern_unread if {
	_words == {"unknown"} with input as _estate("resource_groups", {}, {"pattern_shown": ["g"]})
}

test_unknown_tags_unread if {
	hidden := _estate("accounts", {}, {"pattern_shown": ["g"]})
	_words == {"unknown"} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_not_subject_without_environment if {
	_words == set() with input as _estate("accounts", {"holds_environment": false}, {})
}

test_unknown_unlisted if {
	unlisted := {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
	_words == {"unknown"} with input as unlisted
}
