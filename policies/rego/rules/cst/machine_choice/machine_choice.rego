# METADATA
# scope: package
# title: Machines are chosen as their environment declares
# description: |
#   Everything whose settings choose machines takes spot or preemptible ones where costs.spot of its environment says
#   so, and on-demand ones where it says not, of sizes that fit a pattern of costs.types.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances.html
#     description: Amazon EC2, Spot Instances
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
#     description: Amazon EKS, managed node groups and their capacity types
#   - ref: https://learn.microsoft.com/azure/virtual-machines/spot-vms
#     description: Azure Spot Virtual Machines
#   - ref: https://learn.microsoft.com/azure/machine-learning/how-to-manage-optimize-cost
#     description: Azure Machine Learning, low-priority machines in compute clusters
#   - ref: https://cloud.google.com/compute/docs/instances/spot
#     description: Compute Engine, Spot VMs
# custom:
#   id: CST-004
#   severity: low
#   rationale: |
#     Spot machines are cheap because they may be taken away within minutes: right for an experiment that can start
#     again, wrong for what serves customers. Sizes tell the same story. A machine of the wrong sort shows that nobody
#     decided, and either costs too much or fails when it must not.
#   remediation: |
#     Change the capacity type, the market option or the sizes in the settings named here, or declare costs.spot and
#     costs.types of the environment as they are meant to be.
#   requires:
#     - instance.sized
#     - instance.lifecycle
#     - instance.types_not_allowed
#     - node_pool.sized
#     - node_pool.lifecycle
#     - node_pool.types_not_allowed
#     - workload.sized
#     - workload.lifecycle
#     - workload.types_not_allowed
#     - fact:machine_choice
#   span: resource
#   providers: [aws, azure, gcp]
#   applies:
#     subject: resource
#     kinds: [instance, node_pool, workload]
#     tiers: [nonproduction, production]
#     where: {sized: true}
#   checks:
#     lifecycle:
#       title: Spot or on demand, as declared
#       fail: "{name} ({subject}) of {environment} uses {detail.lifecycle} machines, and costs.spot is {detail.spot}."
#       unknown: "Whether it uses spot or on-demand machines as declared is not known for {subject}."
#     types:
#       title: Sizes are among those declared
#       fail: "{name} ({subject}) of {environment} uses sizes that costs.types does not allow: {detail.types}."
#       unknown: "Whether its sizes are among those declared is not known for {subject}."
package rules.cst.machine_choice

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_kinds := ["instance", "node_pool", "workload"]

_tiers := {"nonproduction", "production"}

_keys := {"lifecycle": "spot", "types": "types"}

_reads := {"lifecycle": ["sized", "lifecycle"], "types": ["sized", "types_not_allowed"]}

# Some spot machines among others are a choice of spot; on demand is all or nothing.
_wanted := {true: ["spot", "mixed", null], false: ["on_demand", null]}

_items contains item if {
	some kind in _kinds
	some item in subject.where(kind, _tiers, "sized", true)
}

verdicts contains verdict.of(check, item, holds, attrs, _detail(item)) if {
	some item in _items
	some check, key in _keys
	_declared(item, key)
	attrs := _reads[check]
	holds := logic.of_subject(value.is(item, "sized", true), _fits(check, item))
}

verdicts contains verdict.undeclared(check, item, concat(".", ["costs", key])) if {
	some item in _items
	some check, key in _keys
	not _declared(item, key)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _keys
	some kind in _kinds
	some scope in subject.unlisted(kind, _tiers)
}

_declared(item, key) if declared.at(item.environment, concat(".", ["costs", key])) != null

_fits("lifecycle", item) := value.one_of(item, "lifecycle", _wanted[_spot(item)])

_fits("types", item) := value.no_more_than(item, "types_not_allowed", 0)

_spot(item) := declared.at(item.environment, "costs.spot")

_detail(item) := {
	"lifecycle": value.shown(item, "lifecycle"),
	"spot": _spot(item),
	"types": concat(", ", value.items(item, "types_not_allowed")),
}
