# METADATA
# scope: package
# title: Production runs images with a recent, clean scan
# description: |
#   Every container image that a workload of production runs has a completed scan that is newer than
#   images.scan_max_age of its environment, with no finding of images.max_severity or worse. The scanner of the image's
#   registry counts: the registry's own, or Inspector where the registry leaves scanning to it. What the scanner of a
#   registry says that is not collected is not known here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
#     description: Amazon ECR, scan images for software vulnerabilities
#   - ref: https://docs.aws.amazon.com/inspector/latest/user/scanning-ecr.html
#     description: Amazon Inspector, scanning Amazon ECR container images
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.1.1
# custom:
#   id: IMG-004
#   severity: high
#   rationale: |
#     New holes are published every day in programs that did not change. A scan at build time says what was known
#     then; what production runs today is only as sound as its newest scan, and a finding nobody acts on is an
#     invitation with a published address.
#   remediation: |
#     Turn enhanced, continuous scanning on for the repository, or scan the image again. Rebuild the image on a base
#     that has the fix and deploy that; where no fix exists, accept the finding by a waiver with an owner and an end.
#   requires:
#     - workload.packaging
#     - workload.unscanned_images
#     - workload.vulnerable_images
#     - fact:running_images
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [workload], tiers: [production], where: {packaging: image}}
#   checks:
#     scanned:
#       title: Its images have a recent scan
#       fail: "{name} ({subject}) of {environment} runs images without a recent completed scan: {detail.images}."
#       unknown: "Whether its images have a recent scan is not known for {subject}."
#     sound:
#       title: Its images have no grave finding
#       fail: "{name} ({subject}) of {environment} runs images with grave findings: {detail.images}."
#       unknown: "Whether its images have grave findings is not known for {subject}."
package rules.img.scanned_images

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_lists := {"scanned": "unscanned_images", "sound": "vulnerable_images"}

verdicts contains verdict.of(check, workload, logic.of_subject(packed, none), ["packaging", attr], detail) if {
	some workload in subject.where("workload", _tiers, "packaging", "image")
	some check, attr in _lists
	packed := value.is(workload, "packaging", "image")
	none := value.no_more_than(workload, attr, 0)
	detail := {"images": concat(", ", value.items(workload, attr))}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _lists
	some scope in subject.unlisted("workload", _tiers)
}
