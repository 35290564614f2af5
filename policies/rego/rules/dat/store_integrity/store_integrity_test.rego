package rules.dat.store_integrity_test

import data.rules.dat.store_integrity

_words[v.check] := v.verdict if some v in store_integrity.verdicts

_gaps[v.check] := v.gaps if {
	some v in store_integrity.verdicts
	v.verdict == "unknown"
}

_details[v.check] := v.detail if some v in store_integrity.verdicts

_passed := {"public_access": "pass", "encryption": "pass", "versioning": "pass", "logging": "pass"}

_all_unknown[check] := "unknown" if some check, _ in _passed

_store(attrs, unknown, tier) := {"resources": {"store": [{
	"id": "arn:aws:s3:::valohai-prod-artifacts",
	"environment": "prod",
	"tier": tier,
	"attrs": object.union(
		{
			"public_access": "blocked",
			"encryption": "aws:kms",
			"versioning": "Enabled",
			"retention_lock": false,
			"logging": true,
		},
		attrs,
	),
	"unknown": unknown,
}]}}

_but(changes) := object.union(_passed, changes)

_production(attrs, unknown) := _store(attrs, unknown, "production")

test_pass_protected if _words == _passed with input as _production({}, {})

test_fail_public if _words == _but({"public_access": "fail"}) with input as _production({"public_access": "public"}, {})

test_fail_open if {
	_words == _but({"public_access": "fail"}) with input as _production({"public_access": "open"}, {})
}

test_fail_plain if _words == _but({"encryption": "fail"}) with input as _production({"encryption": null}, {})

test_fail_suspended if {
	_words == _but({"versioning": "fail"}) with input as _production({"versioning": "Suspended"}, {})
}

test_fail_never_versioned if _words == _but({"versioning": "fail"}) with input as _production({"versioning": null}, {})

test_pass_locked if _words == _passed with input as _production({"versioning": null, "retention_lock": true}, {})

test_fail_not_logged if _words == _but({"logging": "fail"}) with input as _production({"logging": false}, {})

test_pass_service_without_a_log if _words == _passed with input as _production({"logging": null}, {})

test_unknown_public_access if {
	_words == _but({"public_access": "unknown"}) with input as _production({}, {"public_access": ["g"]})
}

# A lock that is there makes up for a versioning nobody could read, and the other way round.
test_pass_locked_whatever_the_versioning if {
	_words == _passed with input as _production({"retention_lock": true}, {"versioning": ["g"]})
}

test_pass_versioned_whatever_the_lock if _words == _passed with input as _production({}, {"retention_lock": ["g"]})

test_unknown_versioning_of_an_unlocked_store if {
	unread := _production({}, {"versioning": ["g"]})
	_words == _but({"versioning": "unknown"}) with input as unread
	_gaps == {"versioning": ["g"]} with input as unread
}

test_unknown_lock_of_an_unversioned_store if {
	unread := _production({"versioning": null}, {"retention_lock": ["g"]})
	_words == _but({"versioning": "unknown"}) with input as unread
	_gaps == {"versioning": ["g"]} with input as unread
}

test_unknown_unlisted_scope if {
	unlisted := {"unlisted": {"store": [{"id": "s", "tier": "production", "gaps": ["g"]}]}}
	_words == _all_unknown with input as unlisted
	_gaps == {check: ["g"] | some check, _ in _passed} with input as unlisted
}

test_not_subject_store_of_development if _words == {} with input as _store({}, {}, "nonproduction")

test_detail_shows_what_was_read_only if {
	unread := _production({}, {"versioning": ["g"]})
	_details.versioning == {"retention_lock": false} with input as unread
}
