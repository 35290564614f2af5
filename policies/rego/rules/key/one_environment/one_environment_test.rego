package rules.key.one_environment_test

import data.rules.key.one_environment

_words contains v.verdict if some v in one_environment.verdicts

_key(changes) := {"resources": {"key": [object.union(
	{
		"id": "k",
		"environment": "prod",
		"tier": "production",
		"attrs": {"active": true, "used_by_environments": ["prod"]},
		"unknown": {},
	},
	changes,
)]}}

test_pass_used_by_one if _words == {"pass"} with input as _key({})

test_fail_used_by_two if _words == {"fail"} with input as _key({"attrs": {"used_by_environments": ["dev", "prod"]}})

test_unknown_users_unread if _words == {"unknown"} with input as _key({"unknown": {"used_by_environments": ["g"]}})

test_unknown_perhaps_inactive if _words == {"unknown"} with input as _key({"unknown": {"active": ["g"]}})

test_not_subject_inactive if _words == set() with input as _key({"attrs": {"active": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"secret": [{"id": "s", "tier": null, "gaps": []}]}}
}
