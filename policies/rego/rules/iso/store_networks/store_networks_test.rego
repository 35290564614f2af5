package rules.iso.store_networks_test

import data.rules.iso.store_networks

_of(check) := {v.verdict | some v in store_networks.verdicts; v.check == check}

_network(changes) := {"resources": {"network": [object.union(
	{
		"id": "network-1",
		"environment": "prod",
		"tier": "production",
		"attrs": {
			"holds_stores": true,
			"store_sources": [],
			"endpoint_sources": [],
			"private_link_principals": [],
		},
		"unknown": {},
	},
	changes,
)]}}

test_pass_production_alone if {
	_of("firewalls") == {"pass"} with input as _network({})
	_of("private_links") == {"pass"} with input as _network({})
}

test_fail_development_admitted if {
	_of("firewalls") == {"fail"} with input as _network({"attrs": {"store_sources": ["dev: 10.1.0.0/16"]}})
	_of("private_links") == {"pass"} with input as _network({"attrs": {"store_sources": ["dev: 10.1.0.0/16"]}})
}

test_fail_private_link_for_all if {
	_of("private_links") == {"fail"} with input as _network({"attrs": {"private_link_principals": ["*"]}})
}

test_fail_endpoint_for_development if {
	served := {"attrs": {"endpoint_sources": ["dev: 10.1.0.0/16 on tcp 443, at endpoint vpce-1"]}}
	_of("endpoints") == {"fail"} with input as _network(served)
	_of("firewalls") == {"pass"} with input as _network(served)
}

test_unknown_endpoint_policy_unread if {
	_of("endpoints") == {"unknown"} with input as _network({"unknown": {"endpoint_sources": ["g"]}})
}

test_unknown_group_unread if {
	_of("firewalls") == {"unknown"} with input as _network({"unknown": {"store_sources": ["g"]}})
}

test_unknown_whether_it_holds_stores if {
	_of("firewalls") == {"unknown"} with input as _network({"unknown": {"holds_stores": ["g"]}})
}

test_not_subject_without_stores if {
	_of("firewalls") == set() with input as _network({"attrs": {"holds_stores": false}})
}

test_unknown_unlisted_scope if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	_of("private_links") == {"unknown"} with input as {"unlisted": {"network": [scope]}}
}
