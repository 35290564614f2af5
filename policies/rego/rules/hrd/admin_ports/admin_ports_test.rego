package rules.hrd.admin_ports_test

import data.rules.hrd.admin_ports

_words contains v.verdict if some v in admin_ports.verdicts

_interface(changes) := {"resources": {"interface": [object.union(
	{
		"id": "interface-1",
		"environment": "prod",
		"tier": "production",
		"attrs": {"internet_admin_ports": []},
		"unknown": {},
	},
	changes,
)]}}

test_pass_as_wanted if _words == {"pass"} with input as _interface({})

test_fail_open_port if _words == {"fail"} with input as _interface({"attrs": {"internet_admin_ports": ["tcp 22"]}})

test_unknown_no_list if _words == {"unknown"} with input as _interface({"attrs": {"internet_admin_ports": null}})

test_unknown_unread if _words == {"unknown"} with input as _interface({"unknown": {"internet_admin_ports": ["g"]}})

test_unknown_unlisted_scope if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	_words == {"unknown"} with input as {"unlisted": {"interface": [scope]}}
}

test_not_subject_outside_production if _words == set() with input as _interface({"tier": "nonproduction"})
