package rules.cst.idle_machines_test

import data.rules.cst.idle_machines

_words(check) := {v.verdict | some v in idle_machines.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"instance": {"sized": true, "stops_itself": false},
	"node_pool": {"sized": true, "stops_itself": false},
	"workload": {"sized": true, "stops_itself": false},
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

test_pass_production_runs_on if {
	_words("stops") == {"pass"} with input as _input("instance", {}, [], {})
}

test_pass_development_stops if {
	around := {"tier": "nonproduction"}
	_words("stops") == {"pass"} with input as _input("workload", {"stops_itself": true}, [], around)
}

test_pass_nothing_runs if {
	around := {"tier": "nonproduction"}
	_words("stops") == {"pass"} with input as _input("node_pool", {"stops_itself": null}, [], around)
}

test_fail_development_runs_on if {
	_words("stops") == {"fail"} with input as _input("instance", {}, [], {"tier": "nonproduction"})
}

test_fail_production_stops if {
	_words("stops") == {"fail"} with input as _input("node_pool", {"stops_itself": true}, [], {})
}

test_unknown_schedules_unread if {
	_words("stops") == {"unknown"} with input as _input("instance", {}, ["stops_itself"], {"tier": "nonproduction"})
}

test_unknown_perhaps_no_machines if {
	_words("stops") == {"unknown"} with input as _input("workload", {}, ["sized"], {})
}

test_not_subject_serverless if {
	_words("stops") == set() with input as _input("workload", {"sized": false}, [], {})
}

test_not_subject_control if {
	_words("stops") == set() with input as _input("instance", {}, [], {"tier": "control"})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_stops if {
	_words("stops") == {"unknown"} with input as _unlisted("instance", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("stops") == set() with input as _unlisted("instance", "control")
}
