package rules.dat.read_only_test

import data.rules.dat.read_only

_words contains v.verdict if some v in read_only.verdicts

_details contains v.detail if some v in read_only.verdicts

_gaps contains gap if {
	some v in read_only.verdicts
	some gap in v.gaps
}

_estate(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {}}},
	"resources": {"store": [object.union(
		{
			"id": "r",
			"environment": "prod",
			"tier": "production",
			"attrs": {"read_only": true, "own_writers": [], "own_writers_count": 0},
			"unknown": {},
		},
		changes,
	)]},
}

_found := _estate({"attrs": {"own_writers": ["a", "b"], "own_writers_count": 2}})

test_pass_nobody if _words == {"pass"} with input as _estate({})

test_fail_somebody if {
	_words == {"fail"} with input as _found
	_details == {{"count": 2, "first": "a"}} with input as _found
}

test_unknown_not_decided if {
	hidden := _estate({"unknown": {"own_writers": ["g"], "own_writers_count": ["g"]}})
	_words == {"unknown"} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_unknown_subject if {
	_words == {"unknown"} with input as _estate({"unknown": {"read_only": ["g"]}})
}

test_not_subject if _words == set() with input as _estate({"attrs": {"read_only": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"store": [{"id": "s", "tier": null, "gaps": []}]}}
}
