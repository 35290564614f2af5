# METADATA
# scope: package
# title: Registries of production scan their images
# description: |
#   Every image registry of production scans images for known vulnerabilities, when they are pushed or
#   continuously. Scanning by hand does not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
#     description: Amazon ECR, scan images for software vulnerabilities
#   - ref: https://learn.microsoft.com/azure/defender-for-cloud/agentless-vulnerability-assessment-azure
#     description: Microsoft Defender for Cloud, vulnerability assessments for Azure Container Registry
#   - ref: https://csrc.nist.gov/pubs/sp/800/190/final
#     description: NIST SP 800-190, application container security guide, section 4.1
#   - ref: https://cloud.google.com/artifact-analysis/docs/container-scanning-overview
#     description: Google Cloud Artifact Analysis, container scanning
# custom:
#   id: IMG-003
#   severity: medium
#   rationale: |
#     Production may run approved images only, and an image is approved on the strength of a scan. In a
#     registry that does not scan, an image with a published vulnerability is approved by silence.
#   remediation: |
#     Turn scanning on for the whole registry, so that new repositories are covered too: in Amazon ECR set
#     the registry's scanning configuration to enhanced with continuous scanning, or to basic with scan on
#     push, with a filter that matches the repository named here. Push or rescan the images already there. For Azure
#     Container Registry turn on the plan Containers of Microsoft Defender for Cloud for the subscription, with
#     its extension for vulnerability assessments of registries.
#   requires: [registry.scanning]
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [registry], tiers: [production]}
#   checks:
#     scanning:
#       title: Images are scanned on push or continuously
#       fail: "Registry {name} ({subject}) of {environment} does not scan its images on push or continuously."
#       unknown: "Whether images are scanned is not known for {subject}."
package rules.img.registry_scanning

import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains verdict.of("scanning", registry, holds, ["scanning"], {}) if {
	some registry in subject.in_tier("registry", _tiers)
	holds := value.one_of(registry, "scanning", ["on_push", "continuous"])
}

verdicts contains verdict.unlisted("scanning", scope) if {
	some scope in subject.unlisted("registry", _tiers)
}
