# METADATA
# scope: package
# title: The use of production's keys is recorded, and the records are kept
# description: |
#   Every account that holds production is covered by a trail of every region that is logging, whose last
#   delivery went well, and which records all management events (reads too, since decrypting and reading a
#   secret are reads) and does not leave out the key service. Its bucket, or its log group, keeps the
#   records for as long as the environment declares (keys.log_retention, by default 365 days). In Azure
#   each key vault of production, or of nobody in particular, sends its audit events to a workspace or a
#   storage account that keeps them so long.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
#     description: AWS CloudTrail, logging management events
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
#     description: AWS KMS, logging API calls with AWS CloudTrail
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
#     description: AWS Secrets Manager, log events with AWS CloudTrail
#   - ref: https://learn.microsoft.com/azure/key-vault/general/logging
#     description: Azure Key Vault, logging
# custom:
#   id: KEY-005
#   severity: high
#   rationale: |
#     After a key has leaked the first question is what it opened, and only a record made at the time answers
#     it. A trail that leaves out reads, or the key service, is silent about just the calls that matter, and
#     one whose files are gone after a month cannot tell of a theft that was noticed after two.
#   remediation: |
#     Create a trail of all regions, best one of the organization that writes to a bucket of the logging
#     account. Let it record all management events, reads included, and do not exclude KMS events. Keep its
#     files for at least the declared time: set the expiration of the bucket's lifecycle rule, or the
#     retention of the log group, above it. In Azure, give each key vault a diagnostic setting with the category
#     AuditEvent that sends to a Log Analytics workspace, and set the retention of that above the declared time.
#   requires:
#     - boundary.holds_production
#     - boundary.key_use_recorded
#     - boundary.key_use_kept
#     - "fact:audit_trails"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_production: true}}
#   checks:
#     recorded:
#       title: The use of keys is recorded
#       fail: "The use of keys in {name} ({subject}) is not recorded in every region and vault."
#       unknown: "Whether the use of keys is recorded is not known for {subject}."
#     kept:
#       title: The records are kept for the declared time
#       fail: "Records of the use of keys in {name} ({subject}) are not kept for the declared time."
#       unknown: "Whether records of the use of keys are kept for the declared time is not known for {subject}."
package rules.key.use_recorded

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_checks := {"recorded": "key_use_recorded", "kept": "key_use_kept"}

verdicts contains verdict.of(check, boundary, holds, ["holds_production", attr], {}) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_production", true)
	some check, attr in _checks
	holds := logic.of_subject(value.is(boundary, "holds_production", true), value.is(boundary, attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("boundary", subject.any_tier)
}
