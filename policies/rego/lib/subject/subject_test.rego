package lib.subject_test

import data.lib.subject

_estate := {
	"resources": {"store": [
		{"id": "p", "tier": "production", "attrs": {"live": true}, "unknown": {}},
		{"id": "d", "tier": "nonproduction", "attrs": {"live": false}, "unknown": {}},
		{"id": "n", "tier": null, "attrs": {}, "unknown": {"live": ["g"]}},
	]},
	"unlisted": {"store": [
		{"id": "up", "tier": "production", "gaps": []},
		{"id": "ud", "tier": "nonproduction", "gaps": []},
		{"id": "un", "tier": null, "gaps": []},
	]},
	"pairs": [
		{"id": "d->p", "to_tier": "production"},
		{"id": "p->d", "to_tier": "nonproduction"},
	],
	"facts": {"paths": {"d->p": {"crossings": [], "blind": []}}},
}

_ids(found) := [item.id | some item in found]

test_in_tier if {
	_ids(subject.in_tier("store", {"production"})) == ["p"] with input as _estate
	_ids(subject.in_tier("store", subject.any_tier)) == ["p", "d", "n"] with input as _estate
	subject.in_tier("registry", subject.any_tier) == [] with input as _estate
}

test_where_keeps_what_is_unknown if {
	_ids(subject.where("store", subject.any_tier, "live", true)) == ["p", "n"] with input as _estate
}

test_unlisted_keeps_what_may_be_of_the_tier if {
	_ids(subject.unlisted("store", {"production"})) == ["up", "un"] with input as _estate
	_ids(subject.unlisted("store", subject.any_tier)) == ["up", "ud", "un"] with input as _estate
	subject.unlisted("registry", subject.any_tier) == [] with input as _estate
}

test_pairs if {
	_ids(subject.pairs({"production"})) == ["d->p"] with input as _estate
	_ids(subject.pairs(subject.any_tier)) == ["d->p", "p->d"] with input as _estate
}

test_fact_of_an_unspoken_pair_is_undefined if {
	subject.fact("paths", {"id": "d->p"}).blind == [] with input as _estate
	not subject.fact("paths", {"id": "p->d"}) with input as _estate
	not subject.fact("other", {"id": "d->p"}) with input as _estate
}
