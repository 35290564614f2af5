package rules.iso.results_test

import data.rules.iso.results

_words[v.subject] := v.verdict if some v in results.verdicts

_estate(crossings, blind) := {
	"environments": {
		"dev": {"tier": "nonproduction", "settings": {}},
		"test": {"tier": "nonproduction", "settings": {"data": {"readable_from": []}}},
	},
	"pairs": [
		{"id": "dev->test", "from": "dev", "to": "test", "from_tier": "nonproduction", "to_tier": "nonproduction"},
		{"id": "test->dev", "from": "test", "to": "dev", "from_tier": "nonproduction", "to_tier": "nonproduction"},
	],
	"facts": {"result_access": {
		"dev->test": {"crossings": crossings, "blind": blind},
		"test->dev": {"crossings": [], "blind": []},
	}},
}

_crossing(access) := {"id": "c", "state": "yes", "latent": false, "access": access, "flow": null, "gaps": []}

test_pass_no_way if _words == {"dev->test": "pass", "test->dev": "pass"} with input as _estate([], [])

test_fail_one_way if {
	_words == {"dev->test": "fail", "test->dev": "pass"} with input as _estate([_crossing(["read"])], [])
}

test_fail_latent if {
	latent := object.union(_crossing(["read"]), {"latent": true})
	_words["dev->test"] == "fail" with input as _estate([latent], [])
}

test_pass_flow if {
	allowed := object.union(_crossing(["read"]), {"flow": "validation"})
	_words["dev->test"] == "pass" with input as _estate([allowed], [])
}

test_unknown_undecided if {
	undecided := object.union(_crossing(["read"]), {"state": "unknown", "gaps": ["g"]})
	_words["dev->test"] == "unknown" with input as _estate([undecided], [])
}

test_unknown_blind if _words["dev->test"] == "unknown" with input as _estate([], ["g"])
