package rules.img.approved_images_test

import data.rules.img.approved_images

_words(check) := {v.verdict | some v in approved_images.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"workload": {"packaging": "image", "unapproved_images": []},
}

# One thing of a kind, changed: some attributes differ, some are not known, and what is around it.
_input(kind, attrs, unknown, around) := {
	"environments": {"prod": {"settings": object.get(around, "settings", {"images": {"approved": ["*"]}})}},
	"resources": {kind: [{
		"id": "x",
		"name": object.get(around, "name", "db-password"),
		"environment": "prod",
		"tier": object.get(around, "tier", "production"),
		"attrs": object.remove(object.union(_sound[kind], attrs), unknown),
		"unknown": {attr: ["g"] | some attr in unknown},
	}]},
}

test_pass_none if {
	_words("approved") == {"pass"} with input as _input("workload", {}, [], {})
}

test_fail_one if {
	attrs := {"unapproved_images": ["docker.io/library/python:3"]}
	_words("approved") == {"fail"} with input as _input("workload", attrs, [], {})
}

test_unknown_images_unread if {
	_words("approved") == {"unknown"} with input as _input("workload", {}, ["unapproved_images"], {})
}

test_unknown_perhaps_judged_elsewhere if {
	_words("approved") == {"unknown"} with input as _input("workload", {}, ["packaging"], {})
}

test_not_subject_code if {
	_words("approved") == set() with input as _input("workload", {"packaging": "code"}, [], {})
}

test_not_subject_development if {
	_words("approved") == set() with input as _input("workload", {}, [], {"tier": "nonproduction"})
}

test_unknown_undeclared if {
	around := {"settings": {"images": {"approved": null}}}
	_words("approved") == {"unknown"} with input as _input("workload", {}, [], around)
}

test_fail_nothing_is_approved if {
	around := {"settings": {"images": {"approved": []}}}
	_words("approved") == {"fail"} with input as _input("workload", {"unapproved_images": ["a"]}, [], around)
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_approved if {
	_words("approved") == {"unknown"} with input as _unlisted("workload", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("approved") == set() with input as _unlisted("workload", "control")
}
