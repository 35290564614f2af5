# METADATA
# scope: package
# title: Keys are rotated within the age declared for their environment
# description: |
#   Every active long-lived credential was created or rotated within the age that its environment
#   declares (keys.max_age), or within 90 days where it belongs to no environment.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
#     description: AWS IAM, update access keys
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html
#     description: AWS IAM, secure access keys
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS IAM, security best practices, temporary credentials for people and workloads
# custom:
#   id: KEY-002
#   severity: medium
#   rationale: |
#     A long-lived key is copied into notebooks, pipelines and laptops, and nobody knows how many copies
#     there are. Rotation is what ends the life of the lost ones; without it, a key that leaked from
#     development years ago still opens whatever it opened then.
#   remediation: |
#     Replace the key by temporary credentials where the user of it can have a role (instance profile,
#     OIDC federation, IAM Identity Center). Else create a second key, switch its users over, watch that the
#     old one is not used any more, deactivate it and delete it some days later. Raise keys.max_age in
#     the environment file only with a reason.
#   requires: [credential.active, credential.rotated_at]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [credential], tiers: [], where: {active: true}}
#   checks:
#     age:
#       title: Rotated within the declared age
#       fail: "Key {name} ({subject}) is {detail.age_days} days old; {detail.max_age_days} are allowed."
#       unknown: "Whether the key was rotated in time is not known for {subject}."
package rules.key.rotation

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_default_max_age_days := 90

verdicts contains verdict.of("age", key, logic.of_subject(active, fresh), ["active", "rotated_at"], detail) if {
	some key in subject.where("credential", subject.any_tier, "active", true)
	limit := _max_age_days(key)
	active := value.is(key, "active", true)
	fresh := logic.negated(value.older_than(key, "rotated_at", limit, input.as_of))
	detail := {
		"age_days": value.age_days(key, "rotated_at", input.as_of),
		"max_age_days": limit,
		"holds_until": value.days_after(key, "rotated_at", limit),
	}
}

verdicts contains verdict.unlisted("age", scope) if {
	some scope in subject.unlisted("credential", subject.any_tier)
}

_max_age_days(key) := days if {
	days := input.environments[key.environment].settings.keys.max_age_days
	is_number(days)
} else := _default_max_age_days
