package rules.acc.launchers_test

import data.rules.acc.launchers

_words[v.check] contains v.verdict if some v in launchers.verdicts

_subjects contains [v.check, v.subject] if some v in launchers.verdicts

_details contains v.detail if some v in launchers.verdicts

_all(word) := {check: {word} | some check in ["launch", "schedule"]}

_thing(kind, changes) := object.union(
	{
		"id": concat("-", ["r", kind]),
		"environment": "prod",
		"tier": "production",
		"attrs": {"undeclared_launchers": [], "undeclared_launchers_count": 0},
		"unknown": {},
	},
	changes,
)

_estate(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {"launchers": []}}},
	"resources": {
		"pipeline": [_thing("pipeline", changes)],
		"schedule": [_thing("schedule", changes)],
	},
}

_found := _estate({"attrs": {"undeclared_launchers": ["a", "b"], "undeclared_launchers_count": 2}})

test_pass_nobody if {
	_words == _all("pass") with input as _estate({})
	count(_subjects) == 2 with input as _estate({})
}

test_fail_somebody if {
	_words == _all("fail") with input as _found
	_details == {{"count": 2, "first": "a"}} with input as _found
}

test_unknown_not_decided if {
	hidden := _estate({"unknown": {"undeclared_launchers": ["g"], "undeclared_launchers_count": ["g"]}})
	_words == _all("unknown") with input as hidden
}

test_unknown_undeclared if {
	silent := json.patch(_found, [{"op": "remove", "path": "/environments/prod/settings/launchers"}])
	_words == _all("unknown") with input as silent
	{v.undeclared | some v in launchers.verdicts} == {"environments.prod.launchers"} with input as silent
}

test_not_subject_outside_of_production if {
	count(_subjects) == 0 with input as _estate({"tier": "nonproduction", "environment": "dev"})
}

test_unknown_unlisted_scope if {
	_words == _all("unknown") with input as {"unlisted": {
		"pipeline": [{"id": "s-pipeline", "tier": null, "gaps": []}],
		"schedule": [{"id": "s-schedule", "tier": null, "gaps": []}],
	}}
}
