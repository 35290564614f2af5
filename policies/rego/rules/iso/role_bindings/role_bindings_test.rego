package rules.iso.role_bindings_test

import data.rules.iso.role_bindings

_answer(found) := {
	"pairs": [{"id": "dev->prod", "from": "dev", "to": "prod", "from_tier": "nonproduction", "to_tier": "production"}],
	"facts": {"role_bindings": {"dev->prod": found}},
}

_crossing(changes) := object.union(
	{"id": "c", "state": "yes", "latent": false, "access": ["read"], "flow": null, "gaps": []},
	changes,
)

_words contains v.verdict if some v in role_bindings.verdicts

_judged[c.id] := [c.verdict, c.latent] if {
	some v in role_bindings.verdicts
	some c in v.crossings
}

_gaps contains gap if {
	some v in role_bindings.verdicts
	some gap in v.gaps
}

test_pass_nothing_crosses if _words == {"pass"} with input as _answer({"crossings": [], "blind": []})

test_pass_declared_flow if {
	found := _answer({"crossings": [_crossing({"flow": "promote-models"})], "blind": []})
	_words == {"pass"} with input as found
	_judged == {"c": ["pass", false]} with input as found
}

test_fail_open_path if _words == {"fail"} with input as _answer({"crossings": [_crossing({})], "blind": []})

test_fail_latent_path if {
	found := _answer({"crossings": [_crossing({"latent": true})], "blind": []})
	_words == {"fail"} with input as found
	_judged == {"c": ["fail", true]} with input as found
}

test_fail_beside_a_flow_and_an_open_question if {
	crossings := [_crossing({"id": "a", "flow": "f"}), _crossing({"id": "b"}), _crossing({"id": "c", "state": "unknown"})]
	found := _answer({"crossings": crossings, "blind": ["g"]})
	_words == {"fail"} with input as found
	_judged == {"a": ["pass", false], "b": ["fail", false], "c": ["unknown", false]} with input as found
}

test_unknown_undecided_path if {
	found := _answer({"crossings": [_crossing({"state": "unknown", "gaps": ["g"]})], "blind": []})
	_words == {"unknown"} with input as found
	_gaps == {"g"} with input as found
}

test_unknown_blind if {
	found := _answer({"crossings": [], "blind": ["g"]})
	_words == {"unknown"} with input as found
	_gaps == {"g"} with input as found
}

# The completeness check makes an error of a pair that nothing is said about.
test_unknown_fact_is_silent_never_pass if {
	_words == set() with input as object.union(_answer({}), {"facts": {"role_bindings": {"dev->prod": null}}})
}
