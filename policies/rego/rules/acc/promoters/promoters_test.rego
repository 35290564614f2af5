package rules.acc.promoters_test

import data.rules.acc.promoters

_words[v.check] contains v.verdict if some v in promoters.verdicts

_subjects contains [v.check, v.subject] if some v in promoters.verdicts

_details contains v.detail if some v in promoters.verdicts

_all(word) := {check: {word} | some check in ["code", "data", "models"]}

_thing(kind, changes) := object.union(
	{
		"id": concat("-", ["r", kind]),
		"environment": "prod",
		"tier": "production",
		"attrs": {"undeclared_promoters": [], "undeclared_promoters_count": 0},
		"unknown": {},
	},
	changes,
)

_estate(changes) := {
	"environments": {"prod": {"tier": "production", "settings": {"promoters": []}}},
	"resources": {
		"store": [_thing("store", changes)],
		"model": [_thing("model", changes)],
		"pipeline": [_thing("pipeline", changes)],
		"registry": [_thing("registry", changes)],
	},
}

_found := _estate({"attrs": {"undeclared_promoters": ["a", "b"], "undeclared_promoters_count": 2}})

test_pass_nobody if {
	_words == _all("pass") with input as _estate({})
	count(_subjects) == 4 with input as _estate({})
}

test_fail_somebody if {
	_words == _all("fail") with input as _found
	_details == {{"count": 2, "first": "a"}} with input as _found
}

test_unknown_not_decided if {
	hidden := _estate({"unknown": {"undeclared_promoters": ["g"], "undeclared_promoters_count": ["g"]}})
	_words == _all("unknown") with input as hidden
}

test_unknown_undeclared if {
	silent := json.patch(_found, [{"op": "remove", "path": "/environments/prod/settings/promoters"}])
	_words == _all("unknown") with input as silent
	{v.undeclared | some v in promoters.verdicts} == {"environments.prod.promoters"} with input as silent
}

test_not_subject_outside_of_production if {
	count(_subjects) == 0 with input as _estate({"tier": "nonproduction", "environment": "dev"})
}

test_unknown_unlisted_scope if {
	_words == _all("unknown") with input as {"unlisted": {
		"store": [{"id": "s-store", "tier": null, "gaps": []}],
		"model": [{"id": "s-model", "tier": null, "gaps": []}],
		"pipeline": [{"id": "s-pipeline", "tier": null, "gaps": []}],
		"registry": [{"id": "s-registry", "tier": null, "gaps": []}],
	}}
}
