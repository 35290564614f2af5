# METADATA
# scope: package
# title: Only declared publishers can push to the registries that serve production
# description: |
#   Everybody who can push to a registry of production, or to one whose images production approves, is among the
#   publishers that those environments declare (images.publishers, or their administrators). What counts is
#   effective access, at first hand or by becoming somebody who has it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
#     description: Amazon ECR, private repository policies
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam.html
#     description: Amazon ECR, identity and access management
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-5 access restrictions for change
# custom:
#   id: IMG-005
#   severity: critical
#   rationale: |
#     Whoever can push an image that production runs decides what production does. An approved list of images
#     says nothing if anybody can replace what stands under an approved name.
#   remediation: |
#     Remove the grant that the finding names, so that one build role is left that can push, and let nobody become
#     that role but the pipeline. Give everyone else pull access. Where the publisher is meant, add it to
#     images.publishers of the environment.
#   requires:
#     - registry.serves_production
#     - registry.approved_by
#     - registry.undeclared_publishers
#     - registry.undeclared_publishers_count
#     - "fact:registry_access"
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [registry], tiers: [], where: {serves_production: true}}
#   checks:
#     publishers:
#       title: Nobody else can push to it
#       fail: "Undeclared principals can push to {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can push to {subject} is not known."
package rules.img.publishers

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains _judged(registry) if {
	some registry in subject.where("registry", subject.any_tier, "serves_production", true)
}

verdicts contains verdict.unlisted("publishers", scope) if {
	some scope in subject.unlisted("registry", subject.any_tier)
}

_judged(registry) := verdict.undeclared_in(silent[0], "publishers", registry, "images.publishers") if {
	silent := [name | some name in value.items(registry, "approved_by"); _silent(name)]
	count(silent) > 0
} else := verdict.of("publishers", registry, holds, _evidence, detail) if {
	nobody := value.no_more_than(registry, "undeclared_publishers", 0)
	holds := logic.of_subject(_serves(registry), nobody)
	detail := value.sample(registry, "undeclared_publishers")
}

_evidence := ["serves_production", "approved_by", "undeclared_publishers"]

# Does it serve production, and is it known whom there?
_serves(registry) := logic.all_of([
	value.is(registry, "serves_production", true),
	value.within(registry, "approved_by", object.keys(input.environments)),
])

_silent(environment) if {
	declared.at(environment, "images.publishers") == null
}
