package lib.declared_test

import data.lib.declared

_file := {"environments": {
	"prod": {"settings": {
		"launchers": [],
		"people": null,
		"keys": {"max_age_days": 30, "readers": ["r"]},
		"data": {"readable_from": ["test"]},
	}},
	"dev": {"settings": {"costs": null}},
}}

test_at if {
	declared.at("prod", "launchers") == [] with input as _file
	declared.at("prod", "keys.readers") == ["r"] with input as _file
}

test_at_null_where_nothing_is_declared if {
	declared.at("prod", "people") == null with input as _file
	declared.at("prod", "costs.spot") == null with input as _file
	declared.at("dev", "costs.spot") == null with input as _file
	declared.at("dev", "keys.readers") == null with input as _file
	declared.at("nowhere", "launchers") == null with input as _file
	declared.at(null, "launchers") == null with input as _file
}

test_number if {
	declared.number("prod", "keys.max_age_days", 90) == 30 with input as _file
	declared.number("prod", "keys.readers", 90) == 90 with input as _file
	declared.number("dev", "keys.max_age_days", 90) == 90 with input as _file
	declared.number("dev", "keys.max_age_days", 90) == 90 with input as {}
}

test_readable if {
	declared.readable({"from": "test", "to": "prod"}) with input as _file
	not declared.readable({"from": "dev", "to": "prod"}) with input as _file
	not declared.readable({"from": "prod", "to": "dev"}) with input as _file
}
