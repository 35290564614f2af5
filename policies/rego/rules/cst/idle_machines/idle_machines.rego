# METADATA
# scope: package
# title: Idle development machines stop by themselves, production's do not
# description: |
#   Outside production, everything whose settings choose machines stops within costs.idle_after when nothing uses it,
#   or by a schedule that names it, or keeps no machine between uses. In production nothing stops by itself. What does
#   not run at the time is neither. Means that no API shows (a script of one's own) do not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
#     description: Amazon SageMaker Studio, idle shutdown
#   - ref: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
#     description: Amazon EC2 Auto Scaling, scheduled scaling
#   - ref: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
#     description: Amazon EventBridge Scheduler, universal targets
#   - ref: https://learn.microsoft.com/azure/virtual-machines/auto-shutdown-vm
#     description: Azure Virtual Machines, auto-shutdown
#   - ref: https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance
#     description: Azure Machine Learning, idle shutdown and schedules of compute instances
#   - ref: https://learn.microsoft.com/azure/aks/cluster-autoscaler
#     description: Azure Kubernetes Service, cluster autoscaler
#   - ref: https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop
#     description: Compute Engine, instance schedules
# custom:
#   id: CST-003
#   severity: low
#   rationale: |
#     A forgotten GPU of an experiment costs more in a week than the experiment did, and nobody misses it until the
#     bill comes. The same mechanism in production is an outage that waits for a quiet night.
#   remediation: |
#     Turn idle shutdown on in the Studio domain, give notebooks a lifecycle configuration that stops them, scale groups
#     to zero by a scheduled action, or stop instances by a schedule that names them. In Azure, turn on
#     auto-shutdown of virtual machines and idle shutdown of compute instances, and let pools and clusters scale to
#     nothing. In production remove the schedule or action named here.
#   requires:
#     - instance.sized
#     - instance.stops_itself
#     - node_pool.sized
#     - node_pool.stops_itself
#     - workload.sized
#     - workload.stops_itself
#     - fact:stopping
#   span: resource
#   providers: [aws, azure, gcp]
#   applies:
#     subject: resource
#     kinds: [instance, node_pool, workload]
#     tiers: [nonproduction, production]
#     where: {sized: true}
#   checks:
#     stops:
#       title: It stops by itself outside production only
#       fail: "{name} ({subject}) of {environment} {detail.does}."
#       unknown: "Whether it stops by itself is not known for {subject}."
package rules.cst.idle_machines

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"nonproduction", "production"}

_kinds := ["instance", "node_pool", "workload"]

_wanted := {"nonproduction": [true, null], "production": [false, null]}

_does := {"nonproduction": "does not stop by itself when it is idle", "production": "is stopped by itself"}

verdicts contains verdict.of("stops", item, holds, ["sized", "stops_itself"], {"does": _does[item.tier]}) if {
	some kind in _kinds
	some item in subject.where(kind, _tiers, "sized", true)
	fits := value.one_of(item, "stops_itself", _wanted[item.tier])
	holds := logic.of_subject(value.is(item, "sized", true), fits)
}

verdicts contains verdict.unlisted("stops", scope) if {
	some kind in _kinds
	some scope in subject.unlisted(kind, _tiers)
}
