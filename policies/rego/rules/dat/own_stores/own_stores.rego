# METADATA
# scope: package
# title: Each environment has data stores of its own, which no other environment reaches
# description: |
#   No identity of another environment can read, write, delete or administer a data store, registry, key or secret
#   of an environment, unless that is declared: a flow, data.readable_from for reading, data.shared for what others
#   may read. What counts is effective access, over any number of steps.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
#     description: AWS IAM, cross-account policy evaluation logic
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
#     description: Amazon S3, security best practices
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-4 information flow enforcement and SC-7(21) isolation
# custom:
#   id: DAT-001
#   severity: high
#   rationale: |
#     A store that two environments use is where their data mixes: an experiment trains on what another team is
#     still changing, and nobody can say any more what a model was made of.
#   remediation: |
#     Give each environment a store of its own and remove the grant that the finding names behind "through". Copy
#     what has to move by a declared promotion. Where sharing is meant, declare it: a flow with the exact resources,
#     reason and owner, data.readable_from, or data.shared.
#   requires: ["fact:store_access"]
#   span: estate
#   providers: [aws, azure]
#   applies: {subject: pair}
#   checks:
#     reach:
#       title: No undeclared access from another environment
#       fail: "Identities of {from} reach data of {to} ({access}), which is not declared, through {border}."
#       unknown: "Whether identities of {from} reach data of {to} through {border} is not known."
package rules.dat.own_stores

import data.lib.declared
import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("reach", pair, crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("store_access", pair)
	crossings := [seen | some crossing in found.crossings; seen := _undeclared(crossing, pair); count(seen.access) > 0]
}

# A crossing without the levels that the environment it leads to lets the other have.
_undeclared(crossing, pair) := object.union(
	crossing,
	{"access": [level | some level in crossing.access; not _declared(level, pair)]},
)

_declared("read", pair) if declared.readable(pair)
