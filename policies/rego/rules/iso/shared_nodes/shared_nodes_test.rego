package rules.iso.shared_nodes_test

import data.rules.iso.shared_nodes

_words(check) := {v.verdict | some v in shared_nodes.verdicts; v.check == check}

# What passes, by kind.
_sound := {
	"cluster": {"environments_on_nodes": ["prod"]},
	"node_pool": {"environments_on_nodes": []},
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

test_pass_one_environment if {
	_words("one_environment") == {"pass"} with input as _input("cluster", {}, [], {})
}

test_pass_pool_that_runs_nothing if {
	_words("one_environment") == {"pass"} with input as _input("node_pool", {}, [], {})
}

test_fail_cluster_of_two if {
	attrs := {"environments_on_nodes": ["dev", "prod"]}
	_words("one_environment") == {"fail"} with input as _input("cluster", attrs, [], {})
}

test_fail_pool_of_two if {
	attrs := {"environments_on_nodes": ["dev", "prod"]}
	_words("one_environment") == {"fail"} with input as _input("node_pool", attrs, [], {})
}

test_unknown_pods_not_told if {
	_words("one_environment") == {"unknown"} with input as _input("cluster", {}, ["environments_on_nodes"], {})
}

_unlisted(kind, tier) := {"unlisted": {kind: [{"id": "s", "tier": tier, "gaps": ["g"]}]}}

test_unknown_unlisted_one_environment if {
	_words("one_environment") == {"unknown"} with input as _unlisted("cluster", "production")
}
