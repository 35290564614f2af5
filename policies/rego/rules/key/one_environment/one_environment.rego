# METADATA
# scope: package
# title: No key or secret serves two environments
# description: |
#   Every customer managed encryption key and every secret serves one environment: the one it is in, and
#   what is encrypted with the key, or handed the secret, is of no other. Service accounts that serve
#   two are the matter of ISO-005.
# related_resources:
#   - ref: https://docs.aws.amazon.com/prescriptive-guidance/latest/aws-kms-best-practices/key-management.html
#     description: AWS Prescriptive Guidance, key management for AWS KMS
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
#     description: AWS Secrets Manager, resource policies
# custom:
#   id: KEY-001
#   severity: high
#   rationale: |
#     A key that two environments share opens both to whoever holds one of them, and cannot be rotated,
#     disabled or revoked for one without stopping the other.
#   remediation: |
#     Create a key or a secret in each environment, move what uses the shared one over, and re-encrypt
#     what is stored. Then take the other account out of the policy and the grants.
#   requires:
#     - key.active
#     - key.used_by_environments
#     - secret.active
#     - secret.used_by_environments
#     - "fact:shared_keys"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [key, secret], tiers: [], where: {active: true}}
#   checks:
#     one_environment:
#       title: It serves one environment
#       fail: "{name} ({subject}) serves several environments: {detail.environments}."
#       unknown: "Whether it serves one environment only is not known for {subject}."
package rules.key.one_environment

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_kinds := ["key", "secret"]

_reads := ["active", "used_by_environments"]

verdicts contains verdict.of("one_environment", key, holds, _reads, detail) if {
	some kind in _kinds
	some key in subject.where(kind, subject.any_tier, "active", true)
	alone := value.no_more_than(key, "used_by_environments", 1)
	holds := logic.of_subject(value.is(key, "active", true), alone)
	detail := {"environments": value.items(key, "used_by_environments")}
}

verdicts contains verdict.unlisted("one_environment", scope) if {
	some kind in _kinds
	some scope in subject.unlisted(kind, subject.any_tier)
}
