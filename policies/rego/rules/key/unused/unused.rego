# METADATA
# scope: package
# title: Keys that nobody uses are disabled
# description: |
#   Every active access key and secret was used within the time that its environment declares
#   (keys.unused_after), or was made within it; 45 days where it belongs to no environment. Nothing tells
#   when a parameter of Systems Manager was last read: those stay undecided.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html
#     description: AWS IAM, find unused AWS credentials
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
#     description: AWS IAM, get credential reports for your AWS account
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
#     description: AWS Secrets Manager, the day on which a secret was last read
#   - ref: https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication
#     description: Google Cloud Activity Analyzer, when service account keys were used
# custom:
#   id: KEY-006
#   severity: medium
#   rationale: |
#     A key that nobody uses is missed by nobody when it leaks, and nobody notices when it is used by
#     someone else. It opens whatever it opened when it was needed, long after whoever needed it left.
#   remediation: |
#     Deactivate the access key, wait until it is sure that nothing broke, and delete it. Delete the secret
#     with a recovery window, in which it can be restored. If it is there for emergencies, use it in a
#     drill within the declared time, or declare a longer time for its environment (keys.unused_after).
#   requires:
#     - credential.active
#     - credential.rotated_at
#     - credential.used_at
#     - secret.active
#     - secret.created_at
#     - secret.accessed_at
#   span: resource
#   providers: [aws, gcp]
#   applies: {subject: resource, kinds: [credential, secret], tiers: [], where: {active: true}}
#   checks:
#     used:
#       title: Used within the declared time
#       fail: >-
#         {name} ({subject}) was last used: {detail.last_used}. What was not used for {detail.unused_after_days}
#         days is to be disabled.
#       unknown: "Whether it was used in time is not known for {subject}."
package rules.key.unused

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_default_unused_after_days := 45

# When it was made, and when it was used.
_times := {
	"credential": {"made": "rotated_at", "used": "used_at"},
	"secret": {"made": "created_at", "used": "accessed_at"},
}

verdicts contains verdict.of("used", key, logic.of_subject(active, needed), attrs, detail) if {
	some kind, times in _times
	attrs := ["active", times.made, times.used]
	some key in subject.where(kind, subject.any_tier, "active", true)
	limit := _unused_after_days(key)
	active := value.is(key, "active", true)
	made := value.older_than(key, times.made, limit, input.as_of)
	needed := logic.negated(logic.all_of([made, _idle(key, times.used, limit)]))
	detail := {"last_used": _shown(key, times.used), "unused_after_days": limit}
}

verdicts contains verdict.unlisted("used", scope) if {
	some kind, _ in _times
	some scope in subject.unlisted(kind, subject.any_tier)
}

# Never used is used long enough ago.
_idle(key, attr, limit) := "yes" if {
	value.is(key, attr, null) == "yes"
} else := value.older_than(key, attr, limit, input.as_of)

_shown(key, attr) := "never" if {
	value.is(key, attr, null) == "yes"
} else := value.shown(key, attr)

_unused_after_days(key) := declared.number(key.environment, "keys.unused_after_days", _default_unused_after_days)
