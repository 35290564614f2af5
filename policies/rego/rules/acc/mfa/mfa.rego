# METADATA
# scope: package
# title: People who can reach production use a second factor
# description: |
#   Every person who can reach production has a second factor registered, and the path by which production
#   is reached demands it: a role there, or what a store, registry, key or secret there lets them do from
#   elsewhere, unless it lets everyone. Where a login happens at an outside identity provider, attest it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
#     description: AWS IAM, multi-factor authentication
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
#     description: AWS IAM, secure API access with MFA
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, IA-2(1) multi-factor authentication to privileged accounts
# custom:
#   id: ACC-005
#   severity: high
#   rationale: |
#     A password that leaks is found within hours, and it opens production to whoever finds it. A factor
#     that is registered but never demanded protects nothing: access keys and assumed roles work without
#     it unless a condition on the way asks for it.
#   remediation: |
#     Have the person register a device, a passkey or a hardware key rather than an application. Demand it
#     on the way: add the condition aws:MultiFactorAuthPresent (Bool, true) to the trust policy of each role by
#     which production is reached, and a statement that denies everything else without it to the person's
#     group. Where people sign in at an outside identity provider, demand it there and record an attestation.
#   requires: [person.reaches_production, person.mfa_registered, person.mfa_demanded, "fact:production_reach"]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [person], tiers: [], where: {reaches_production: true}}
#   checks:
#     registered:
#       title: A second factor is registered
#       fail: "{name} ({subject}) can reach production and has no second factor registered."
#       unknown: "Whether a second factor is registered by whoever reaches production is not known for {subject}."
#       remediation: >-
#         Have the person register a passkey or a hardware key; remove the password if nobody signs in with it.
#     demanded:
#       title: The path to production demands it
#       fail: "{name} ({subject}) can reach production on a path that does not demand a second factor."
#       unknown: "Whether the path to production demands a second factor is not known for {subject}."
#       remediation: >-
#         Add the condition aws:MultiFactorAuthPresent (Bool, true) to the trust policy of each role by which
#         production is reached, and a statement that denies everything without it to the person's group. Where
#         people sign in at an outside identity provider, demand it there and record an attestation.
package rules.acc.mfa

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_checks := {"registered": "mfa_registered", "demanded": "mfa_demanded"}

verdicts contains verdict.of(check, person, holds, ["reaches_production", attr], {}) if {
	some person in subject.where("person", subject.any_tier, "reaches_production", true)
	some check, attr in _checks
	holds := logic.of_subject(value.is(person, "reaches_production", true), value.is(person, attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("person", subject.any_tier)
}
