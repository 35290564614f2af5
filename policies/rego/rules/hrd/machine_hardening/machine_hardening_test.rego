package rules.hrd.machine_hardening_test

import data.rules.hrd.machine_hardening

_words(check) := {v.verdict | some v in machine_hardening.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"instance": {"own": true, "metadata_service": "required", "boot": "verified"},
	"node_pool": {"own": true, "metadata_service": "disabled", "boot": null},
	"workload": {"own": true, "metadata_service": null, "privileged": false, "host_namespaces": []},
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

test_pass_tokens_required if {
	_words("metadata") == {"pass"} with input as _input("instance", {}, [], {})
}

test_pass_no_metadata_service if {
	_words("metadata") == {"pass"} with input as _input("node_pool", {}, [], {})
}

test_pass_none_to_protect if {
	_words("metadata") == {"pass"} with input as _input("workload", {}, [], {})
}

test_fail_tokens_optional if {
	_words("metadata") == {"fail"} with input as _input("instance", {"metadata_service": "optional"}, [], {})
}

test_fail_notebook if {
	_words("metadata") == {"fail"} with input as _input("workload", {"metadata_service": "optional"}, [], {})
}

test_unknown_template_unread if {
	_words("metadata") == {"unknown"} with input as _input("node_pool", {}, ["metadata_service"], {})
}

test_pass_signed_code_alone if {
	_words("boot") == {"pass"} with input as _input("instance", {}, [], {})
}

test_pass_nothing_to_choose if {
	_words("boot") == {"pass"} with input as _input("node_pool", {}, [], {})
}

test_fail_unsigned_code if {
	_words("boot") == {"fail"} with input as _input("node_pool", {"boot": "unverified"}, [], {})
}

test_unknown_what_it_starts if {
	_words("boot") == {"unknown"} with input as _input("instance", {}, ["boot"], {})
}

test_pass_no_rights if {
	_words("privileges") == {"pass"} with input as _input("workload", {}, [], {})
}

test_fail_privileged if {
	_words("privileges") == {"fail"} with input as _input("workload", {"privileged": true}, [], {})
}

test_fail_network_of_its_machine if {
	_words("privileges") == {"fail"} with input as _input("workload", {"host_namespaces": ["network"]}, [], {})
}

test_fail_although_the_rest_is_unread if {
	_words("privileges") == {"fail"} with input as _input("workload", {"privileged": true}, ["host_namespaces"], {})
}

test_unknown_definition_unread if {
	_words("privileges") == {"unknown"} with input as _input("workload", {}, ["privileged"], {})
}

test_unknown_perhaps_told_elsewhere if {
	_words("privileges") == {"unknown"} with input as _input("workload", {}, ["own"], {})
}

test_not_subject_made_by_a_group if {
	_words("metadata") == set() with input as _input("instance", {"own": false}, [], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_metadata if {
	_words("metadata") == {"unknown"} with input as _unlisted("instance", "production")
}

test_unknown_unlisted_privileges if {
	_words("privileges") == {"unknown"} with input as _unlisted("workload", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("metadata") == set() with input as _unlisted("instance", "control")
}
