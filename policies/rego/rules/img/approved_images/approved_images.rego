# METADATA
# scope: package
# title: Production runs approved images only
# description: |
#   Every container image that a workload of production runs fits a pattern of images.approved of its environment: by
#   its registry, its repository, its whole name, or its digest, also the digest that its tag names today.
# related_resources:
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.1.5, use of untrusted images
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
#     description: Amazon ECR, private registries
#   - ref: https://learn.microsoft.com/azure/container-registry/container-registry-concepts
#     description: Azure Container Registry, registries, repositories and artifacts
# custom:
#   id: IMG-001
#   severity: high
#   rationale: |
#     An image is somebody's program with the rights of production. One that nobody approved was looked at by nobody:
#     it may be abandoned, carry known holes, or be another project's namesake. The list is the only place where an
#     auditor can see what production is made of.
#   remediation: |
#     Copy the image into an approved repository by the pipeline that builds and scans images, and deploy it from
#     there. If it is approved in truth, add its repository to images.approved of the environment, as narrowly
#     as can be: a repository, not a registry.
#   requires:
#     - workload.packaging
#     - workload.unapproved_images
#     - fact:running_images
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [workload], tiers: [production], where: {packaging: image}}
#   checks:
#     approved:
#       title: Its images are on the approved list
#       fail: "{name} ({subject}) of {environment} runs images that are not approved: {detail.images}."
#       unknown: "Whether its images are approved is not known for {subject}."
package rules.img.approved_images

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_reads := ["packaging", "unapproved_images"]

verdicts contains verdict.of("approved", workload, logic.of_subject(packed, none), _reads, detail) if {
	some workload in subject.where("workload", _tiers, "packaging", "image")
	_declared(workload)
	packed := value.is(workload, "packaging", "image")
	none := value.no_more_than(workload, "unapproved_images", 0)
	detail := {"images": concat(", ", value.items(workload, "unapproved_images"))}
}

verdicts contains verdict.undeclared("approved", workload, "images.approved") if {
	some workload in subject.where("workload", _tiers, "packaging", "image")
	not _declared(workload)
}

verdicts contains verdict.unlisted("approved", scope) if {
	some scope in subject.unlisted("workload", _tiers)
}

_declared(workload) if is_array(declared.at(workload.environment, "images.approved"))
