# METADATA
# scope: package
# title: Workloads of different environments do not share machines
# description: |
#   The machines of every cluster and pool run workloads of one environment. Machines of services that keep
#   their customers' workloads apart themselves (Fargate, Lambda) are shared by nobody. What pods run in a cluster
#   is for Kubernetes to tell.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/security-tasks-containers.html
#     description: Amazon ECS, task and container security, isolation of tasks on shared instances
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/multi-tenancy.html
#     description: Amazon EKS best practices, tenant isolation
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.4
# custom:
#   id: ISO-007
#   severity: high
#   rationale: |
#     Containers on one machine share its kernel, its disks, its metadata service and the rights of its role. An
#     experiment that escapes its container, or only fills the disk, reaches what runs beside it; machines are
#     the border that holds.
#   remediation: |
#     Give each environment machines of its own: a cluster or capacity provider, a compute environment, or an
#     account. In Kubernetes a pool of nodes with a taint that only its environment's pods tolerate. Move the
#     workloads of all but one environment off the machines named here.
#   requires:
#     - cluster.environments_on_nodes
#     - node_pool.environments_on_nodes
#     - fact:shared_nodes
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [cluster, node_pool], tiers: []}
#   checks:
#     one_environment:
#       title: Its machines run workloads of one environment
#       fail: "Machines of {name} ({subject}) run workloads of {detail.environments}."
#       unknown: "Whether machines of {subject} run workloads of one environment alone is not known."
package rules.iso.shared_nodes

import data.lib.subject
import data.lib.value
import data.lib.verdict

_kinds := ["cluster", "node_pool"]

verdicts contains verdict.of("one_environment", pool, alone, ["environments_on_nodes"], detail) if {
	some kind in _kinds
	some pool in subject.in_tier(kind, subject.any_tier)
	alone := value.no_more_than(pool, "environments_on_nodes", 1)
	detail := {"environments": concat(" and ", value.items(pool, "environments_on_nodes"))}
}

verdicts contains verdict.unlisted("one_environment", scope) if {
	some kind in _kinds
	some scope in subject.unlisted(kind, subject.any_tier)
}
