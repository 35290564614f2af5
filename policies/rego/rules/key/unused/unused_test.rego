package rules.key.unused_test

import data.rules.key.unused

_words contains v.verdict if some v in unused.verdicts

_shown contains v.detail.last_used if some v in unused.verdicts

_gaps contains gap if {
	some v in unused.verdicts
	some gap in v.gaps
}

_key(changes) := {
	"as_of": "2026-11-24T05:00:00Z",
	"environments": {"prod": {"tier": "production", "settings": {"keys": {"unused_after_days": 30}}}},
	"resources": {"credential": [object.union(
		{
			"id": "k",
			"environment": "prod",
			"tier": "production",
			"attrs": {"active": true, "rotated_at": "2026-01-01T00:00:00Z", "used_at": "2026-11-20T00:00:00Z"},
			"unknown": {},
		},
		changes,
	)]},
}

_used(at) := _key({"attrs": {"used_at": at}})

test_pass_used if {
	_words == {"pass"} with input as _key({})
	_shown == {"2026-11-20T00:00:00Z"} with input as _key({})
}

test_fail_used_long_ago if _words == {"fail"} with input as _used("2026-10-20T00:00:00Z")

test_fail_never_used if {
	_words == {"fail"} with input as _used(null)
	_shown == {"never"} with input as _used(null)
}

test_pass_never_used_and_new if {
	_words == {"pass"} with input as _key({"attrs": {"rotated_at": "2026-11-20T00:00:00Z", "used_at": null}})
}

test_pass_new_and_its_use_unread if {
	_words == {"pass"} with input as _key({"attrs": {"rotated_at": "2026-11-20T00:00:00Z"}, "unknown": {"used_at": ["g"]}})
}

test_unknown_use_unread if {
	_words == {"unknown"} with input as _key({"unknown": {"used_at": ["g"]}})
	_gaps == {"g"} with input as _key({"unknown": {"used_at": ["g"]}})
}

test_unknown_perhaps_active if _words == {"unknown"} with input as _key({"unknown": {"active": ["g"]}})

test_not_subject_inactive if _words == set() with input as _key({"attrs": {"active": false}})

test_pass_by_default_in_no_environment if {
	_words == {"pass"} with input as _key({"environment": null, "attrs": {"used_at": "2026-10-20T00:00:00Z"}})
}

test_fail_a_secret_that_nobody_reads if {
	_words == {"fail"} with input as {"as_of": "2026-11-24T05:00:00Z", "resources": {"secret": [{
		"id": "s",
		"environment": null,
		"tier": null,
		"attrs": {"active": true, "created_at": "2026-01-01T00:00:00Z", "accessed_at": "2026-02-01T00:00:00Z"},
		"unknown": {},
	}]}}
}

test_unknown_unlisted_vault if {
	_words == {"unknown"} with input as {"unlisted": {"secret": [{"id": "s", "tier": null, "gaps": []}]}}
}
