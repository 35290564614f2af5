# METADATA
# scope: package
# title: No identity of one environment can become an identity of another
# description: |
#   Role assumption, impersonation, federated trust, pass-role and group membership, over any number of
#   steps, give no identity of one environment the rights of an identity of another, unless a flow allows it.
#   Whatever acts as a role counts as its environment's: workloads and pods, service accounts of its clusters,
#   runs of CI in the repositories and on the branches that it names (match.github), and people whom it declares
#   and the other does not. How broadly a role trusts CI at all SRC-005 judges, and ISO-005 which roles the
#   workloads of two environments share.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
#     description: AWS IAM, cross-account policy evaluation logic
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
#     description: AWS IAM, delegating access across accounts with roles
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-4 information flow enforcement and AC-6 least privilege
# custom:
#   id: ISO-004
#   severity: critical
#   rationale: |
#     Whoever becomes a production role is production: no network rule and no bucket policy stops it. Such
#     paths are rarely one step long. A developer assumes a build role, which assumes a deployment role,
#     which production trusts, and nobody who looks at one of these grants sees the whole.
#   remediation: |
#     Remove the grant that the finding names behind "through": narrow the trust policy of the production role
#     to principals of production by their ARN (not to an account root), or take sts:AssumeRole on that role out of
#     the policy on the other side. Remove both where both exist: a grant left on one side is latent. Give a
#     workload that runs as a role of another environment one of its own, and take people off an assignment. A
#     deployment that has to cross goes through a declared service or flow, with reason and owner.
#   requires: ["fact:identity_paths"]
#   span: estate
#   providers: [aws, azure]
#   applies: {subject: pair, to_tiers: []}
#   checks:
#     path:
#       title: No undeclared identity path
#       fail: "Identities of {from} can become identities of {to}, through {border}."
#       unknown: "Whether identities of {from} can become identities of {to} through {border} is not known."
package rules.iso.identity_paths

import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("path", pair, found.crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("identity_paths", pair)
}
