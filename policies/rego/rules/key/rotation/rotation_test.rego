package rules.key.rotation_test

import data.rules.key.rotation

_words contains v.verdict if some v in rotation.verdicts

_details contains v.detail if some v in rotation.verdicts

_gaps contains gap if {
	some v in rotation.verdicts
	some gap in v.gaps
}

_key(changes) := {
	"as_of": "2026-11-24T05:00:00Z",
	"environments": {
		"prod": {"tier": "production", "settings": {"keys": {"max_age_days": 30}}},
		"dev": {"tier": "nonproduction", "settings": {"keys": {"max_age_days": null}}},
	},
	"resources": {"credential": [object.union(
		{
			"id": "arn:aws:iam::222222222222:user/ci/access_key_1",
			"environment": "prod",
			"tier": "production",
			"attrs": {"active": true, "rotated_at": "2026-11-01T05:00:00Z"},
			"unknown": {},
		},
		changes,
	)]},
}

_rotated(at) := _key({"attrs": {"rotated_at": at}})

test_pass_young if {
	_words == {"pass"} with input as _key({})
	_details == {{"age_days": 23, "max_age_days": 30, "holds_until": "2026-12-01T05:00:00Z"}} with input as _key({})
}

test_pass_on_the_last_second if _words == {"pass"} with input as _rotated("2026-10-25T05:00:00+00:00")

test_fail_one_second_later if {
	_words == {"fail"} with input as _rotated("2026-10-25T04:59:59+00:00")
	{d.age_days | some d in _details} == {30} with input as _rotated("2026-10-25T04:59:59+00:00")
}

test_pass_by_default_where_nothing_is_declared if {
	undeclared := {"environments": {"prod": {"settings": null}}}
	_words == {"pass"} with input as object.union(_rotated("2026-09-01T00:00:00Z"), undeclared)
}

test_pass_by_default_in_no_environment if {
	nowhere := {"environment": null, "tier": null, "attrs": {"rotated_at": "2026-09-01T00:00:00Z"}}
	_words == {"pass"} with input as _key(nowhere)
}

test_fail_by_default_where_null_is_declared if {
	_words == {"fail"} with input as _key({"environment": "dev", "attrs": {"rotated_at": "2026-08-01T00:00:00Z"}})
}

test_unknown_time_unread if {
	unread := _key({"unknown": {"rotated_at": ["g"]}})
	_words == {"unknown"} with input as unread
	_gaps == {"g"} with input as unread
	_details == {{"max_age_days": 30}} with input as unread
}

test_unknown_time_not_recorded if _words == {"unknown"} with input as _rotated(null)

test_unknown_old_and_perhaps_active if {
	unread := _key({"attrs": {"rotated_at": "2025-01-01T00:00:00Z"}, "unknown": {"active": ["g"]}})
	_words == {"unknown"} with input as unread
	_gaps == {"g"} with input as unread
}

test_unknown_young_and_perhaps_active if _words == {"unknown"} with input as _key({"unknown": {"active": ["g"]}})

test_not_subject_inactive if _words == set() with input as _key({"attrs": {"active": false}})

test_unknown_unlisted_scope if {
	_words == {"unknown"} with input as {"unlisted": {"credential": [{"id": "s", "tier": null, "gaps": []}]}}
}

_secret(rotated, changed) := {
	"as_of": "2026-11-24T05:00:00Z",
	"environments": {"prod": {"tier": "production", "settings": {"keys": {"max_age_days": 30}}}},
	"resources": {"secret": [{
		"id": "s",
		"environment": "prod",
		"tier": "production",
		"attrs": {"active": true, "rotated_at": rotated, "changed_at": changed},
		"unknown": {},
	}]},
}

test_pass_a_secret_that_its_vault_rotated if {
	_words == {"pass"} with input as _secret("2026-11-01T05:00:00Z", "2026-11-02T05:00:00Z")
}

test_fail_a_secret_of_which_nothing_changed_in_time if {
	_words == {"fail"} with input as _secret("2026-01-01T05:00:00Z", "2026-02-01T05:00:00Z")
	{d.age_days | some d in _details} == {296} with input as _secret("2026-01-01T05:00:00Z", "2026-02-01T05:00:00Z")
}

test_unknown_a_secret_of_which_something_changed if {
	_words == {"unknown"} with input as _secret("2026-01-01T05:00:00Z", "2026-11-01T05:00:00Z")
}

test_fail_an_encryption_key_that_was_never_rotated if {
	_words == {"fail"} with input as {"as_of": "2026-11-24T05:00:00Z", "resources": {"key": [{
		"id": "k",
		"environment": null,
		"tier": null,
		"attrs": {"active": true, "rotated_at": "2026-01-01T00:00:00Z"},
		"unknown": {},
	}]}}
}

test_unknown_unlisted_vault if {
	_words == {"unknown"} with input as {"unlisted": {"secret": [{"id": "s", "tier": null, "gaps": []}]}}
}
