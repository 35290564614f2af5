package lib.logic_test

import data.lib.logic

_all := {"yes", "no", "unknown"}

test_negated if {
	logic.negated("yes") == "no"
	logic.negated("no") == "yes"
	logic.negated("unknown") == "unknown"
}

# The truth tables of strong Kleene logic, by the order no < unknown < yes.
_rank := {"no": 0, "unknown": 1, "yes": 2}

test_all_of_is_the_least if {
	every a in _all {
		every b in _all {
			_rank[logic.all_of([a, b])] == min([_rank[a], _rank[b]])
		}
	}
}

test_any_of_is_the_greatest if {
	every a in _all {
		every b in _all {
			_rank[logic.any_of([a, b])] == max([_rank[a], _rank[b]])
		}
	}
}

test_of_nothing if {
	logic.all_of([]) == "yes"
	logic.any_of([]) == "no"
}

test_of_subject if {
	logic.of_subject("yes", "no") == "no"
	logic.of_subject("yes", "yes") == "yes"
	logic.of_subject("yes", "unknown") == "unknown"
	logic.of_subject("unknown", "yes") == "unknown"
	logic.of_subject("unknown", "no") == "unknown"
	logic.of_subject("no", "yes") == "unknown"
}

test_of_a_boolean if {
	logic.of(true) == "yes"
	logic.of(false) == "no"
}
