package rules.dat.copies_test

import data.rules.dat.copies

_words contains v.verdict if some v in copies.verdicts

_judged contains c.id if {
	some v in copies.verdicts
	some c in v.crossings
}

_estate(crossings, blind) := {
	"pairs": [{"id": "dev->prod", "from": "dev", "to": "prod", "from_tier": "nonproduction", "to_tier": "production"}],
	"facts": {"copies": {"dev->prod": {"crossings": crossings, "blind": blind}}},
}

_crossing := {"id": "c", "state": "yes", "latent": false, "access": ["write"], "flow": null, "gaps": []}

test_pass_nothing_copied if _words == {"pass"} with input as _estate([], [])

test_fail_replication if {
	_words == {"fail"} with input as _estate([_crossing], [])
	_judged == {"c"} with input as _estate([_crossing], [])
}

test_fail_offered_share if {
	_words == {"fail"} with input as _estate([object.union(_crossing, {"latent": true})], [])
}

test_pass_declared_flow if {
	_words == {"pass"} with input as _estate([object.union(_crossing, {"flow": "promote"})], [])
}

test_unknown_organization_unread if {
	_words == {"unknown"} with input as _estate([object.union(_crossing, {"state": "unknown", "gaps": ["g"]})], [])
}

test_unknown_blind if _words == {"unknown"} with input as _estate([], ["g"])
