# METADATA
# scope: package
# title: No role serves the workloads of two environments
# description: |
#   The workloads and machines that act as a role, by naming it, by an instance profile, by the role that starts
#   them, or as pods of a cluster whose tokens it takes, belong to one environment. That a role which belongs
#   to one environment has workloads of another is a path into it, shared or not, and told by ISO-004, as are
#   roles that nothing runs as and somebody may become.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS IAM, security best practices, temporary credentials and least privilege for workloads
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
#     description: Amazon EKS, IAM roles for service accounts
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-6 least privilege
# custom:
#   id: ISO-005
#   severity: high
#   rationale: |
#     What a role may do, everything that runs as it may do. A role that serves development and production gives an
#     experiment the rights of production, and whoever takes over the weaker one holds the stronger one too. Nor can
#     its rights be cut for one side without breaking the other, so they never are.
#   remediation: |
#     Give each environment a role of its own, with the rights that its workloads need there, and point the workloads
#     named here at theirs. Let each role trust its own environment's cluster only. Then take the rights that
#     were there for the other side from the old role.
#   requires: [identity.workload_identity, identity.used_by_environments, "fact:workload_identities"]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [identity], tiers: [], where: {workload_identity: true}}
#   checks:
#     one_environment:
#       title: Its workloads belong to one environment
#       fail: "Workloads of {detail.environments} act as {name} ({subject})."
#       unknown: "Whether the workloads of one environment alone act as {subject} is not known."
package rules.iso.workload_identities

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_reads := ["workload_identity", "used_by_environments"]

verdicts contains verdict.of("one_environment", role, logic.of_subject(used, alone), _reads, detail) if {
	some role in subject.where("identity", subject.any_tier, "workload_identity", true)
	used := value.is(role, "workload_identity", true)
	alone := value.no_more_than(role, "used_by_environments", 1)
	detail := {"environments": concat(" and ", value.items(role, "used_by_environments"))}
}

verdicts contains verdict.unlisted("one_environment", scope) if {
	some scope in subject.unlisted("identity", subject.any_tier)
}
