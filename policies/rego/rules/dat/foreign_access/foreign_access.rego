# METADATA
# scope: package
# title: Production data is not written, nor read, from other environments
# description: |
#   No identity of another environment can write, delete or administer a data store of production, and none
#   can read it unless the environment file says so. What counts is effective access: policies of the
#   identity, the store and the organization taken together, over any number of steps.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
#     description: AWS IAM, cross-account policy evaluation logic
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
#     description: Amazon S3, security best practices
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-3 access enforcement and AC-4 information flow enforcement
# custom:
#   id: DAT-002
#   severity: critical
#   rationale: |
#     A model is as trustworthy as the data it was trained on. Write access from development lets an
#     experiment, or whoever took over a notebook, change what production trains and decides on, unseen.
#     Read access carries personal and confidential data into the place with the weakest protection.
#   remediation: |
#     Remove the grant that the finding names behind "through": the statement of the store's policy that names the
#     foreign account or role, or the statement of the foreign role that names the store. Add an explicit deny to
#     the store's policy for principals outside production (aws:PrincipalOrgPaths or aws:PrincipalAccount).
#     If development has to read, declare it: data.readable_from of the environment, or a flow with
#     read access, the exact resources, reason and owner. Prefer a validated copy in a store of its own.
#   requires: ["fact:store_access"]
#   span: estate
#   providers: [aws, azure]
#   applies: {subject: pair, to_tiers: [production]}
#   checks:
#     write:
#       title: No write, delete or administration from another environment
#       fail: "Identities of {from} can change data of {to} ({access}), through {border}."
#       unknown: "Whether identities of {from} can change data of {to} through {border} is not known."
#     read:
#       title: No undeclared read from another environment
#       fail: "Identities of {from} can read data of {to}, which is not declared, through {border}."
#       unknown: "Whether identities of {from} can read data of {to} through {border} is not known."
package rules.dat.foreign_access

import data.lib.declared
import data.lib.subject
import data.lib.verdict

_levels := {"write": {"write", "delete", "admin"}, "read": {"read"}}

verdicts contains verdict.pair(check, pair, crossings, found.blind) if {
	some pair in subject.pairs({"production"})
	found := subject.fact("store_access", pair)
	some check, levels in _levels
	not _declared(check, pair)
	crossings := [seen | some crossing in found.crossings; seen := _narrowed(crossing, levels); count(seen.access) > 0]
}

# A declared reader may read by any way: nothing is left to look for, so nothing can be hidden.
verdicts contains verdict.pair("read", pair, [], []) if {
	some pair in subject.pairs({"production"})
	_declared("read", pair)
}

_declared("read", pair) if declared.readable(pair)

# A crossing as seen by a check: with the levels that it is about, so that the witness is of those.
_narrowed(crossing, levels) := object.union(
	crossing,
	{"access": [level | some level in crossing.access; level in levels]},
)
