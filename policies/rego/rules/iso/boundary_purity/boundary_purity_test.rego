package rules.iso.boundary_purity_test

import data.rules.iso.boundary_purity

_account(changes) := object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"claimed_by": ["prod"], "contains": ["prod"], "contains_complete": true},
		"unknown": {},
	},
	changes,
)

_verdicts(changes) := {v.verdict |
	some v in boundary_purity.verdicts with input as {"resources": {"boundary": [_account(changes)]}}
}

test_pass_one_environment if _verdicts({}) == {"pass"}

test_pass_empty_account if _verdicts({"attrs": {"contains": []}}) == {"pass"}

test_fail_claimed_twice if _verdicts({"environment": null, "attrs": {"claimed_by": ["dev", "prod"]}}) == {"fail"}

test_fail_foreign_contents if _verdicts({"attrs": {"contains": ["dev", "prod"]}}) == {"fail"}

test_fail_foreign_contents_only if _verdicts({"attrs": {"contains": ["dev"]}}) == {"fail"}

test_fail_unassigned_that_mixes if {
	_verdicts({"environment": null, "attrs": {"claimed_by": [], "contains": ["dev", "prod"]}}) == {"fail"}
}

test_pass_unassigned_with_one_kind_of_content if {
	_verdicts({"environment": null, "attrs": {"claimed_by": [], "contains": ["dev"]}}) == {"pass"}
}

# What was seen suffices for a fail, whatever was not seen.
test_fail_foreign_contents_in_part_unread if {
	_verdicts({"attrs": {"contains": ["dev"], "contains_complete": null}, "unknown": {"contains_complete": ["g"]}}) == {"fail"}
}

test_unknown_contents_in_part_unread if {
	account := json.patch(_account({"unknown": {"contains_complete": ["g"]}}), [{"op": "remove", "path": "/attrs/contains_complete"}])
	answer := boundary_purity.verdicts with input as {"resources": {"boundary": [account]}}
	{[v.verdict, v.gaps] | some v in answer} == {["unknown", ["g"]]}
}

test_unknown_contents_known_to_be_incomplete if _verdicts({"attrs": {"contains_complete": false}}) == {"unknown"}

test_unknown_contents_unread if _verdicts({"unknown": {"contains": ["g"]}}) == {"unknown"}

test_unknown_unlisted_scope if {
	answer := boundary_purity.verdicts with input as {"unlisted": {"boundary": [{"id": "aws/1/global/boundary", "tier": null, "gaps": ["g"]}]}}
	{[v.subject, v.verdict, v.gaps] | some v in answer} == {["aws/1/global/boundary", "unknown", ["g"]]}
}

test_detail_names_every_environment_once if {
	account := _account({"attrs": {"contains": ["dev", "prod"]}})
	answer := boundary_purity.verdicts with input as {"resources": {"boundary": [account]}}
	{v.detail.environments | some v in answer} == {{"dev", "prod"}}
}
