package rules.acc.production_writers_test

import data.rules.acc.production_writers

_words contains [v.check, v.verdict] if some v in production_writers.verdicts

_undeclared contains key if {
	some v in production_writers.verdicts
	some name, key in v
	name == "undeclared"
}

_details contains v.detail if {
	some v in production_writers.verdicts
	v.verdict == "fail"
}

_gaps contains gap if {
	some v in production_writers.verdicts
	some gap in v.gaps
}

_attrs := {
	"writes_production": true,
	"writes": ["prod"],
	"declared_writer": true,
	"distinct_writer": true,
	"overlaps": [],
}

_estate(settings, attrs, unknown) := {
	"environments": {
		"dev": {"tier": "nonproduction", "settings": {"people": null}},
		"prod": {"tier": "production", "settings": settings},
	},
	"resources": {"person": [{
		"id": "arn:aws:identitystore:::user/ana",
		"environment": null,
		"tier": null,
		"attrs": object.union(_attrs, attrs),
		"unknown": unknown,
	}]},
}

_declared := {"people": ["ana"]}

test_pass_declared_and_distinct if {
	_words == {["declared", "pass"], ["distinct", "pass"]} with input as _estate(_declared, {}, {})
}

test_fail_not_declared if {
	found := _estate(_declared, {"declared_writer": false}, {})
	_words == {["declared", "fail"], ["distinct", "pass"]} with input as found
}

test_fail_two_environments if {
	found := _estate(_declared, {"distinct_writer": false, "writes": ["dev", "prod"], "overlaps": ["dev"]}, {})
	_words == {["declared", "pass"], ["distinct", "fail"]} with input as found
	_details == {{"environments": "dev"}} with input as found
}

test_unknown_undeclared if {
	silent := _estate({"people": null}, {}, {})
	_words == {["declared", "unknown"], ["distinct", "pass"]} with input as silent
	_undeclared == {"environments.prod.people"} with input as silent
}

test_unknown_whether_they_change_production if {
	hidden := _estate(_declared, {}, {"writes_production": ["g"], "writes": ["g"]})
	_words == {["declared", "unknown"], ["distinct", "unknown"]} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_not_subject_who_changes_nothing if {
	_words == set() with input as _estate(_declared, {"writes_production": false}, {})
}

test_unknown_unlisted_people if {
	unlisted := {"unlisted": {"person": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
	_words == {["declared", "unknown"], ["distinct", "unknown"]} with input as unlisted
}
