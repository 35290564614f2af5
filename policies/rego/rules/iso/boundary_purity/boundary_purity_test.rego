package rules.iso.boundary_purity_test

import data.rules.iso.boundary_purity

_words contains v.verdict if some v in boundary_purity.verdicts

_gaps contains gap if {
	some v in boundary_purity.verdicts
	some gap in v.gaps
}

_named contains name if {
	some v in boundary_purity.verdicts
	some name in v.detail.environments
}

_holding(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"claimed_by": ["prod"], "contains": ["prod"], "contains_complete": true, "mixed_in": [], "isolates": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_one_environment if _words == {"pass"} with input as _holding({})

test_pass_empty_account if _words == {"pass"} with input as _holding({"attrs": {"contains": []}})

test_pass_unassigned_with_one_environment if {
	_words == {"pass"} with input as _holding({"environment": null, "attrs": {"claimed_by": [], "contains": ["dev"]}})
}

test_fail_claimed_twice if {
	_words == {"fail"} with input as _holding({"environment": null, "attrs": {"claimed_by": ["dev", "prod"]}})
}

test_fail_foreign_contents if _words == {"fail"} with input as _holding({"attrs": {"contains": ["dev", "prod"]}})

test_fail_foreign_contents_alone if _words == {"fail"} with input as _holding({"attrs": {"contains": ["dev"]}})

test_fail_unassigned_that_mixes if {
	_words == {"fail"} with input as _holding({"environment": null, "attrs": {"contains": ["dev", "prod"]}})
}

# What was seen suffices for a fail, whatever was not seen.
test_fail_foreign_contents_in_part_unread if {
	account := _holding({"attrs": {"contains": ["dev"]}, "unknown": {"contains_complete": ["g"]}})
	_words == {"fail"} with input as account
	_gaps == set() with input as account
}

test_unknown_contents_in_part_unread if {
	account := _holding({"unknown": {"contains_complete": ["g"]}})
	_words == {"unknown"} with input as account
	_gaps == {"g"} with input as account
}

test_unknown_contents_known_to_be_incomplete if {
	_words == {"unknown"} with input as _holding({"attrs": {"contains_complete": false}})
}

test_unknown_contents_unread if _words == {"unknown"} with input as _holding({"unknown": {"contains": ["g"]}})

test_unknown_unlisted_scope if {
	scope := {"id": "aws/1/global/boundary", "tier": null, "gaps": ["g"]}
	_words == {"unknown"} with input as {"unlisted": {"boundary": [scope]}}
	_gaps == {"g"} with input as {"unlisted": {"boundary": [scope]}}
}

test_detail_names_every_environment_once if {
	_named == {"dev", "prod"} with input as _holding({"attrs": {"contains": ["dev", "prod"]}})
}

_resources contains name if {
	some v in boundary_purity.verdicts
	some name in v.detail.resources
}

_evidence contains attr if {
	some v in boundary_purity.verdicts
	some attr in v.evidence
}

test_detail_names_the_resources if {
	account := _holding({"attrs": {"contains": ["dev"], "mixed_in": ["a", "b"]}})
	_resources == {"a", "b"} with input as account
}

test_detail_names_none_where_two_claim_it if {
	_resources == set() with input as _holding({"environment": null, "attrs": {"claimed_by": ["dev", "prod"]}})
}

# That everything was seen is evidence of a pass, not of a fail.
test_evidence_of_completeness_where_it_counts if {
	"contains_complete" in _evidence with input as _holding({})
	not "contains_complete" in _evidence with input as _holding({"attrs": {"contains": ["dev"]}})
}

test_not_subject_subscription_that_groups_divide if {
	_words == set() with input as _holding({"attrs": {"isolates": false, "contains": ["dev", "prod"]}})
}

test_unknown_whether_it_counts if {
	_words == {"unknown"} with input as _holding({"unknown": {"isolates": ["g"]}})
}
