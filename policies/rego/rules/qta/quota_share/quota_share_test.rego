package rules.qta.quota_share_test

import data.rules.qta.quota_share

_words contains v.verdict if some v in quota_share.verdicts

_account(share, changes) := {
	"environments": {
		"prod": {"tier": "production", "settings": {"quotas": {"share": null}}},
		"dev": {"tier": "nonproduction", "settings": {"quotas": {"share": share}}},
	},
	"resources": {"boundary": [object.union(
		{
			"id": "333333333333",
			"environment": null,
			"tier": null,
			"attrs": {"holds_production": true, "shared": true, "environments": ["dev", "prod"]},
			"unknown": {},
		},
		changes,
	)]},
}

test_pass_alone if _words == {"pass"} with input as _account(null, {"attrs": {"shared": false}})

test_fail_nothing_holds_it_to_a_share if _words == {"fail"} with input as _account(40, {})

test_pass_all_of_it_is_allowed if _words == {"pass"} with input as _account(100, {})

test_unknown_undeclared if _words == {"unknown"} with input as _account(null, {})

test_unknown_contents_unread if _words == {"unknown"} with input as _account(40, {"unknown": {"shared": ["g"]}})

test_not_subject_without_production if {
	_words == set() with input as _account(40, {"attrs": {"holds_production": false}})
}

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}
