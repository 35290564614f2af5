package rules.key.use_recorded_test

import data.rules.key.use_recorded

_words[v.check] contains v.verdict if some v in use_recorded.verdicts

_account(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"tier": null,
		"attrs": {"holds_production": true, "key_use_recorded": true, "key_use_kept": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_recorded_and_kept if _words == {"recorded": {"pass"}, "kept": {"pass"}} with input as _account({})

test_fail_not_kept if {
	_words == {"recorded": {"pass"}, "kept": {"fail"}} with input as _account({"attrs": {"key_use_kept": false}})
}

test_fail_not_recorded if {
	_words.recorded == {"fail"} with input as _account({"attrs": {"key_use_recorded": false}})
}

test_unknown_trails_unread if {
	_words.recorded == {"unknown"} with input as _account({"unknown": {"key_use_recorded": ["g"]}})
}

test_unknown_perhaps_production if {
	_words.recorded == {"unknown"} with input as _account({"unknown": {"holds_production": ["g"]}})
}

test_not_subject_elsewhere if {
	count(use_recorded.verdicts) == 0 with input as _account({"attrs": {"holds_production": false}})
}

test_unknown_unlisted_scope if {
	scope := {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
	_words == {"recorded": {"unknown"}, "kept": {"unknown"}} with input as scope
}
