package rules.img.image_admission_test

import data.rules.img.image_admission

_words(check) := {v.verdict | some v in image_admission.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"image_policy": {"own": true, "state": "enforced"},
	"workload": {"own": true, "admission": "enforced"},
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

test_pass_enforced if {
	_words("machine_images") == {"pass"} with input as _input("image_policy", {}, [], {})
}

test_fail_audited if {
	_words("machine_images") == {"fail"} with input as _input("image_policy", {"state": "audited"}, [], {})
}

test_fail_off if {
	_words("machine_images") == {"fail"} with input as _input("image_policy", {"state": "off"}, [], {})
}

test_unknown_setting_unread if {
	_words("machine_images") == {"unknown"} with input as _input("image_policy", {}, ["state"], {})
}

test_unknown_perhaps_no_machines if {
	_words("machine_images") == {"unknown"} with input as _input("image_policy", {}, ["own"], {})
}

test_not_subject_no_machines if {
	_words("machine_images") == set() with input as _input("image_policy", {"own": false}, [], {})
}

test_pass_signed if {
	_words("code") == {"pass"} with input as _input("workload", {}, [], {})
}

test_pass_provider if {
	_words("code") == {"pass"} with input as _input("workload", {"admission": "provider"}, [], {})
}

test_fail_warned if {
	_words("code") == {"fail"} with input as _input("workload", {"admission": "warned"}, [], {})
}

test_fail_unsigned if {
	_words("code") == {"fail"} with input as _input("workload", {"admission": "none"}, [], {})
}

test_unknown_nothing_shows_a_gate if {
	_words("code") == {"unknown"} with input as _input("workload", {"admission": "unreadable"}, [], {})
}

test_unknown_signing_unread if {
	_words("code") == {"unknown"} with input as _input("workload", {}, ["admission"], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_code if {
	_words("code") == {"unknown"} with input as _unlisted("workload", "production")
}

test_unknown_unlisted_machine_images if {
	_words("machine_images") == {"unknown"} with input as _unlisted("image_policy", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("code") == set() with input as _unlisted("workload", "control")
}
