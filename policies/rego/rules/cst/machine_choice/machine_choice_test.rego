package rules.cst.machine_choice_test

import data.rules.cst.machine_choice

_words(check) := {v.verdict | some v in machine_choice.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"instance": {"sized": true, "lifecycle": "on_demand", "types_not_allowed": []},
	"node_pool": {"sized": true, "lifecycle": "on_demand", "types_not_allowed": []},
	"workload": {"sized": true, "lifecycle": null, "types_not_allowed": []},
}

# One thing of a kind, changed: some attributes differ, some are not known, and what is around it.
_input(kind, attrs, unknown, around) := {
	"environments": {"prod": {"settings": object.get(around, "settings", {"costs": {"spot": false, "types": ["m5.*"]}})}},
	"resources": {kind: [{
		"id": "x",
		"name": object.get(around, "name", "db-password"),
		"environment": "prod",
		"tier": object.get(around, "tier", "production"),
		"attrs": object.remove(object.union(_sound[kind], attrs), unknown),
		"unknown": {attr: ["g"] | some attr in unknown},
	}]},
}

test_pass_on_demand if {
	_words("lifecycle") == {"pass"} with input as _input("instance", {}, [], {})
}

test_pass_none_to_choose if {
	_words("lifecycle") == {"pass"} with input as _input("workload", {}, [], {})
}

test_pass_some_spot_where_spot_is_declared if {
	around := {"settings": {"costs": {"spot": true, "types": ["*"]}}}
	_words("lifecycle") == {"pass"} with input as _input("node_pool", {"lifecycle": "mixed"}, [], around)
}

test_fail_spot if {
	_words("lifecycle") == {"fail"} with input as _input("instance", {"lifecycle": "spot"}, [], {})
}

test_fail_some_spot if {
	_words("lifecycle") == {"fail"} with input as _input("node_pool", {"lifecycle": "mixed"}, [], {})
}

test_fail_on_demand_where_spot_is_declared if {
	around := {"settings": {"costs": {"spot": true, "types": ["*"]}}}
	_words("lifecycle") == {"fail"} with input as _input("instance", {}, [], around)
}

test_unknown_lifecycle_unread if {
	_words("lifecycle") == {"unknown"} with input as _input("node_pool", {}, ["lifecycle"], {})
}

test_unknown_undeclared if {
	around := {"settings": {"costs": {"spot": null, "types": null}}}
	_words("lifecycle") == {"unknown"} with input as _input("instance", {}, [], around)
}

test_pass_size if {
	_words("types") == {"pass"} with input as _input("instance", {}, [], {})
}

test_fail_size if {
	_words("types") == {"fail"} with input as _input("node_pool", {"types_not_allowed": ["p5.48xlarge"]}, [], {})
}

test_unknown_size_unread if {
	_words("types") == {"unknown"} with input as _input("node_pool", {}, ["types_not_allowed"], {})
}

test_unknown_sizes_undeclared if {
	around := {"settings": {"costs": {"spot": null, "types": null}}}
	_words("types") == {"unknown"} with input as _input("instance", {}, [], around)
}

test_not_subject_serverless if {
	_words("types") == set() with input as _input("workload", {"sized": false}, [], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_lifecycle if {
	_words("lifecycle") == {"unknown"} with input as _unlisted("instance", "production")
}

test_unknown_unlisted_types if {
	_words("types") == {"unknown"} with input as _unlisted("instance", "production")
}

test_not_subject_unlisted_scope_elsewhere if {
	_words("lifecycle") == set() with input as _unlisted("instance", "control")
}
