# METADATA
# scope: package
# title: Copies and shares between environments follow a declared route
# description: |
#   Replication of stores and registries, copy tasks, pipelines that write elsewhere, resource shares, shared
#   snapshots and machine images, and data shares lead from one environment into another only where a flow
#   declares it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
#     description: Amazon S3, replicating objects
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
#     description: Amazon RDS, sharing a DB snapshot
#   - ref: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
#     description: Amazon EBS, sharing a snapshot with other accounts
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
#     description: Amazon EC2, shared AMIs
#   - ref: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
#     description: Amazon Redshift, sharing snapshots
#   - ref: https://docs.aws.amazon.com/ram/latest/userguide/what-is.html
#     description: AWS RAM, sharing resources
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-4 information flow enforcement
# custom:
#   id: DAT-004
#   severity: high
#   rationale: |
#     A copy is a door that nobody has to walk through: once set up, it carries production data into development,
#     or development data into production, night after night, past every review. A promotion route that is
#     declared has an owner and a reason; one that is not is found only after what came through it.
#   remediation: |
#     Remove what the finding names behind "through": the replication rule, the copy task, the share or the
#     accounts that a snapshot is shared with. If the copy is the promotion route, declare it as a flow with the
#     access it needs, the exact resources, reason and owner.
#   requires: ["fact:copies"]
#   span: estate
#   providers: [aws]
#   applies: {subject: pair, to_tiers: []}
#   checks:
#     route:
#       title: No undeclared copy or share
#       fail: "{from} has an undeclared road for data with {to} ({access}), through {border}."
#       unknown: "Whether {from} has an undeclared road for data with {to}, through {border}, is not known."
package rules.dat.copies

import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("route", pair, found.crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("copies", pair)
}
