# METADATA
# scope: package
# title: Production lets people in by its own identity providers alone
# description: |
#   Every identity provider in a boundary of production, and every one that a role of production trusts, is among
#   those that its environment declares.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
#     description: AWS IAM, identity providers and federation
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source.html
#     description: AWS IAM Identity Center, identity source
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, IA-2 identification and authentication and IA-8 non-organizational users
# custom:
#   id: ACC-006
#   severity: medium
#   rationale: |
#     Whoever runs an identity provider may say that anybody is anybody. One that serves development, or that somebody
#     set up for a trial, is as strong a key to production as the one that the company guards.
#   remediation: |
#     Delete the provider if nobody needs it, and take it out of the trust policies that name it. Where it is meant,
#     add its ARN, or the issuer of an OIDC provider, to identity_providers of the environment.
#   requires:
#     - identity_provider.declared_provider
#     - identity.other_providers
#     - identity.federated
#     - "fact:provider_grants"
#     - "fact:identity_grants"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [identity_provider, identity], tiers: [production]}
#   checks:
#     provider:
#       title: The provider is declared
#       kinds: [identity_provider]
#       fail: "Identity provider {name} ({subject}) of {environment} is not among those that it declares."
#       unknown: "Whether identity provider {subject} is declared is not known."
#     trust:
#       title: No role trusts another
#       kinds: [identity]
#       fail: "{name} ({subject}) of {environment} trusts {detail.provider}, which is not declared."
#       unknown: "Whether {subject} trusts an identity provider that is not declared is not known."
package rules.acc.own_identity_provider

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains _provider(provider) if {
	some provider in subject.in_tier("identity_provider", _tiers)
}

verdicts contains _trust(identity) if {
	some identity in subject.in_tier("identity", _tiers)
}

verdicts contains verdict.unlisted("provider", scope) if {
	some scope in subject.unlisted("identity_provider", _tiers)
}

verdicts contains verdict.unlisted("trust", scope) if {
	some scope in subject.unlisted("identity", _tiers)
}

_silent(r) if declared.at(r.environment, "identity_providers") == null

_provider(provider) := verdict.undeclared("provider", provider, "identity_providers") if {
	_silent(provider)
} else := verdict.of("provider", provider, holds, ["declared_provider"], {}) if {
	holds := value.is(provider, "declared_provider", true)
}

# Who trusts no provider trusts no other one, whatever is declared.
_trust(identity) := verdict.undeclared("trust", identity, "identity_providers") if {
	_silent(identity)
	count(value.items(identity, "federated")) > 0
} else := verdict.of("trust", identity, holds, ["other_providers"], detail) if {
	holds := value.no_more_than(identity, "other_providers", 0)
	detail := {"provider": value.first(identity, "other_providers")}
}
