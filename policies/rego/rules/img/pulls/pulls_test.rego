package rules.img.pulls_test

import data.rules.img.pulls

_words[v.check] := v.verdict if some v in pulls.verdicts

_details contains v.detail if some v in pulls.verdicts

_registry(changes) := {"resources": {"registry": [object.union(
	{
		"id": "r",
		"environment": null,
		"tier": null,
		"attrs": {"serves_production": true, "public": false, "undeclared_pullers": []},
		"unknown": {},
	},
	changes,
)]}}

test_pass_closed if _words == {"public": "pass", "pulls": "pass"} with input as _registry({})

test_fail_public if {
	_words == {"public": "fail", "pulls": "pass"} with input as _registry({"attrs": {"public": true}})
}

test_fail_pulled if {
	pulled := _registry({"attrs": {"undeclared_pullers": ["dev", "test"]}})
	_words == {"public": "pass", "pulls": "fail"} with input as pulled
	{"environments": "dev, test"} in _details with input as pulled
}

test_unknown_policy_unread if {
	unread := _registry({"unknown": {"public": ["g"], "undeclared_pullers": ["g"]}})
	_words == {"public": "unknown", "pulls": "unknown"} with input as unread
}

test_not_subject if _words == {} with input as _registry({"attrs": {"serves_production": false}})

test_unknown_unlisted_scope if {
	unlisted := {"unlisted": {"registry": [{"id": "s", "tier": "production", "gaps": []}]}}
	_words == {"public": "unknown", "pulls": "unknown"} with input as unlisted
}
