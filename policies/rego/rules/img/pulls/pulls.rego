# METADATA
# scope: package
# title: Registries that serve production are not public, and only declared environments pull from them
# description: |
#   No registry of production, and none whose images production approves, admits everyone; and no environment can
#   pull from one that is not declared to: its own, those of its group, those under images.pulled_from, those that
#   a flow lets read it, and for a registry in a service those whom the service allows to read.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
#     description: Amazon ECR, private repository policies
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
#     description: Amazon ECR, repository policy examples
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-3 access enforcement
# custom:
#   id: IMG-006
#   severity: high
#   rationale: |
#     Images carry code, models and often configuration. Whoever can pull production's images sees how production
#     is built, and an environment that pulls from it quietly depends on it.
#   remediation: |
#     Take "*" and foreign accounts out of the repository's and the registry's policy, or hold them to the
#     organization's environments that need the images. Where an environment is meant to pull, add it to
#     images.pulled_from, or to what the registry's service allows.
#   requires:
#     - registry.serves_production
#     - registry.public
#     - registry.undeclared_pullers
#     - "fact:registry_access"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [registry], tiers: [], where: {serves_production: true}}
#   checks:
#     public:
#       title: It does not admit everyone
#       fail: "Anybody can pull from {name} ({subject}), which serves production."
#       unknown: "Whether anybody can pull from {subject} is not known."
#     pulls:
#       title: Undeclared environments do not pull from it
#       fail: "{detail.environments} can pull from {name} ({subject}), which is not declared."
#       unknown: "Whether undeclared environments can pull from {subject} is not known."
package rules.img.pulls

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains verdict.of(check, registry, holds, ["serves_production", answer.attr], answer.detail) if {
	some registry in subject.where("registry", subject.any_tier, "serves_production", true)
	some check, answer in _answers(registry)
	holds := logic.of_subject(value.is(registry, "serves_production", true), answer.holds)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check in ["public", "pulls"]
	some scope in subject.unlisted("registry", subject.any_tier)
}

_answers(registry) := {
	"public": {"attr": "public", "holds": value.is(registry, "public", false), "detail": {}},
	"pulls": {
		"attr": "undeclared_pullers",
		"holds": value.no_more_than(registry, "undeclared_pullers", 0),
		"detail": {"environments": concat(", ", value.items(registry, "undeclared_pullers"))},
	},
}
