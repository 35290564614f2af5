# METADATA
# scope: package
# title: Stores that are declared read-only are not written by their environment
# description: |
#   No principal of an environment can write to, delete from or administer a store that the environment declares
#   read-only (data.read_only). What counts is effective access, at first hand or by becoming somebody who has it.
#   The root user of the store's account, who may do anything, is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
#     description: Amazon S3, security best practices
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#     description: AWS IAM, policy evaluation logic
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-6 least privilege and SI-7 information integrity
# custom:
#   id: DAT-003
#   severity: high
#   rationale: |
#     Data that is meant to stay as it is, such as what models are trained and validated on, is evidence only as
#     long as nobody can change it. A declaration that the permissions do not keep protects nothing.
#   remediation: |
#     Remove the grant that the finding names: narrow write, delete and administration to the stores that the
#     identity writes. Add an explicit deny of writing to the store's policy, with the loading role as its only
#     exception, and lock objects against deletion.
#   requires:
#     - store.read_only
#     - store.own_writers
#     - store.own_writers_count
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [store], tiers: [], where: {read_only: true}}
#   checks:
#     writers:
#       title: Nobody of the environment can change it
#       fail: "Principals can change {name} ({subject}), declared read-only: {detail.count}, such as {detail.first}."
#       unknown: "Whether anybody can change the read-only store {subject} is not known."
package rules.dat.read_only

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains verdict.of("writers", store, holds, ["read_only", "own_writers"], detail) if {
	some store in subject.where("store", subject.any_tier, "read_only", true)
	holds := logic.of_subject(value.is(store, "read_only", true), value.no_more_than(store, "own_writers", 0))
	detail := value.sample(store, "own_writers")
}

verdicts contains verdict.unlisted("writers", scope) if {
	some scope in subject.unlisted("store", subject.any_tier)
}
