# METADATA
# scope: package
# title: No paths
# description: No path leads into production.
# related_resources:
#   - ref: https://example.com/paths
#     description: why
# custom:
#   id: ISO-901
#   severity: critical
#   rationale: So that they are apart.
#   remediation: Remove the grant.
#   requires: ["fact:paths"]
#   span: estate
#   providers: [aws]
#   applies: {subject: pair, to_tiers: [production]}
#   checks:
#     path:
#       title: No path
#       fail: "{from} reaches {to} through {border}."
#       unknown: "Not known for {from} and {to}."
package rules.iso.paths

verdicts contains {"check": "path", "subject": pair.id, "verdict": _worst(words, relation.blind), "crossings": judged} if {
	some pair in input.pairs
	pair.to_tier == "production"
	relation := input.facts.paths[pair.id]
	judged := [{"id": c.id, "verdict": _word(c), "latent": c.latent} | some c in relation.crossings]
	words := {c.verdict | some c in judged}
}

_word(crossing) := "pass" if {
	crossing.flow != null
} else := {"yes": "fail", "unknown": "unknown"}[crossing.state]

_worst(words, _) := "fail" if "fail" in words

_worst(words, _) := "unknown" if {
	not "fail" in words
	"unknown" in words
}

_worst(words, blind) := {true: "unknown", false: "pass"}[count(blind) > 0] if {
	not "fail" in words
	not "unknown" in words
}
