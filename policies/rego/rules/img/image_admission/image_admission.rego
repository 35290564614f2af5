# METADATA
# scope: package
# title: Unapproved images are kept out of production
# description: |
#   Something in force keeps what nobody approved from running in production, not only absent today: allowed machine
#   images are enforced where machines run, and code in archives must be signed. For container images on ECS, EKS,
#   Batch, Lambda and SageMaker no provider's API shows such a gate; whether a pipeline or an admission controller is
#   one is unknown until somebody attests it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
#     description: Amazon EC2, control the discovery and use of AMIs with Allowed AMIs
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
#     description: AWS Lambda, code signing to verify code integrity
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.1.5
# custom:
#   id: IMG-007
#   severity: medium
#   rationale: |
#     A list that is only compared with what runs tells of an unapproved image after it ran. Prevention is what
#     makes the list a control: the deployment fails, and the question is asked before and not after.
#   remediation: |
#     Enforce Allowed AMIs in every account and Region of production, best by a declarative policy of the organization,
#     after some days of audit mode. Attach a code signing configuration that enforces signatures to each function.
#     For containers, gate deployments in the pipeline or by an admission controller, and record an attestation.
#   requires:
#     - image_policy.own
#     - image_policy.state
#     - workload.own
#     - workload.admission
#     - fact:machine_policies
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [image_policy, workload], tiers: [production], where: {own: true}}
#   checks:
#     machine_images:
#       title: Allowed machine images are enforced where machines run
#       kinds: [image_policy]
#       fail: "Machine images that are allowed in {name} ({environment}) are {detail.state}, not enforced."
#       unknown: "Whether allowed machine images are enforced is not known for {subject}."
#       remediation: >-
#         Set Allowed AMIs of the Region to enabled with the image providers that are approved, best by a declarative
#         policy of the organization.
#     code:
#       title: Only approved code can be deployed
#       kinds: [workload]
#       fail: >-
#         Nothing keeps unapproved code out of {name} ({subject}) of {environment}: demands on signatures are
#         {detail.admission}.
#       unknown: "Whether unapproved code is kept out is not known for {subject}."
#       remediation: >-
#         Attach a code signing configuration with the policy Enforce. For container images gate deployments in the
#         pipeline or by an admission controller, and record an attestation of that.
package rules.img.image_admission

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_kinds := {"machine_images": "image_policy", "code": "workload"}

_reads := {"machine_images": "state", "code": "admission"}

verdicts contains verdict.of(check, item, holds, ["own", attr], {attr: value.shown(item, attr)}) if {
	some check, kind in _kinds
	attr := _reads[check]
	some item in subject.where(kind, _tiers, "own", true)
	holds := logic.of_subject(value.is(item, "own", true), _kept_out(check, item))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kind in _kinds
	some scope in subject.unlisted(kind, _tiers)
}

_kept_out("machine_images", item) := value.is(item, "state", "enforced")

# What no API shows is neither there nor missing.
_kept_out("code", item) := "unknown" if {
	value.is(item, "admission", "unreadable") == "yes"
} else := value.one_of(item, "admission", ["enforced", "provider"])
