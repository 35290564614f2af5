# METADATA
# scope: package
# title: Everything belongs to exactly one environment
# description: |
#   Every boundary is declared for an environment or a service, and no resource carries a tag that names
#   another environment than the one its boundary puts it in. Where the pattern is resource groups, those of an Azure
#   subscription are declared and it need not be.
# related_resources:
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html
#     description: AWS whitepaper, best practices for tagging AWS resources
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_tag-policies.html
#     description: AWS Organizations, tag policies
# custom:
#   id: ISO-011
#   severity: medium
#   rationale: |
#     What belongs to no environment is looked at by no control of separation: an account that nobody
#     declared may trust, peer with and read everything. A tag that contradicts the boundary misleads
#     people, cost reports and every policy whose conditions read tags.
#   remediation: |
#     Declare the boundary in the environment file, under the environment it serves or under services with
#     what it may do; close the account if nobody needs it. Correct a contradicting tag at the resource, or
#     move the resource if the tag is right. Restrict who may change the tag with a tag policy or an SCP
#     on the tagging actions.
#   requires:
#     - boundary.assigned_by
#     - boundary.claimed_by
#     - boundary.isolates
#     - network.tagged_as
#     - subnet.tagged_as
#     - security_group.tagged_as
#     - instance.tagged_as
#     - store.tagged_as
#     - registry.tagged_as
#     - identity.tagged_as
#     - other_resource.tagged_as
#   span: resource
#   providers: [aws, azure, gcp]
#   applies:
#     subject: resource
#     kinds: [boundary, network, subnet, security_group, instance, store, registry, identity, other_resource]
#     tiers: []
#   checks:
#     assigned:
#       title: The boundary is declared
#       kinds: [boundary]
#       fail: "Boundary {name} ({subject}) belongs to no environment and to no service."
#       unknown: "Which boundaries {subject} covers is not known, so that an undeclared one may be among them."
#       remediation: >-
#         Declare the boundary in the environment file, under the environment it serves or under services with
#         what it may do; close the account if nobody needs it.
#     tag_agrees:
#       title: The environment tag agrees with the boundary
#       kinds: [network, subnet, security_group, instance, store, registry, identity, other_resource]
#       fail: "{name} ({subject}) belongs to {detail.place}, and its tags say {detail.tagged_as}."
#       unknown: "Whether the environment tag agrees with the boundary is not known for {subject}."
#       remediation: >-
#         Correct the tag, or move the resource if the tag is right. Restrict who may change the tag with a tag
#         policy or an SCP on the tagging actions.
package rules.iso.assignment

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_kinds := {
	"assigned": ["boundary"],
	"tag_agrees": [
		"network",
		"subnet",
		"security_group",
		"instance",
		"store",
		"registry",
		"identity",
		"other_resource",
	],
}

verdicts contains verdict.of("assigned", boundary, holds, [], {}) if {
	some boundary in subject.in_tier("boundary", subject.any_tier)

	# one that several environments share has no place of its own: what is in it has
	divided := logic.negated(value.is(boundary, "isolates", true))
	holds := logic.any_of([logic.of(boundary.place != null), _claimed(boundary), divided])
}

verdicts contains verdict.of("tag_agrees", tagged, holds, ["tagged_as"], detail) if {
	some kind in _kinds.tag_agrees
	some tagged in subject.in_tier(kind, subject.any_tier)
	holds := value.one_of(tagged, "tagged_as", _agreeing(tagged))
	detail := {"tagged_as": _said(tagged), "place": _place(tagged)}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kinds in _kinds
	some kind in kinds
	some scope in subject.unlisted(kind, subject.any_tier)
}

_claimed(boundary) := logic.negated(value.no_more_than(boundary, "claimed_by", 0))

# What tags may say: nothing, where the boundary says it. What has no place at all agrees with nothing.
_agreeing(tagged) := [null, tagged.place] if {
	tagged.place != null
} else := []

_said(tagged) := said if {
	said := value.shown(tagged, "tagged_as")
	said != null
} else := "nothing"

_place(tagged) := tagged.place if {
	tagged.place != null
} else := "no environment"
