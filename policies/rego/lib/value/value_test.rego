package lib.value_test

import data.lib.value

_r := {
	"attrs": {
		"on": true,
		"nothing": null,
		"word": "a",
		"names": ["a", "b"],
		"number": 3,
		"time": "2026-11-01T00:00:00Z",
		"both": true,
	},
	"unknown": {"hidden": ["g"], "both": ["g"]},
}

_unread := {"hidden", "both", "never_collected"}

test_first_item_for_showing if {
	value.first(_r, "names") == "a"
	value.first(_r, "word") == null
	value.first({"attrs": {"names": []}, "unknown": {}}, "names") == null
	every attr in _unread {
		value.first(_r, attr) == null
	}
}

test_sample_for_showing if {
	long := {"attrs": {"names": ["a", "b"], "names_count": 7}, "unknown": {}}
	value.sample(long, "names") == {"count": 7, "first": "a"}
	every attr in _unread {
		value.sample(_r, attr) == {"count": null, "first": null}
	}
}

test_known if {
	value.known(_r, "on")
	value.known(_r, "nothing")
	every attr in _unread {
		value.known(_r, attr) == false
	}
}

test_unknown_is_the_answer_to_every_question if {
	every attr in _unread {
		value.is(_r, attr, true) == "unknown"
		value.one_of(_r, attr, [true, null]) == "unknown"
		value.present(_r, attr) == "unknown"
		value.confirmed(_r, attr) == "unknown"
		value.within(_r, attr, ["a"]) == "unknown"
		value.no_more_than(_r, attr, 9) == "unknown"
		value.at_most(_r, attr, 9) == "unknown"
		value.older_than(_r, attr, 1, "2026-11-24T00:00:00Z") == "unknown"
	}
}

test_unknown_is_shown_as_nothing if {
	every attr in _unread {
		value.shown(_r, attr) == null
		value.items(_r, attr) == []
		value.age_days(_r, attr, "2026-11-24T00:00:00Z") == null
		value.days_after(_r, attr, 1) == null
	}
}

test_is if {
	value.is(_r, "on", true) == "yes"
	value.is(_r, "on", false) == "no"
	value.is(_r, "nothing", null) == "yes"
	value.is(_r, "nothing", false) == "no"
}

test_one_of if {
	value.one_of(_r, "word", ["a", "b"]) == "yes"
	value.one_of(_r, "word", ["b"]) == "no"
	value.one_of(_r, "nothing", [null]) == "yes"
}

test_present if {
	value.present(_r, "word") == "yes"
	value.present(_r, "nothing") == "no"
}

test_confirmed if {
	value.confirmed(_r, "on") == "yes"
	value.confirmed(_r, "nothing") == "unknown"
}

test_within if {
	value.within(_r, "names", ["a", "b", "c"]) == "yes"
	value.within(_r, "names", ["a"]) == "no"
	value.within(_r, "word", ["a"]) == "unknown"
}

test_no_more_than if {
	value.no_more_than(_r, "names", 2) == "yes"
	value.no_more_than(_r, "names", 1) == "no"
	value.no_more_than(_r, "nothing", 1) == "unknown"
}

test_at_most if {
	value.at_most(_r, "number", 3) == "yes"
	value.at_most(_r, "number", 2) == "no"
	value.at_most(_r, "word", 2) == "unknown"
}

test_older_than if {
	value.older_than(_r, "time", 10, "2026-11-11T00:00:00Z") == "no"
	value.older_than(_r, "time", 10, "2026-11-11T00:00:01Z") == "yes"
	value.older_than(_r, "time", 10, "2026-10-01T00:00:00Z") == "no"
	value.older_than(_r, "nothing", 10, "2026-11-11T00:00:00Z") == "unknown"
}

test_times_shown if {
	value.age_days(_r, "time", "2026-11-11T23:59:59Z") == 10
	value.days_after(_r, "time", 30) == "2026-12-01T00:00:00Z"
	value.shown(_r, "word") == "a"
	value.items(_r, "names") == ["a", "b"]
}
