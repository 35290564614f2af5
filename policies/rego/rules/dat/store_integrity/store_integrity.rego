# METADATA
# scope: package
# title: Data stores of production protect the integrity of their data
# description: |
#   Every data store of production (bucket or storage account, database, table, file system, warehouse) is closed
#   to the public, encrypts at rest, keeps earlier versions or backups, or locks what was written, and logs who
#   accessed it where its service has such a log. Tables and file systems have none: data events of the audit
#   trail tell of those.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#     description: Amazon S3, blocking public access
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
#     description: Amazon S3, retaining multiple versions of objects
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
#     description: Amazon S3, locking objects with Object Lock
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
#     description: Amazon S3, logging requests with server access logging
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
#     description: AWS Security Hub, controls for Amazon RDS
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
#     description: Amazon DynamoDB, point-in-time recovery
#   - ref: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
#     description: Azure Storage, remediate anonymous read access to blob data
#   - ref: https://learn.microsoft.com/azure/storage/blobs/versioning-overview
#     description: Azure Storage, blob versioning
#   - ref: https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage
#     description: Azure Storage, monitoring blob storage with resource logs
#   - ref: https://cloud.google.com/storage/docs/public-access-prevention
#     description: Cloud Storage, public access prevention
#   - ref: https://cloud.google.com/logging/docs/audit/configure-data-access
#     description: Cloud Audit Logs, data access logs
# custom:
#   id: DAT-006
#   severity: high
#   rationale: |
#     A separation that holds against the other environments is worth little if the data stands open to
#     everybody, or if one wrong delete in production is final. Versions and locks make a change
#     reversible, access logs say who made it, and encryption keeps a copied disk or backup unreadable.
#   remediation: |
#     Block public access for the bucket and, better, for the whole account (all four settings); take databases
#     off public addresses, and unshare public snapshots. Set default encryption, with a KMS key of production.
#     Enable versioning, or Object Lock where records must not change, with a lifecycle rule for old versions; for
#     databases, tables and file systems automatic backups or point-in-time recovery. Export audit logs of
#     databases and warehouses. Enable server access logging of buckets into a
#     bucket of its own, in the same account and Region, that only the logging service may write to, and
#     replicate that bucket to the logging account. Of an Azure storage account, disallow anonymous access to
#     blobs, turn on blob versioning or an immutability policy of the account, and send the logs of its blob service
#     (read, write and delete) to a workspace or to an account for logs.
#   requires:
#     - store.public_access
#     - store.encryption
#     - store.versioning
#     - store.retention_lock
#     - store.logging
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [store], tiers: [production]}
#   checks:
#     public_access:
#       title: Public access is blocked
#       fail: >-
#         Public access to {name} of {environment} is {detail.public_access}, not blocked (public: anyone has
#         access, a public address or a public snapshot today; open: nothing keeps the next policy from giving it).
#       unknown: "Whether public access is blocked is not known for {subject}."
#       remediation: >-
#         Turn on all four settings of the bucket's public access block, or better of the whole account's,
#         so that no later policy or ACL can open it. Take a database off public addresses (PubliclyAccessible),
#         and take "all" out of what its snapshots are shared with. Of an Azure storage account, disallow
#         anonymous access to blobs (allowBlobPublicAccess: false).
#     encryption:
#       title: Data is encrypted at rest
#       fail: "{name} of {environment} has no encryption at rest configured."
#       unknown: "Whether data is encrypted at rest is not known for {subject}."
#       remediation: >-
#         Set default encryption of the bucket, with a KMS key of production. A database or file system is
#         encrypted as it is made: restore or copy it into an encrypted one.
#     versioning:
#       title: Earlier states are kept or locked
#       fail: "{name} of {environment} keeps no earlier state and has no retention lock: an overwrite is final."
#       unknown: "Whether earlier states are kept or locked is not known for {subject}."
#       remediation: >-
#         Enable versioning, with a lifecycle rule for old versions, or Object Lock where records must not change;
#         of a database, table or file system automatic backups or point-in-time recovery; of an Azure storage
#         account blob versioning, or an immutability policy of the account.
#     logging:
#       title: Access is logged, where its service has a log of it
#       fail: "{name} of {environment} does not log access."
#       unknown: "Whether access is logged is not known for {subject}."
#       remediation: >-
#         Enable server access logging into a bucket of its own, in the same account and Region, that only the
#         logging service may write to, and replicate that bucket to the logging account. Of an Azure storage
#         account, a diagnostic setting of its blob service with the categories StorageRead, StorageWrite and
#         StorageDelete (or allLogs).
package rules.dat.store_integrity

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_reads := {
	"public_access": ["public_access"],
	"encryption": ["encryption"],
	"versioning": ["versioning", "retention_lock"],
	"logging": ["logging"],
}

verdicts contains verdict.of(check, store, holds, attrs, detail) if {
	some store in subject.in_tier("store", _tiers)
	some check, holds in _protections(store)
	attrs := _reads[check]
	detail := {attr: value.shown(store, attr) | some attr in attrs}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _reads
	some scope in subject.unlisted("store", _tiers)
}

_protections(store) := {
	"public_access": value.is(store, "public_access", "blocked"),
	"encryption": value.present(store, "encryption"),
	"versioning": logic.any_of([value.is(store, "versioning", "Enabled"), value.is(store, "retention_lock", true)]),
	# Null: its service has no such log.
	"logging": value.one_of(store, "logging", [true, null]),
}
