package rules.pip.served_models_test

import data.rules.pip.served_models

_words[v.check] := v.verdict if some v in served_models.verdicts

_attrs := {
	"served": true,
	"package": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/churn/1",
	"approval": "approved",
	"evaluated": true,
	"registered_in": "222222222222",
	"registered_environment": "prod",
}

_estate(attrs, unknown) := {"resources": {"model": [{
	"id": "m",
	"environment": "prod",
	"tier": "production",
	"attrs": object.union(_attrs, attrs),
	"unknown": unknown,
}]}}

_all(word) := {"registered": word, "approved": word, "evaluated": word}

test_pass_registered_there if _words == _all("pass") with input as _estate({}, {})

test_fail_not_registered if {
	bare := {
		"package": null, "approval": null, "evaluated": null,
		"registered_in": null, "registered_environment": null,
	}
	_words == _all("fail") with input as _estate(bare, {})
}

test_fail_registered_in_development if {
	estate := _estate({"registered_environment": "dev"}, {})
	_words == {"registered": "fail", "approved": "pass", "evaluated": "pass"} with input as estate
}

test_fail_pending if {
	estate := _estate({"approval": "pending", "evaluated": false}, {})
	_words == {"registered": "pass", "approved": "fail", "evaluated": "fail"} with input as estate
}

test_unknown_registry_unread if {
	hidden := {"approval": ["g"], "evaluated": ["g"], "registered_environment": ["g"]}
	_words == _all("unknown") with input as _estate({}, hidden)
}

test_unknown_whether_served if _words == _all("unknown") with input as _estate({}, {"served": ["g"]})

test_not_subject_unserved if _words == {} with input as _estate({"served": false}, {})

test_unknown_unlisted_scope if {
	estate := {"unlisted": {"model": [{"id": "s", "tier": "production", "gaps": ["g"]}]}}
	_words == _all("unknown") with input as estate
}
