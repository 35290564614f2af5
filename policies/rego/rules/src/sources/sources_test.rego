package rules.src.sources_test

import data.rules.src.sources

_words contains v.verdict if some v in sources.verdicts

_undeclared contains key if {
	some v in sources.verdicts
	key := v.undeclared
}

_details contains v.detail if some v in sources.verdicts

_estate(settings, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": settings}},
	"resources": {"pipeline": [{
		"id": "p",
		"environment": "prod",
		"tier": "production",
		"attrs": attrs,
		"unknown": unknown,
	}]},
}

_main := {"branches": ["main"], "release_tags": null}

test_pass_declared if _words == {"pass"} with input as _estate(_main, {"undeclared_sources": []}, {})

test_pass_declared_by_tags_alone if {
	_words == {"pass"} with input as _estate({"branches": null, "release_tags": ["v*"]}, {"undeclared_sources": []}, {})
}

test_fail_feature_branch if {
	estate := _estate(_main, {"undeclared_sources": ["models at feature/x"]}, {})
	_words == {"fail"} with input as estate
	_details == {{"undeclared_sources": ["models at feature/x"]}} with input as estate
}

test_unknown_default_branch if {
	_words == {"unknown"} with input as _estate(_main, {}, {"undeclared_sources": []})
}

test_unknown_undeclared if {
	estate := _estate({"branches": null, "release_tags": null}, {"undeclared_sources": null}, {})
	_words == {"unknown"} with input as estate
	_undeclared == {"environments.prod.branches"} with input as estate
}

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"pipeline": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
}
