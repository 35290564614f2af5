# METADATA
# scope: package
# title: Models that production serves were registered, evaluated and approved there
# description: |
#   Every model behind an endpoint of production comes from a version in a model registry of production itself,
#   that version is approved, and results of its evaluation are recorded with it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
#     description: Amazon SageMaker, updating the approval status of a model
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html
#     description: Amazon SageMaker, deploying a model from the registry
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-3 configuration change control and CM-4(1) separate test environments
# custom:
#   id: PIP-002
#   severity: high
#   rationale: |
#     A registry is where it is decided that a model may serve. A model that is deployed past it, or by a version
#     that nobody approved, decides about customers without anybody having looked at what it does. An approval in
#     development says that it works there.
#   remediation: |
#     Register the model in a model package group of production, with the metrics of its evaluation on data of
#     production, have it approved there, and deploy that version (CreateModel with ModelPackageName).
#   requires:
#     - model.served
#     - model.package
#     - model.approval
#     - model.evaluated
#     - model.registered_in
#     - model.registered_environment
#     - "fact:origins"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [model], tiers: [production], where: {served: true}}
#   checks:
#     registered:
#       title: It comes from a model registry of its environment
#       fail: "{name} is served in {environment}, and comes from no model registry of it ({subject})."
#       unknown: "Whether {subject} comes from a model registry of its environment is not known."
#     approved:
#       title: Its version is approved
#       fail: "{name} is served in {environment}, and its version is not approved ({subject})."
#       unknown: "Whether the version of {subject} is approved is not known."
#     evaluated:
#       title: Its evaluation is recorded
#       fail: "{name} is served in {environment}, and no evaluation is recorded with its version ({subject})."
#       unknown: "Whether an evaluation of {subject} is recorded is not known."
package rules.pip.served_models

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_reads := {
	"registered": ["package", "registered_in", "registered_environment"],
	"approved": ["approval"],
	"evaluated": ["evaluated"],
}

verdicts contains verdict.of(check, model, holds, attrs, {}) if {
	some model in subject.where("model", _tiers, "served", true)
	some check, demand in _demands(model)
	attrs := array.concat(["served"], _reads[check])
	holds := logic.of_subject(value.is(model, "served", true), demand)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _reads
	some scope in subject.unlisted("model", _tiers)
}

_demands(model) := {
	"registered": logic.all_of([
		value.present(model, "package"),
		value.is(model, "registered_environment", model.environment),
	]),
	"approved": value.is(model, "approval", "approved"),
	"evaluated": value.is(model, "evaluated", true),
}
