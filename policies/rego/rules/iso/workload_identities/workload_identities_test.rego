package rules.iso.workload_identities_test

import data.rules.iso.workload_identities

_words(check) := {v.verdict | some v in workload_identities.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"identity": {"workload_identity": true, "used_by_environments": ["prod"]},
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

test_pass_one_environment if {
	_words("one_environment") == {"pass"} with input as _input("identity", {}, [], {})
}

test_pass_workloads_without_an_environment if {
	_words("one_environment") == {"pass"} with input as _input("identity", {"used_by_environments": []}, [], {})
}

test_fail_two_environments if {
	attrs := {"used_by_environments": ["dev", "prod"]}
	_words("one_environment") == {"fail"} with input as _input("identity", attrs, [], {})
}

test_unknown_use_undecided if {
	_words("one_environment") == {"unknown"} with input as _input("identity", {}, ["used_by_environments"], {})
}

test_unknown_perhaps_used_by_nobody if {
	_words("one_environment") == {"unknown"} with input as _input("identity", {}, ["workload_identity"], {})
}

test_not_subject_used_by_nobody if {
	_words("one_environment") == set() with input as _input("identity", {"workload_identity": false}, [], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_one_environment if {
	_words("one_environment") == {"unknown"} with input as _unlisted("identity", "production")
}
