package rules.qta.quota_alarms_test

import data.rules.qta.quota_alarms

_words contains v.verdict if some v in quota_alarms.verdicts

_account(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"holds_production": true, "quota_use_watched": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_watched if _words == {"pass"} with input as _account({})

test_fail_unwatched if _words.fail with input as _account({"attrs": {"quota_use_watched": false}})

test_unknown_unread if _words.unknown with input as _account({"unknown": {"quota_use_watched": ["g"]}})

test_unknown_perhaps_no_subject if {
	_words == {"unknown"} with input as _account({"unknown": {"holds_production": ["g"]}})
}

test_not_subject if _words == set() with input as _account({"attrs": {"holds_production": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}
