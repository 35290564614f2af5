package rules.hrd.network_logs_test

import data.rules.hrd.network_logs

_words contains v.verdict if some v in network_logs.verdicts

_network(changes) := {"resources": {"network": [object.union(
	{
		"id": "network-1",
		"environment": "prod",
		"tier": "production",
		"attrs": {"used": true, "flow_logged": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_logged if _words == {"pass"} with input as _network({})

test_fail_not_logged if _words == {"fail"} with input as _network({"attrs": {"flow_logged": false}})

test_unknown_unread if _words == {"unknown"} with input as _network({"unknown": {"flow_logged": ["g"]}})

test_unknown_whether_it_is_used if _words == {"unknown"} with input as _network({"unknown": {"used": ["g"]}})

test_not_subject_unused if _words == set() with input as _network({"attrs": {"used": false, "flow_logged": false}})

test_unknown_unlisted_scope if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	_words == {"unknown"} with input as {"unlisted": {"network": [scope]}}
}

test_not_subject_outside_production if _words == set() with input as _network({"tier": "nonproduction"})

_account(changes) := {"resources": {"boundary": [object.union(
	{
		"id": "222222222222",
		"environment": "prod",
		"tier": "production",
		"attrs": {"used": true, "calls_recorded": true},
		"unknown": {},
	},
	changes,
)]}}

test_pass_trail if _words == {"pass"} with input as _account({})

test_fail_no_trail if _words == {"fail"} with input as _account({"attrs": {"calls_recorded": false}})

test_unknown_trails_unread if _words == {"unknown"} with input as _account({"unknown": {"calls_recorded": ["g"]}})
