# METADATA
# scope: package
# title: Keys and secrets are rotated within the age declared for their environment
# description: |
#   Every active access key, secret and customer managed encryption key was made or replaced within the age
#   that its environment declares (keys.max_age), or within 90 days where it belongs to no environment. A
#   secret that was not rotated by its vault and yet changed within that time stays undecided: the vault
#   does not tell a new value from a new description. A secret of an Azure key vault is as old as its version.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
#     description: AWS IAM, update access keys
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html
#     description: AWS IAM, secure access keys
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS IAM, security best practices, temporary credentials for people and workloads
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
#     description: AWS Secrets Manager, rotate secrets
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
#     description: AWS KMS, rotate keys
#   - ref: https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
#     description: Azure Key Vault, configure key auto-rotation
#   - ref: https://learn.microsoft.com/azure/key-vault/secrets/tutorial-rotation
#     description: Azure Key Vault, automate the rotation of a secret
#   - ref: https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys
#     description: Google Cloud, managing service account keys
#   - ref: https://cloud.google.com/kms/docs/key-rotation
#     description: Cloud KMS, key rotation
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
#     old one is not used any more, deactivate it and delete it some days later. Turn on automatic rotation
#     of secrets, and of KMS keys, which rotate every 90 days at the most often: declare keys.max_age above
#     the period. Give a key of an Azure key vault a rotation policy, and a secret there a new version by what
#     uses it, then disable the old one. Raise keys.max_age in the environment file only with a reason.
#   requires:
#     - credential.active
#     - credential.rotated_at
#     - key.active
#     - key.rotated_at
#     - secret.active
#     - secret.rotated_at
#     - secret.changed_at
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [credential, key, secret], tiers: [], where: {active: true}}
#   checks:
#     age:
#       title: Rotated within the declared age
#       fail: "{name} ({subject}) is {detail.age_days} days old; {detail.max_age_days} are allowed."
#       unknown: "Whether it was rotated in time is not known for {subject}."
package rules.key.rotation

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_default_max_age_days := 90

# When it can have been replaced last; of a secret, whatever changed may have been its value.
_possible := {"credential": "rotated_at", "key": "rotated_at", "secret": "changed_at"}

_reads := {
	"credential": ["active", "rotated_at"],
	"key": ["active", "rotated_at"],
	"secret": ["active", "rotated_at", "changed_at"],
}

verdicts contains verdict.of("age", key, logic.of_subject(active, fresh), attrs, detail) if {
	some kind, latest in _possible
	attrs := _reads[kind]
	some key in subject.where(kind, subject.any_tier, "active", true)
	limit := _max_age_days(key)
	active := value.is(key, "active", true)
	sure := value.older_than(key, "rotated_at", limit, input.as_of)
	fresh := _fresh(sure, value.older_than(key, latest, limit, input.as_of))
	detail := {
		"age_days": value.age_days(key, latest, input.as_of),
		"max_age_days": limit,
		"holds_until": value.days_after(key, "rotated_at", limit),
	}
}

verdicts contains verdict.unlisted("age", scope) if {
	some kind, _ in _possible
	some scope in subject.unlisted(kind, subject.any_tier)
}

# By when it is sure to have been replaced, and by when it can have been.
_fresh(sure, possible) := "yes" if {
	sure == "no"
} else := "no" if {
	possible == "yes"
} else := "unknown"

_max_age_days(key) := declared.number(key.environment, "keys.max_age_days", _default_max_age_days)
