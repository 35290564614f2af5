package rules.key.readers_test

import data.rules.key.readers

_words contains v.verdict if some v in readers.verdicts

_details contains v.detail if some v in readers.verdicts

_gaps contains gap if {
	some v in readers.verdicts
	some gap in v.gaps
}

_estate(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {"keys": {"readers": []}}}},
	"resources": {"secret": [object.union(
		{
			"id": "r",
			"environment": "prod",
			"tier": "production",
			"attrs": {"active": true, "undeclared_readers": [], "undeclared_readers_count": 0},
			"unknown": {},
		},
		changes,
	)]},
}

_found := _estate({"attrs": {"undeclared_readers": ["a", "b"], "undeclared_readers_count": 2}})

test_pass_nobody if _words == {"pass"} with input as _estate({})

test_fail_somebody if {
	_words == {"fail"} with input as _found
	_details == {{"count": 2, "first": "a"}} with input as _found
}

test_unknown_not_decided if {
	hidden := _estate({"unknown": {"undeclared_readers": ["g"], "undeclared_readers_count": ["g"]}})
	_words == {"unknown"} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_unknown_subject if {
	_words == {"unknown"} with input as _estate({"unknown": {"active": ["g"]}})
}

test_not_subject if _words == set() with input as _estate({"attrs": {"active": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"secret": [{"id": "s", "tier": null, "gaps": []}]}}
}

test_unknown_undeclared if {
	silent := json.patch(_found, [{"op": "remove", "path": "/environments/prod/settings/keys/readers"}])
	_words == {"unknown"} with input as silent
	{v.undeclared | some v in readers.verdicts} == {"environments.prod.keys.readers"} with input as silent
}
