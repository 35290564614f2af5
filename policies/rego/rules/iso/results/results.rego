# METADATA
# scope: package
# title: Results, models and logs of an environment are not readable from another
# description: |
#   No identity of another environment can read the logs and registered models of an environment, or the stores
#   that its pipelines and jobs write to, unless a flow allows it (or, for stores, data.readable_from). What counts
#   is effective access, over any number of steps.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
#     description: Amazon CloudWatch Logs, overview of managing access permissions
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
#     description: Amazon SageMaker, model registry
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-4 information flow enforcement and AU-9 protection of audit information
# custom:
#   id: ISO-009
#   severity: medium
#   rationale: |
#     Logs and results repeat the data that they were made of: requests, samples, errors with their context. Who
#     sees the results of another environment sees much of its data, past every control on the data itself.
#   remediation: |
#     Remove the grant that the finding names behind "through": the statement that lets the foreign identity read
#     logs, models or result stores, or that lets it become an identity that can. Where reading is meant, declare
#     a flow with read access, the exact resources, reason and owner.
#   requires: ["fact:result_access"]
#   span: estate
#   providers: [aws]
#   applies: {subject: pair}
#   checks:
#     read:
#       title: No undeclared view from another environment
#       fail: "Identities of {from} can read results or logs of {to}, which is not declared, through {border}."
#       unknown: "Whether identities of {from} can read results or logs of {to} through {border} is not known."
package rules.iso.results

import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("read", pair, found.crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("result_access", pair)
}
