package rules.img.registry_scanning_test

import data.rules.img.registry_scanning

_words contains v.verdict if some v in registry_scanning.verdicts

_registry(changes) := {"resources": {"registry": [object.union(
	{
		"id": "arn:aws:ecr:eu-west-1:222222222222:repository/models",
		"environment": "prod",
		"tier": "production",
		"attrs": {"scanning": "on_push"},
		"unknown": {},
	},
	changes,
)]}}

test_pass_scan_on_push if _words == {"pass"} with input as _registry({})

test_pass_continuous if _words == {"pass"} with input as _registry({"attrs": {"scanning": "continuous"}})

test_fail_no_scanning if _words == {"fail"} with input as _registry({"attrs": {"scanning": "none"}})

test_fail_word_nobody_knows if _words == {"fail"} with input as _registry({"attrs": {"scanning": "manual"}})

test_unknown_configuration_unread if _words == {"unknown"} with input as _registry({"unknown": {"scanning": ["g"]}})

test_unknown_unlisted_scope_of_production if {
	_words == {"unknown"} with input as {"unlisted": {"registry": [{"id": "s", "tier": "production", "gaps": ["g"]}]}}
}

test_unknown_unlisted_scope_of_nobody if {
	_words == {"unknown"} with input as {"unlisted": {"registry": [{"id": "s", "tier": null, "gaps": ["g"]}]}}
}

test_not_subject_unlisted_scope_of_development if {
	_words == set() with input as {"unlisted": {"registry": [{"id": "s", "tier": "nonproduction", "gaps": ["g"]}]}}
}

test_not_subject_registry_of_development if _words == set() with input as _registry({"tier": "nonproduction"})

test_not_subject_registry_of_nobody if _words == set() with input as _registry({"tier": null})
