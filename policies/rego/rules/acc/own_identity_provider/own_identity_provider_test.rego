package rules.acc.own_identity_provider_test

import data.rules.acc.own_identity_provider

_words contains [v.check, v.verdict] if some v in own_identity_provider.verdicts

_undeclared contains v.undeclared if some v in own_identity_provider.verdicts

_gaps contains gap if {
	some v in own_identity_provider.verdicts
	some gap in v.gaps
}

_estate(settings, kind, attrs, unknown) := {
	"environments": {"prod": {"tier": "production", "settings": settings}},
	"resources": {kind: [{
		"id": "r",
		"environment": "prod",
		"tier": "production",
		"attrs": attrs,
		"unknown": unknown,
	}]},
}

_declared := {"identity_providers": ["*:saml-provider/corp"]}

_provider(settings, attrs, unknown) := _estate(settings, "identity_provider", attrs, unknown)

_identity(settings, attrs, unknown) := _estate(settings, "identity", attrs, unknown)

test_pass_declared if {
	_words == {["provider", "pass"]} with input as _provider(_declared, {"declared_provider": true}, {})
}

test_fail_not_declared if {
	_words == {["provider", "fail"]} with input as _provider(_declared, {"declared_provider": false}, {})
}

test_unknown_nothing_declared if {
	silent := _provider({"identity_providers": null}, {"declared_provider": false}, {})
	_words == {["provider", "unknown"]} with input as silent
	_undeclared == {"environments.prod.identity_providers"} with input as silent
}

test_pass_trusts_declared if {
	_words == {["trust", "pass"]} with input as _identity(_declared, {"federated": ["p"], "other_providers": []}, {})
}

test_fail_trusts_another if {
	found := _identity(_declared, {"federated": ["p"], "other_providers": ["p"]}, {})
	_words == {["trust", "fail"]} with input as found
	{v.detail | some v in own_identity_provider.verdicts} == {{"provider": "p"}} with input as found
}

test_unknown_trusts_one_and_nothing_is_declared if {
	silent := _identity({"identity_providers": null}, {"federated": ["p"], "other_providers": ["p"]}, {})
	_words == {["trust", "unknown"]} with input as silent
}

test_pass_trusts_none_and_nothing_is_declared if {
	silent := _identity({"identity_providers": null}, {"federated": [], "other_providers": []}, {})
	_words == {["trust", "pass"]} with input as silent
}

test_unknown_trust_unread if {
	hidden := _identity(_declared, {}, {"federated": ["g"], "other_providers": ["g"]})
	_words == {["trust", "unknown"]} with input as hidden
	_gaps == {"g"} with input as hidden
}

test_unknown_unlisted if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	unlisted := {"unlisted": {"identity": [scope], "identity_provider": [scope]}}
	_words == {["provider", "unknown"], ["trust", "unknown"]} with input as unlisted
}
