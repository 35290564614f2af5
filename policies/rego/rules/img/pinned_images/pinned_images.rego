# METADATA
# scope: package
# title: Production pins the images it runs
# description: |
#   Every container image that a workload of production runs is named by its digest, or by a tag of a repository
#   whose tags cannot be moved, or the provider holds on to the digest that it resolved when the workload was deployed.
#   Tags of an Azure registry are locked one by one at its own address, which is not asked: they stay undecided.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
#     description: Amazon ECR, preventing image tags from being overwritten
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
#     description: AWS Lambda, container images, resolved to a digest when they are deployed
#   - ref: https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
#     description: Azure Container Registry, lock a container image
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.2.2
# custom:
#   id: IMG-002
#   severity: medium
#   rationale: |
#     A tag that can be moved makes approval worthless: what was scanned on Monday is another image on Tuesday,
#     without a deployment and without a trace. Two machines of one service may run different programs.
#   remediation: |
#     Make the tags of the repository immutable, or deploy by digest (repository@sha256:...). Never deploy latest.
#     For images from outside, copy them into a repository of your own first.
#   requires:
#     - workload.packaging
#     - workload.unpinned_images
#     - fact:running_images
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [workload], tiers: [production], where: {packaging: image}}
#   checks:
#     pinned:
#       title: Its images cannot change under their names
#       fail: "{name} ({subject}) of {environment} runs images by a tag that can be moved: {detail.images}."
#       unknown: "Whether its images can change under their names is not known for {subject}."
package rules.img.pinned_images

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_reads := ["packaging", "unpinned_images"]

verdicts contains verdict.of("pinned", workload, logic.of_subject(packed, none), _reads, detail) if {
	some workload in subject.where("workload", _tiers, "packaging", "image")
	packed := value.is(workload, "packaging", "image")
	none := value.no_more_than(workload, "unpinned_images", 0)
	detail := {"images": concat(", ", value.items(workload, "unpinned_images"))}
}

verdicts contains verdict.unlisted("pinned", scope) if {
	some scope in subject.unlisted("workload", _tiers)
}
