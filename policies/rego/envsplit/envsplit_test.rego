package envsplit_test

import data.envsplit

_asked(names) := {"rules": names, "resources": {}, "unlisted": {}, "pairs": []}

test_answers_for_the_rules_that_are_asked if {
	object.keys(envsplit.verdicts) == {"iso/network_paths"} with input as _asked(["iso/network_paths"])
}

test_answers_with_a_set_where_nothing_applies if {
	envsplit.verdicts["iso/network_paths"] == set() with input as _asked(["iso/network_paths"])
}

test_says_nothing_of_a_rule_that_is_missing if envsplit.verdicts == {} with input as _asked(["iso/no_such_rule"])
