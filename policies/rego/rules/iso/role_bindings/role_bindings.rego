# METADATA
# scope: package
# title: No role of one environment is bound in another
# description: |
#   No identity, group or person of one environment holds a role whose scope reaches into another, whatever the role
#   allows there, unless a flow allows it. A role that is bound above both (at a management group, or cluster-wide)
#   reaches into both. What such a role amounts to is judged by ISO-004, DAT-001 and DAT-002. AWS binds nothing above
#   or outside of an account: there is nothing of the sort to find.
# related_resources:
#   - ref: https://learn.microsoft.com/azure/role-based-access-control/scope-overview
#     description: Azure RBAC, scopes and what is inherited
#   - ref: https://learn.microsoft.com/azure/role-based-access-control/best-practices
#     description: Azure RBAC, best practices
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-3(7) role-based access control and AC-6 least privilege
# custom:
#   id: ISO-008
#   severity: high
#   rationale: |
#     A role that is bound for the sake of convenience one level too high works everywhere below it, also in what is
#     created later. Nobody who looks at production alone sees who holds it, and what is only read today (names,
#     settings, addresses) tells an intruder where to go.
#   remediation: |
#     Remove the binding that the finding names, and bind the role in the one environment that needs it: at its
#     subscription or resource group instead of a management group, in its namespace instead of the whole cluster.
#     Where the other environment has to be seen, declare a flow with the level of access, reason and owner.
#   requires: ["fact:role_bindings"]
#   span: estate
#   providers: [aws, azure]
#   applies: {subject: pair, to_tiers: []}
#   checks:
#     binding:
#       title: No undeclared role binding
#       fail: "Identities of {from} hold a role that reaches into {to} ({access}), by {border}."
#       unknown: "Whether identities of {from} hold a role that reaches into {to} by {border} is not known."
package rules.iso.role_bindings

import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("binding", pair, found.crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("role_bindings", pair)
}
