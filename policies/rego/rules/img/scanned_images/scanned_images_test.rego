package rules.img.scanned_images_test

import data.rules.img.scanned_images

_words(check) := {v.verdict | some v in scanned_images.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"workload": {"packaging": "image", "unscanned_images": [], "vulnerable_images": []},
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

test_pass_scanned if {
	_words("scanned") == {"pass"} with input as _input("workload", {}, [], {})
}

test_pass_sound if {
	_words("sound") == {"pass"} with input as _input("workload", {}, [], {})
}

test_fail_unscanned if {
	_words("scanned") == {"fail"} with input as _input("workload", {"unscanned_images": ["a"]}, [], {})
}

test_fail_vulnerable if {
	_words("sound") == {"fail"} with input as _input("workload", {"vulnerable_images": ["a"]}, [], {})
}

test_unknown_scan_unread if {
	_words("scanned") == {"unknown"} with input as _input("workload", {}, ["unscanned_images"], {})
}

test_unknown_findings_unread if {
	_words("sound") == {"unknown"} with input as _input("workload", {}, ["vulnerable_images"], {})
}

test_unknown_perhaps_judged_elsewhere if {
	_words("sound") == {"unknown"} with input as _input("workload", {}, ["packaging"], {})
}

test_not_subject_code if {
	_words("sound") == set() with input as _input("workload", {"packaging": "code"}, [], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_scanned if {
	_words("scanned") == {"unknown"} with input as _unlisted("workload", "production")
}

test_unknown_unlisted_sound if {
	_words("sound") == {"unknown"} with input as _unlisted("workload", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("scanned") == set() with input as _unlisted("workload", "control")
}
