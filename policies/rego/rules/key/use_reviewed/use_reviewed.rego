# METADATA
# scope: package
# title: The use of production's keys was reviewed within the declared time
# description: |
#   That somebody reviewed the use of keys is shown by no API. An account that holds production and no active
#   key or secret has none to review, and passes. One that has keys whose use is not recorded cannot have been
#   reviewed, and fails. For all others an attestation answers, dated and owned, that is no older than
#   keys.review_every (by default 90 days): they count as attested, never as pass.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-unused-access-analysis.html
#     description: AWS IAM Access Analyzer, unused access
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
#     description: AWS CloudTrail, viewing events
# custom:
#   id: KEY-007
#   severity: medium
#   rationale: |
#     Records that nobody reads stop nothing. A key that is used from a new place, at night, or by a job that
#     was retired is seen by whoever knows the system and looks.
#   remediation: |
#     Go through the recorded use of production's keys: who used which, from where, for what. Disable what
#     nobody can explain. Then record an attestation in the environment file: the check KEY-007/reviewed, the
#     account, the evidence (a ticket, a minute), an owner, the date, and the day on which it ends. Where the
#     use is not recorded, create a trail first (KEY-005).
#   requires:
#     - boundary.holds_production
#     - boundary.keys_held
#     - boundary.key_use_recorded
#     - "fact:audit_trails"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_production: true}}
#   checks:
#     reviewed:
#       title: The use of keys was reviewed
#       fail: "{name} ({subject}) holds keys whose use is not recorded: nobody can have reviewed it."
#       unknown: "Whether the use of keys was reviewed in time is shown by no API for {subject}: attest it."
package rules.key.use_reviewed

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_reads := ["holds_production", "keys_held", "key_use_recorded"]

_default_review_every_days := 90

verdicts contains verdict.of("reviewed", boundary, holds, _reads, detail) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_production", true)
	held := value.is(boundary, "keys_held", true)
	recorded := value.is(boundary, "key_use_recorded", true)
	holds := logic.of_subject(value.is(boundary, "holds_production", true), _reviewed(held, recorded))
	detail := {"attested_within_days": _review_every_days(boundary)}
}

verdicts contains verdict.unlisted("reviewed", scope) if {
	some scope in subject.unlisted("boundary", subject.any_tier)
}

# Nothing to review; something, and nothing to review it by; else nobody but a person can tell.
_reviewed(held, recorded) := "yes" if {
	held == "no"
} else := "no" if {
	held == "yes"
	recorded == "no"
} else := "unknown"

_review_every_days(boundary) := declared.number(
	boundary.environment,
	"keys.review_every_days",
	_default_review_every_days,
)
