package rules.dat.foreign_access_test

import data.rules.dat.foreign_access

_words[v.check] := v.verdict if some v in foreign_access.verdicts

_judged(check) := {c.id | some v in foreign_access.verdicts; v.check == check; some c in v.crossings}

_estate(crossings, blind) := {
	"environments": {
		"dev": {"tier": "nonproduction", "settings": {}},
		"prod": {"tier": "production", "settings": {"data": {"readable_from": []}}},
	},
	"pairs": [
		{"id": "dev->prod", "from": "dev", "to": "prod", "from_tier": "nonproduction", "to_tier": "production"},
		{"id": "prod->dev", "from": "prod", "to": "dev", "from_tier": "production", "to_tier": "nonproduction"},
	],
	"facts": {"store_access": {
		"dev->prod": {"crossings": crossings, "blind": blind},
		"prod->dev": {"crossings": [_crossing("back", ["write"])], "blind": []},
	}},
}

_readable(estate) := object.union(
	estate,
	{"environments": {"prod": {"settings": {"data": {"readable_from": ["dev"]}}}}},
)

_crossing(id, access) := {"id": id, "state": "yes", "latent": false, "access": access, "flow": null, "gaps": []}

_undecided(id, access) := object.union(_crossing(id, access), {"state": "unknown", "gaps": ["g"]})

test_pass_no_access if _words == {"write": "pass", "read": "pass"} with input as _estate([], [])

test_fail_write if {
	every level in ["write", "delete", "admin"] {
		_words == {"write": "fail", "read": "pass"} with input as _estate([_crossing("c", [level])], [])
	}
}

test_fail_read if _words == {"write": "pass", "read": "fail"} with input as _estate([_crossing("c", ["read"])], [])

test_fail_both_by_one_grant if {
	estate := _estate([_crossing("c", ["read", "write"])], [])
	_words == {"write": "fail", "read": "fail"} with input as estate
	_judged("write") == {"c"} with input as estate
	_judged("read") == {"c"} with input as estate
}

test_pass_declared_reader if {
	estate := _readable(_estate([_crossing("c", ["read"])], ["g"]))
	_words == {"write": "unknown", "read": "pass"} with input as estate
}

test_fail_declared_reader_that_writes if {
	estate := _readable(_estate([_crossing("c", ["read", "write"])], []))
	_words == {"write": "fail", "read": "pass"} with input as estate
}

test_pass_flow if {
	allowed := object.union(_crossing("c", ["read"]), {"flow": "promote-models"})
	_words == {"write": "pass", "read": "pass"} with input as _estate([allowed], [])
}

test_unknown_undecided_write if {
	_words == {"write": "unknown", "read": "pass"} with input as _estate([_undecided("c", ["write"])], [])
}

test_unknown_blind if _words == {"write": "unknown", "read": "unknown"} with input as _estate([], ["g"])

test_fail_latent_says_so if {
	latent := object.union(_crossing("c", ["write"]), {"latent": true})
	marks := {c.latent | some v in foreign_access.verdicts; some c in v.crossings} with input as _estate([latent], [])
	marks == {true}
}
