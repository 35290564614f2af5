package lib.verdict_test

import data.lib.verdict

_r := {"id": "x", "attrs": {}, "unknown": {"a": ["g2", "g1"], "b": ["g1"], "c": ["g3"]}}

_pair := {"id": "dev->prod"}

_crossing(id, state) := {"id": id, "state": state, "latent": false, "flow": null, "gaps": [concat("-", ["g", id])]}

test_of_yes_no_unknown if {
	verdict.of("k", _r, "yes", [], {}).verdict == "pass"
	verdict.of("k", _r, "no", [], {}).verdict == "fail"
	verdict.of("k", _r, "unknown", [], {}).verdict == "unknown"
}

test_of_carries_the_gaps_of_its_evidence_once if {
	verdict.of("k", _r, "unknown", ["a", "b", "never_collected"], {}).gaps == ["g1", "g2"]
}

test_of_carries_no_gaps_when_decided if {
	verdict.of("k", _r, "no", ["a"], {}).gaps == []
	verdict.of("k", _r, "yes", ["a"], {}).gaps == []
}

test_of_names_check_subject_evidence_detail if {
	verdict.of("k", _r, "yes", ["a"], {"d": 1, "e": null, "f": false}) == {
		"check": "k",
		"subject": "x",
		"verdict": "pass",
		"evidence": ["a"],
		"detail": {"d": 1, "f": false},
		"gaps": [],
	}
}

test_undeclared_is_unknown_and_names_the_key if {
	verdict.undeclared("k", {"id": "x", "environment": "prod"}, "keys.readers") == {
		"check": "k",
		"subject": "x",
		"verdict": "unknown",
		"undeclared": "environments.prod.keys.readers",
	}
	verdict.undeclared("k", {"id": "x", "environment": null}, "keys.readers").undeclared == "environments"
	verdict.undeclared_in("prod", "k", {"id": "x", "environment": "dev"}, "promotion") == {
		"check": "k",
		"subject": "x",
		"verdict": "unknown",
		"undeclared": "environments.prod.promotion",
	}
}

test_unlisted_is_unknown if {
	verdict.unlisted("k", {"id": "s", "gaps": ["g"]}) == {
		"check": "k",
		"subject": "s",
		"verdict": "unknown",
		"gaps": ["g"],
	}
}

test_pair_worst_first if {
	verdict.pair("k", _pair, [], []).verdict == "pass"
	verdict.pair("k", _pair, [_crossing("a", "unknown")], []).verdict == "unknown"
	verdict.pair("k", _pair, [_crossing("a", "unknown"), _crossing("b", "yes")], ["g"]).verdict == "fail"
	verdict.pair("k", _pair, [], ["g"]).verdict == "unknown"
}

test_pair_state_nobody_knows_is_open if verdict.pair("k", _pair, [_crossing("a", "maybe")], []).verdict == "unknown"

test_pair_gaps_of_what_is_undecided if {
	crossings := [_crossing("b", "unknown"), _crossing("a", "unknown")]
	verdict.pair("k", _pair, crossings, ["blind"]).gaps == ["blind", "g-a", "g-b"]
	verdict.pair("k", _pair, array.concat(crossings, [_crossing("c", "yes")]), ["blind"]).gaps == ["blind", "g-a", "g-b"]
}

test_pair_allowed_by_a_flow if {
	allowed := object.union(_crossing("a", "unknown"), {"flow": "f"})
	answer := verdict.pair("k", _pair, [allowed], [])
	answer.verdict == "pass"
	answer.crossings == [{"id": "a", "verdict": "pass", "latent": false, "access": []}]
}

test_pair_without_a_word_on_flows_is_not_allowed if {
	bare := {"id": "a", "state": "yes"}
	verdict.pair("k", _pair, [bare], []).crossings == [{"id": "a", "verdict": "fail", "latent": false, "access": []}]
}

test_pair_latent_fails if {
	latent := object.union(_crossing("a", "yes"), {"latent": true})
	answer := verdict.pair("k", _pair, [latent], [])
	answer.verdict == "fail"
	answer.crossings == [{"id": "a", "verdict": "fail", "latent": true, "access": []}]
}
