package rules.key.plain_secrets_test

import data.rules.key.plain_secrets

_words(check) := {v.verdict | some v in plain_secrets.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"workload": {"plain_secrets": []},
	"instance": {"user_data_secret": false},
	"node_pool": {"user_data_secret": false},
	"secret": {"secure": true},
}

# One thing of a kind, changed: some attributes differ, some are not known, and what is around it.
_input(kind, attrs, unknown, around) := {
	"environments": {"prod": {"settings": object.get(around, "settings", {})}},
	"resources": {kind: [{
		"id": "x",
		"name": object.get(around, "name", "db-password"),
		"environment": "prod",
		"tier": object.get(around, "tier", "production"),
		"attrs": object.remove(object.union(_sound[kind], attrs), unknown),
		"unknown": {attr: ["g"] | some attr in unknown},
	}]},
}

test_pass_clean_settings if {
	_words("settings") == {"pass"} with input as _input("workload", {}, [], {})
}

test_fail_secret_in_settings if {
	_words("settings") == {"fail"} with input as _input("workload", {"plain_secrets": ["DB_PASSWORD"]}, [], {})
}

test_unknown_settings_unread if {
	_words("settings") == {"unknown"} with input as _input("workload", {}, ["plain_secrets"], {})
}

test_pass_clean_script if {
	_words("user_data") == {"pass"} with input as _input("instance", {}, [], {})
}

test_pass_the_template_tells if {
	_words("user_data") == {"pass"} with input as _input("instance", {"user_data_secret": null}, [], {})
}

test_fail_secret_in_template if {
	_words("user_data") == {"fail"} with input as _input("node_pool", {"user_data_secret": true}, [], {})
}

test_unknown_script_unread if {
	_words("user_data") == {"unknown"} with input as _input("instance", {}, ["user_data_secret"], {})
}

test_pass_encrypted_parameter if {
	_words("parameters") == {"pass"} with input as _input("secret", {}, [], {})
}

test_pass_plain_parameter_that_is_no_secret if {
	_words("parameters") == {"pass"} with input as _input("secret", {"secure": false}, [], {"name": "/ml/stage"})
}

test_fail_plain_parameter if {
	_words("parameters") == {"fail"} with input as _input("secret", {"secure": false}, [], {})
}

test_unknown_parameter_unread if {
	_words("parameters") == {"unknown"} with input as _input("secret", {}, ["secure"], {})
}

test_not_subject_development if {
	_words("settings") == set() with input as _input("workload", {}, [], {"tier": "nonproduction"})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_parameters if {
	_words("parameters") == {"unknown"} with input as _unlisted("secret", "production")
}

test_unknown_unlisted_settings if {
	_words("settings") == {"unknown"} with input as _unlisted("workload", "production")
}

test_unknown_unlisted_user_data if {
	_words("user_data") == {"unknown"} with input as _unlisted("instance", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("parameters") == set() with input as _unlisted("secret", "control")
}
