package rules.iso.assignment_test

import data.rules.iso.assignment

_words contains [v.check, v.verdict] if some v in assignment.verdicts

_details contains v.detail if some v in assignment.verdicts

_boundary(place, claims) := {"resources": {"boundary": [{
	"id": "222222222222",
	"environment": null,
	"place": place,
	"tier": null,
	"attrs": {"claimed_by": claims, "isolates": true},
	"unknown": {},
}]}}

_store(changes) := {"resources": {"store": [object.union(
	{
		"id": "arn:aws:s3:::valohai-prod-artifacts",
		"environment": "prod",
		"place": "prod",
		"tier": "production",
		"attrs": {"tagged_as": "prod"},
		"unknown": {},
	},
	changes,
)]}}

test_pass_boundary_of_an_environment if _words == {["assigned", "pass"]} with input as _boundary("prod", ["prod"])

test_pass_boundary_of_a_service if {
	_words == {["assigned", "pass"]} with input as _boundary("service:ci", ["service:ci"])
}

test_fail_boundary_of_nothing if _words == {["assigned", "fail"]} with input as _boundary(null, [])

test_pass_boundary_that_environments_share if {
	_words == {["assigned", "pass"]} with input as _boundary(null, ["dev", "prod"])
}

test_fail_no_tag_and_no_boundary_to_say_it if {
	bare := _store({"environment": null, "place": null, "attrs": {"tagged_as": null}})
	_words == {["tag_agrees", "fail"]} with input as bare
	_details == {{"tagged_as": "nothing", "place": "no environment"}} with input as bare
}

test_pass_subscription_that_groups_divide if {
	_words == {["assigned", "pass"]} with input as {"resources": {"boundary": [{
		"id": "s",
		"environment": null,
		"place": null,
		"tier": null,
		"attrs": {"claimed_by": [], "isolates": false},
		"unknown": {},
	}]}}
}

test_pass_tag_agrees if _words == {["tag_agrees", "pass"]} with input as _store({})

test_pass_no_tag if _words == {["tag_agrees", "pass"]} with input as _store({"attrs": {"tagged_as": null}})

test_fail_tag_contradicts if {
	contradiction := _store({"attrs": {"tagged_as": "dev"}})
	_words == {["tag_agrees", "fail"]} with input as contradiction
	_details == {{"tagged_as": "dev", "place": "prod"}} with input as contradiction
}

test_fail_tag_in_a_service if {
	_words == {["tag_agrees", "fail"]} with input as _store({"environment": null, "place": "service:ci"})
}

test_fail_tag_of_nobody if {
	_words == {["tag_agrees", "fail"]} with input as _store({"environment": null, "place": null})
}

test_pass_tag_of_the_service if {
	own := {"environment": null, "place": "service:ci", "attrs": {"tagged_as": "service:ci"}}
	_words == {["tag_agrees", "pass"]} with input as _store(own)
}

test_unknown_tag_unread if _words == {["tag_agrees", "unknown"]} with input as _store({"unknown": {"tagged_as": ["g"]}})

test_unknown_unlisted_boundaries if {
	_words == {["assigned", "unknown"]} with input as {"unlisted": {"boundary": [{"id": "s", "tier": null, "gaps": []}]}}
}

test_unknown_unlisted_resources if {
	_words == {["tag_agrees", "unknown"]} with input as {"unlisted": {"identity": [{"id": "s", "tier": null, "gaps": []}]}}
}
