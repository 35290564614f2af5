package rules.dat.inputs_test

import data.rules.dat.inputs

_words[v.check] := v.verdict if some v in inputs.verdicts

_undeclared contains key if {
	some v in inputs.verdicts
	key := v.undeclared
}

_details[v.check] := v.detail if some v in inputs.verdicts

_environments(tier, validation) := {"e": {"tier": tier, "settings": {"data": {"validation": validation}}}}

_reader(tier, changes) := object.union(
	{
		"id": "r",
		"environment": "e",
		"tier": tier,
		"attrs": {"foreign_inputs": [], "unvalidated_inputs": []},
		"unknown": {},
	},
	changes,
)

_pipeline(tier, validation, changes) := {
	"environments": _environments(tier, validation),
	"resources": {"pipeline": [_reader(tier, changes)]},
}

_job(tier, validation, changes) := {
	"environments": _environments(tier, validation),
	"resources": {"job": [_reader(tier, changes)]},
}

_passed := {"inputs": "pass", "validation": "pass"}

test_pass_own_validated_data if {
	_words == _passed with input as _pipeline("production", ["validated-*"], {})
	_words == _passed with input as _job("production", ["validated-*"], {})
}

test_fail_data_of_development if {
	estate := _job("production", ["validated-*"], {"attrs": {"foreign_inputs": ["arn:aws:s3:::dev"]}})
	_words == {"inputs": "fail", "validation": "pass"} with input as estate
	_details.inputs == {"foreign_inputs": ["arn:aws:s3:::dev"]} with input as estate
}

test_fail_no_evidence if {
	estate := _pipeline("production", ["validated-*"], {"attrs": {"unvalidated_inputs": ["b"]}})
	_words == {"inputs": "pass", "validation": "fail"} with input as estate
}

test_unknown_unread if {
	hidden := {"unknown": {"foreign_inputs": ["g"], "unvalidated_inputs": ["g"]}}
	estate := _pipeline("production", ["validated-*"], hidden)
	_words == {"inputs": "unknown", "validation": "unknown"} with input as estate
}

test_unknown_production_declares_no_evidence if {
	estate := _job("production", null, {"attrs": {"unvalidated_inputs": null}})
	_words == {"inputs": "pass", "validation": "unknown"} with input as estate
	_undeclared == {"environments.e.data.validation"} with input as estate
}

test_pass_development_declares_no_evidence if {
	estate := _job("nonproduction", null, {"attrs": {"unvalidated_inputs": null}})
	_words == _passed with input as estate
}

test_unknown_unlisted_scope if {
	estate := {"unlisted": {"job": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
	_words == {"inputs": "unknown", "validation": "unknown"} with input as estate
}
