# METADATA
# scope: package
# title: Access to production is by roles, and full rights are the break-glass set's alone
# description: |
#   No role or user of production, and nobody whom a role is assigned to there, may do anything at all unless its
#   environment declares them under administrators; no user holds rights of its own beside its groups, and nothing
#   is assigned to a single person.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS IAM, security best practices
#   - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#     description: Azure RBAC, best practices
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_emergency_process.html
#     description: AWS Well-Architected, establish emergency access process
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-3(7) role-based access control and AC-6 least privilege
# custom:
#   id: ACC-002
#   severity: high
#   rationale: |
#     An administrator of production may undo every other control: read all data, switch logs off, let anybody in.
#     Rights that hang on single people outlive the job they were given for, since nobody reviews them as a whole.
#   remediation: |
#     Replace the wildcard by the actions that are used (IAM Access Analyzer makes such a policy from the trail), or
#     declare the role under administrators if it is the one for emergencies. Move a user's policies to a group, and
#     a person's assignment to a group of the directory.
#   requires:
#     - identity.granted
#     - identity.administrator
#     - identity.break_glass
#     - identity.direct_grants
#     - assignment.granted
#     - assignment.administrator
#     - assignment.break_glass
#     - assignment.principal_type
#     - "fact:identity_grants"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [identity, assignment], tiers: [production]}
#   checks:
#     administrator:
#       title: It is no undeclared administrator
#       kinds: [identity, assignment]
#       fail: "{name} ({subject}) of {environment} may do anything, and is not declared under administrators."
#       unknown: "Whether {subject} may do anything without being declared is not known."
#       remediation: >-
#         Replace the wildcard by the actions that are used, or declare the role under administrators of the
#         environment if it is the one for emergencies.
#     direct:
#       title: Nothing is granted to a person alone
#       fail: "{name} ({subject}) of {environment} grants a person something directly: {detail.grant}."
#       unknown: "Whether {subject} grants a person something directly is not known."
#       remediation: >-
#         Attach the policies to a group and put the user in it; assign the permission set to a group of the directory.
package rules.acc.role_based

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains _administrator(item) if {
	some kind in ["identity", "assignment"]
	some item in subject.in_tier(kind, _tiers)
}

verdicts contains verdict.of("direct", identity, holds, ["direct_grants"], detail) if {
	some identity in subject.in_tier("identity", _tiers)
	holds := value.no_more_than(identity, "direct_grants", 0)
	detail := {"grant": value.first(identity, "direct_grants")}
}

verdicts contains verdict.of("direct", assignment, holds, ["principal_type"], {"grant": "a role"}) if {
	some assignment in subject.in_tier("assignment", _tiers)
	holds := logic.negated(value.is(assignment, "principal_type", "person"))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check in ["administrator", "direct"]
	some kind in ["identity", "assignment"]
	some scope in subject.unlisted(kind, _tiers)
}

# The root user of an account was given its rights by nobody; it is judged by ACC-005 and ACC-007. An assignment
# that an identity stands for is judged as that.
_harmless(identity) := logic.any_of({
	logic.negated(value.is(identity, "granted", true)),
	value.is(identity, "administrator", false),
})

_administrator(identity) := verdict.undeclared("administrator", identity, "administrators") if {
	_harmless(identity) == "no"
	declared.at(identity.environment, "administrators") == null
} else := verdict.of("administrator", identity, holds, ["granted", "administrator", "break_glass"], {}) if {
	holds := logic.any_of({_harmless(identity), value.is(identity, "break_glass", true)})
}
