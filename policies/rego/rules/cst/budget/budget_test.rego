package rules.cst.budget_test

import data.rules.cst.budget

_words contains v.verdict if some v in budget.verdicts

_account(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"holds_environments": true, "budgeted": true, "budget_alerts": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_budgeted if _words == {"pass"} with input as _account({})

test_fail_no_budget if _words.fail with input as _account({"attrs": {"budgeted": false}})

test_unknown_unread if _words.unknown with input as _account({"unknown": {"budgeted": ["g"]}})

test_unknown_perhaps_no_subject if {
	_words == {"unknown"} with input as _account({"unknown": {"holds_environments": ["g"]}})
}

test_not_subject if _words == set() with input as _account({"attrs": {"holds_environments": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}
