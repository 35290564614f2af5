package rules.img.publishers_test

import data.rules.img.publishers

_words contains v.verdict if some v in publishers.verdicts

_details contains v.detail if some v in publishers.verdicts

_gaps contains gap if {
	some v in publishers.verdicts
	some gap in v.gaps
}

_estate(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {"images": {"publishers": []}}}},
	"resources": {"registry": [object.union(
		{
			"id": "r",
			"environment": "prod",
			"tier": "production",
			"attrs": {
				"serves_production": true,
				"approved_by": ["prod"],
				"undeclared_publishers": [],
				"undeclared_publishers_count": 0,
			},
			"unknown": {},
		},
		changes,
	)]},
}

_found := _estate({"attrs": {"undeclared_publishers": ["a", "b"], "undeclared_publishers_count": 2}})

test_pass_nobody if _words == {"pass"} with input as _estate({})

test_fail_somebody if {
	_words == {"fail"} with input as _found
	_details == {{"count": 2, "first": "a"}} with input as _found
}

test_unknown_not_decided if {
	hidden := _estate({"unknown": {"undeclared_publishers": ["g"], "undeclared_publishers_count": ["g"]}})
	_words == {"unknown"} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_unknown_subject if {
	_words == {"unknown"} with input as _estate({"unknown": {"serves_production": ["g"]}})
}

test_not_subject if _words == set() with input as _estate({"attrs": {"serves_production": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"registry": [{"id": "s", "tier": null, "gaps": []}]}}
}

test_unknown_undeclared if {
	silent := json.patch(_found, [{"op": "remove", "path": "/environments/prod/settings/images/publishers"}])
	_words == {"unknown"} with input as silent
	{v.undeclared | some v in publishers.verdicts} == {"environments.prod.images.publishers"} with input as silent
}
