package rules.cst.cost_scope_test

import data.rules.cst.cost_scope

_words contains v.verdict if some v in cost_scope.verdicts

_account(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"holds_environments": true, "costs_apart": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_told_apart if _words == {"pass"} with input as _account({})

test_fail_mixed if _words.fail with input as _account({"attrs": {"costs_apart": false}})

test_unknown_unread if _words.unknown with input as _account({"unknown": {"costs_apart": ["g"]}})

test_unknown_perhaps_no_subject if {
	_words == {"unknown"} with input as _account({"unknown": {"holds_environments": ["g"]}})
}

test_not_subject if _words == set() with input as _account({"attrs": {"holds_environments": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}
