package rules.key.use_reviewed_test

import data.rules.key.use_reviewed

_words contains v.verdict if some v in use_reviewed.verdicts

_within contains v.detail.attested_within_days if some v in use_reviewed.verdicts

_account(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {"keys": {"review_every_days": 30}}}},
	"resources": {"boundary": [object.union(
		{
			"id": "222222222222",
			"environment": "prod",
			"tier": "production",
			"attrs": {"holds_production": true, "keys_held": true, "key_use_recorded": true},
			"unknown": {},
		},
		changes,
	)]},
}

test_unknown_until_attested if {
	_words == {"unknown"} with input as _account({})
	_within == {30} with input as _account({})
}

test_pass_nothing_to_review if _words == {"pass"} with input as _account({"attrs": {"keys_held": false}})

test_fail_nothing_to_review_it_by if _words == {"fail"} with input as _account({"attrs": {"key_use_recorded": false}})

test_unknown_keys_unread if {
	_words == {"unknown"} with input as _account({"attrs": {"key_use_recorded": false}, "unknown": {"keys_held": ["g"]}})
}

test_unknown_trails_unread if _words == {"unknown"} with input as _account({"unknown": {"key_use_recorded": ["g"]}})

test_default_in_a_shared_account if {
	_within == {90} with input as _account({"environment": null, "tier": null})
}

test_not_subject_elsewhere if _words == set() with input as _account({"attrs": {"holds_production": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}
