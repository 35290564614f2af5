# METADATA
# scope: package
# title: Stores keep versions
# description: Every store of production keeps versions and logs.
# related_resources:
#   - ref: https://example.com/versions
#     description: why
# custom:
#   id: DAT-901
#   severity: high
#   rationale: So that a wrong delete is not final.
#   remediation: Enable versioning.
#   requires: [store.versioning, store.logging]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [store], tiers: [production]}
#   checks:
#     versioning:
#       title: Versions are kept
#       fail: "{name} of {environment} keeps no versions: {detail.versioning}."
#       unknown: "Not known for {subject}."
#     logging:
#       title: Access is logged
#       fail: "{name} logs nothing."
#       unknown: "Not known for {subject}."
package rules.dat.versioned

import data.lib.value

_wants := {"versioning": "Enabled", "logging": true}

_applies(r) if r.tier == "production"

verdicts contains {"check": attr, "subject": r.id, "verdict": value.is(r, attr, want), "evidence": [attr]} if {
	some r in input.resources.store
	_applies(r)
	some attr, want in _wants
}

verdicts contains {"check": attr, "subject": scope.id, "verdict": "unknown", "gaps": scope.gaps} if {
	some scope in input.unlisted.store
	scope.tier in {"production", null}
	some attr, _ in _wants
}
