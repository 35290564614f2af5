# METADATA
# scope: package
# title: Only declared principals can promote data, models and code into production
# description: |
#   Everybody who can write to a data store of production, approve or make a model there, push to its registries or
#   change its pipelines is among the principals that its environment declares (promoters, or its administrators).
#   Identities that only services of the provider can take on are workloads of production: what they write is its
#   own work and no promotion; who may start them is ACC-003. What counts is effective access at first hand.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
#     description: Amazon SageMaker, update the approval status of a model
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
#     description: Amazon S3, security best practices
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-5 access restrictions for change
# custom:
#   id: ACC-004
#   severity: high
#   rationale: |
#     What is promoted into production is what it decides with. If anybody can put data, a model or an image there,
#     review and validation can be walked around, and afterwards nobody can say who brought in what.
#   remediation: |
#     Remove the grant that the finding names, so that one promoting role is left, which people take on under
#     review. Where the principal is meant, add it to promoters of the environment.
#   requires:
#     - model.undeclared_promoters
#     - model.undeclared_promoters_count
#     - pipeline.undeclared_promoters
#     - pipeline.undeclared_promoters_count
#     - registry.undeclared_promoters
#     - registry.undeclared_promoters_count
#     - store.undeclared_promoters
#     - store.undeclared_promoters_count
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [model, pipeline, registry, store], tiers: [production]}
#   checks:
#     data:
#       title: Nobody else can put data into it
#       kinds: [store]
#       fail: "Undeclared principals can write to {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can write to {subject} is not known."
#     models:
#       title: Nobody else can approve it
#       kinds: [model]
#       fail: "Undeclared principals can approve {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can approve {subject} is not known."
#     code:
#       title: Nobody else can change what it runs
#       kinds: [pipeline, registry]
#       fail: "Undeclared principals can change {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can change {subject} is not known."
package rules.acc.promoters

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_kinds := {"data": ["store"], "models": ["model"], "code": ["pipeline", "registry"]}

verdicts contains _judged(check, r) if {
	some check, kinds in _kinds
	some kind in kinds
	some r in subject.in_tier(kind, _tiers)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kinds in _kinds
	some kind in kinds
	some scope in subject.unlisted(kind, _tiers)
}

_judged(check, r) := verdict.undeclared(check, r, "promoters") if {
	declared.at(r.environment, "promoters") == null
} else := verdict.of(check, r, holds, ["undeclared_promoters"], detail) if {
	holds := value.no_more_than(r, "undeclared_promoters", 0)
	detail := value.sample(r, "undeclared_promoters")
}
