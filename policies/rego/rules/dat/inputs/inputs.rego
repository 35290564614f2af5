# METADATA
# scope: package
# title: Pipelines and jobs take data from their own environment, validated where that is demanded
# description: |
#   Every pipeline and recent job of an environment reads from stores of that environment only, or from what is
#   declared to be readable; and the stores that production's pipelines and jobs make models from carry the
#   evidence of validation that the environment declares (data.validation), as a tag.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-train-storage.html
#     description: Amazon SageMaker, where training jobs read and write
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html
#     description: Amazon S3, tags of buckets
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-4 information flow enforcement and SI-10 information input validation
# custom:
#   id: DAT-005
#   severity: high
#   rationale: |
#     A production model that was trained on a development bucket is a model of whatever somebody tried out there.
#     Nothing in its metrics shows it. Evidence that a dataset was validated is what tells data that was looked at
#     from data that happens to be there.
#   remediation: |
#     Point the inputs of the pipeline or job to a store of its environment, filled by a declared promotion route.
#     Have the validation mark what passed it, by the tag that data.validation declares. Where reading elsewhere is
#     meant, declare it: data.readable_from of the other environment, or a flow with read access.
#   requires:
#     - pipeline.foreign_inputs
#     - pipeline.unvalidated_inputs
#     - job.foreign_inputs
#     - job.unvalidated_inputs
#     - "fact:lineage"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [pipeline, job], tiers: [production, nonproduction]}
#   checks:
#     inputs:
#       title: It reads from its own environment only
#       fail: "{name} of {environment} reads from elsewhere, which is not declared: {detail.foreign_inputs}."
#       unknown: "Whether {subject} reads from its own environment only is not known."
#     validation:
#       title: What it reads carries the evidence of validation that its environment declares
#       fail: "{name} of {environment} reads data without the evidence of validation: {detail.unvalidated_inputs}."
#       unknown: "Whether what {subject} reads carries the evidence of validation is not known."
package rules.dat.inputs

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production", "nonproduction"}

_kinds := {"pipeline", "job"}

_key := concat(".", ["data", "validation"])

verdicts contains verdict.of("inputs", reader, holds, ["foreign_inputs"], detail) if {
	some kind in _kinds
	some reader in subject.in_tier(kind, _tiers)
	holds := value.no_more_than(reader, "foreign_inputs", 0)
	detail := {"foreign_inputs": value.shown(reader, "foreign_inputs")}
}

verdicts contains _validation(reader) if {
	some kind in _kinds
	some reader in subject.in_tier(kind, _tiers)
}

verdicts contains verdict.unlisted(check, scope) if {
	some kind in _kinds
	some scope in subject.unlisted(kind, _tiers)
	some check in ["inputs", "validation"]
}

_validation(reader) := verdict.undeclared("validation", reader, _key) if {
	_evidence(reader) == null
	reader.tier == "production"
} else := verdict.of("validation", reader, "yes", [], {}) if {
	# What is made outside production need not declare any.
	_evidence(reader) == null
} else := verdict.of("validation", reader, holds, ["unvalidated_inputs"], detail) if {
	holds := value.no_more_than(reader, "unvalidated_inputs", 0)
	detail := {"unvalidated_inputs": value.shown(reader, "unvalidated_inputs")}
}

_evidence(reader) := declared.at(reader.environment, _key)
