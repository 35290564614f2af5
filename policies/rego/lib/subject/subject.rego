# METADATA
# title: What a rule applies to
# description: |
#   Selects subjects from the input as METADATA `applies` states them: resources of a kind by tier,
#   scopes of that kind that could not be listed, and ordered pairs of environments.
package lib.subject

import data.lib.value

# The tiers of a rule that applies everywhere, unassigned places included.
any_tier := set()

# Resources of `kind` whose environment has one of `tiers`.
in_tier(kind, tiers) := [r |
	some r in object.get(input, ["resources", kind], [])
	_fits(r.tier, tiers)
]

# The same, without those known to differ from `want` in `attr`: where it is unknown, it may matter.
where(kind, tiers, attr, want) := [r |
	some r in in_tier(kind, tiers)
	value.is(r, attr, want) != "no"
]

# Scopes in which `kind` could not be listed. One that belongs to no environment may hold any tier.
unlisted(kind, tiers) := [scope |
	some scope in object.get(input, ["unlisted", kind], [])
	_fits(object.get(scope, "tier", null), tiers | {null})
]

# Ordered pairs whose target has one of `tiers`.
pairs(tiers) := [pair |
	some pair in object.get(input, "pairs", [])
	_fits(pair.to_tier, tiers)
]

# What a fact says of a pair. A pair it does not speak of is undefined, and so an error, never a pass.
fact(name, pair) := input.facts[name][pair.id]

_fits(_, tiers) if count(tiers - {null}) == 0

_fits(tier, tiers) if tier in tiers
