package rules.src.ci_subjects_test

import data.rules.src.ci_subjects

_words contains v.verdict if some v in ci_subjects.verdicts

_gaps contains gap if {
	some v in ci_subjects.verdicts
	some gap in v.gaps
}

_attrs := {
	"ci_reaches_production": true,
	"ci_environment": "prod",
	"ci_declared": true,
	"ci_undeclared": [],
}

_estate(settings, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": settings}},
	"resources": {"identity": [{
		"id": "arn:aws:iam::444444444444:role/deploy",
		"environment": null,
		"tier": null,
		"attrs": object.union(_attrs, attrs),
		"unknown": unknown,
	}]},
}

_main := {"branches": ["main"], "release_tags": null}

_any := {"ci_declared": false, "ci_undeclared": ["repo:org/app:*"]}

test_pass_declared_branch if _words == {"pass"} with input as _estate(_main, {}, {})

test_fail_any_branch if {
	found := _estate(_main, _any, {})
	_words == {"fail"} with input as found
	{v.detail | some v in ci_subjects.verdicts} == {{"accepted": "repo:org/app:*"}} with input as found
}

test_unknown_no_branch_declared if {
	silent := _estate({"branches": null, "release_tags": null}, _any, {})
	_words == {"unknown"} with input as silent
	{v.undeclared | some v in ci_subjects.verdicts} == {"environments.prod.branches"} with input as silent
}

test_pass_environment_for_production_needs_no_branch if {
	_words == {"pass"} with input as _estate({"branches": null, "release_tags": null}, {}, {})
}

test_unknown_trust_unread if {
	names := ["ci_reaches_production", "ci_environment", "ci_declared", "ci_undeclared"]
	hidden := _estate(_main, {}, {name: ["g"] | some name in names})
	_words == {"unknown"} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_not_subject_without_ci if {
	_words == set() with input as _estate(_main, {"ci_reaches_production": false}, {})
}

test_unknown_unlisted if {
	unlisted := {"unlisted": {"identity": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
	_words == {"unknown"} with input as unlisted
}
