# METADATA
# scope: package
# title: CI reaches production from declared branches, tags and environments only
# description: |
#   Every role by which a CI service reaches production accepts only runs of one repository on a declared branch, on
#   a declared release tag, or in the CI service's environment for production: its trust policy demands that of the
#   token's subject. This is about how broad that trust is, whoever may use it. That runs of another environment's
#   repositories or branches get the role is a crossing, which ISO-004 tells.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_secure-by-default.html
#     description: AWS IAM, controls for shared OIDC providers
#   - ref: https://docs.github.com/en/actions/reference/security/oidc
#     description: GitHub, OpenID Connect reference
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-5 access restrictions for change
# custom:
#   id: SRC-005
#   severity: critical
#   rationale: |
#     A trust policy that accepts any branch lets whoever may push a branch run code in production, without a review
#     and before anybody reads it. One that does not look at the subject accepts every repository of the service.
#   remediation: |
#     Add a condition on the token's subject (StringEquals on token.actions.githubusercontent.com:sub) that names the
#     repository with the production branch or environment, and protect both. Where another branch or tag is meant,
#     declare it under branches or release_tags of the environment.
#   requires:
#     - identity.ci_reaches_production
#     - identity.ci_environment
#     - identity.ci_declared
#     - identity.ci_undeclared
#     - "fact:identity_grants"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [identity], tiers: [], where: {ci_reaches_production: true}}
#   checks:
#     subjects:
#       title: It accepts declared runs only
#       fail: "{name} ({subject}) lets CI reach production as {detail.accepted}, which is not declared."
#       unknown: "Whether {subject} lets CI reach production from what is not declared is not known."
package rules.src.ci_subjects

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains _judged(identity) if {
	some identity in subject.where("identity", subject.any_tier, "ci_reaches_production", true)
}

verdicts contains verdict.unlisted("subjects", scope) if {
	some scope in subject.unlisted("identity", subject.any_tier)
}

_silent(environment) if {
	declared.at(environment, "branches") == null
	declared.at(environment, "release_tags") == null
}

# Where no branch is declared, only what accepts nothing but the environment for production is settled.
_judged(identity) := verdict.undeclared_in(environment, "subjects", identity, "branches") if {
	environment := value.shown(identity, "ci_environment")
	environment != null
	_silent(environment)
	value.is(identity, "ci_declared", true) != "yes"
} else := verdict.of("subjects", identity, holds, ["ci_reaches_production", "ci_declared"], detail) if {
	reaching := value.is(identity, "ci_reaches_production", true)
	holds := logic.of_subject(reaching, value.is(identity, "ci_declared", true))
	detail := {"accepted": value.first(identity, "ci_undeclared")}
}
