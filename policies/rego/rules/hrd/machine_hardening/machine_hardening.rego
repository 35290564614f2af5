# METADATA
# scope: package
# title: Compute of production protects its metadata service and its machines
# description: |
#   Machines of production answer requests to their metadata service with session tokens only (IMDSv2), with a header
#   that no link can carry (Azure), or not at all, also those that a scaling group or a pool makes. Where that can be
#   chosen, they start signed code alone and can prove it (trusted launch with secure boot and a virtual TPM). No part
#   of a workload runs with the rights of its machine, or in the machine's network, process or IPC namespace.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
#     description: Amazon EC2, use the Instance Metadata Service to access instance metadata
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html
#     description: Amazon ECS, task and container security
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html
#     description: Amazon SageMaker, IMDS version of notebook instances
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.4
#   - ref: https://learn.microsoft.com/azure/virtual-machines/trusted-launch
#     description: Azure, trusted launch for virtual machines
#   - ref: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
#     description: Azure Instance Metadata Service
#   - ref: https://learn.microsoft.com/azure/aks/use-trusted-launch
#     description: Azure Kubernetes Service, trusted launch of node pools
#   - ref: https://cloud.google.com/compute/shielded-vm/docs/shielded-vm
#     description: Compute Engine, Shielded VM
# custom:
#   id: HRD-002
#   severity: high
#   rationale: |
#     The metadata service hands the machine's role to whoever can make it send one request; without session tokens a
#     forged link in a web service is enough. A privileged container is no container: what runs in it owns the machine
#     and everything else that runs there.
#   remediation: |
#     Set HttpTokens to required on the instance, in the launch template, and as the account's default. Take privileged,
#     and the modes host for network, process and IPC, out of the task or job definition; use awsvpc networking. Set
#     version 2 as the least metadata version of the notebook. Give machines, scale sets and node pools of Azure the
#     security type TrustedLaunch, with secure boot and vTPM.
#   requires:
#     - instance.own
#     - instance.metadata_service
#     - instance.boot
#     - node_pool.own
#     - node_pool.metadata_service
#     - node_pool.boot
#     - workload.own
#     - workload.privileged
#     - workload.host_namespaces
#     - workload.metadata_service
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [instance, node_pool, workload], tiers: [production], where: {own: true}}
#   checks:
#     metadata:
#       title: The metadata service answers no forged link
#       fail: "The metadata service of {name} ({subject}) of {environment} answers without a session token."
#       unknown: "Whether the metadata service answers forged links is not known for {subject}."
#     boot:
#       title: Machines start signed code alone, and can prove it
#       kinds: [instance, node_pool]
#       fail: "{name} ({subject}) of {environment} does not check what it starts (secure boot and virtual TPM)."
#       unknown: "Whether it checks what it starts is not known for {subject}."
#     privileges:
#       title: It has no rights of its machine
#       kinds: [workload]
#       fail: "{name} ({subject}) of {environment} has rights of its machine: {detail.rights}."
#       unknown: "Whether it has rights of its machine is not known for {subject}."
package rules.hrd.machine_hardening

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_kinds := {
	"metadata": ["instance", "node_pool", "workload"],
	"boot": ["instance", "node_pool"],
	"privileges": ["workload"],
}

_reads := {
	"metadata": ["own", "metadata_service"],
	"boot": ["own", "boot"],
	"privileges": ["own", "privileged", "host_namespaces"],
}

verdicts contains verdict.of(check, item, holds, attrs, detail) if {
	some check, kinds in _kinds
	attrs := _reads[check]
	some kind in kinds
	some item in subject.where(kind, _tiers, "own", true)
	holds := logic.of_subject(value.is(item, "own", true), _hardened(check, item))
	detail := {"rights": concat(", ", _rights(item))}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kinds in _kinds
	some kind in kinds
	some scope in subject.unlisted(kind, _tiers)
}

# What has no metadata service has none to protect.
_hardened("metadata", item) := value.one_of(item, "metadata_service", ["required", "disabled", null])

# None where its provider leaves nothing to choose.
_hardened("boot", item) := value.one_of(item, "boot", ["verified", null])

_hardened("privileges", item) := logic.all_of([
	value.is(item, "privileged", false),
	value.no_more_than(item, "host_namespaces", 0),
])

_rights(item) := array.concat(
	["privileged" | value.is(item, "privileged", true) == "yes"],
	[concat(" ", ["the machine's", name, "namespace"]) | some name in value.items(item, "host_namespaces")],
)
