# METADATA
# scope: package
# title: Only declared principals can read production secrets
# description: |
#   Everybody who can read a secret of production is among the principals that its environment declares
#   (keys.readers, or its administrators). What counts is effective access: policies of the identity, the
#   secret, its key and the organization taken together, at first hand or by becoming somebody who has it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html
#     description: AWS Secrets Manager, authentication and access control
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
#     description: AWS Systems Manager, restricting access to parameters
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-6 least privilege and IA-5 authenticator management
# custom:
#   id: KEY-004
#   severity: critical
#   rationale: |
#     A secret opens whatever it was made for, and leaves no trace of who used it where. Each reader that nobody
#     thought of is one more place from which production's databases and outside services can be entered.
#   remediation: |
#     Remove the grant that the finding names: narrow the statement that allows reading secrets to the secrets
#     that the identity needs, or take the principal out of the secret's policy. Let people in by a role that is
#     declared. Where the reader is meant, add it to keys.readers of the environment.
#   requires:
#     - secret.active
#     - secret.undeclared_readers
#     - secret.undeclared_readers_count
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [secret], tiers: [production], where: {active: true}}
#   checks:
#     readers:
#       title: Nobody else can read it
#       fail: "Undeclared principals can read {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can read {subject} is not known."
package rules.key.readers

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains _judged(secret) if {
	some secret in subject.where("secret", _tiers, "active", true)
}

verdicts contains verdict.unlisted("readers", scope) if {
	some scope in subject.unlisted("secret", _tiers)
}

_judged(secret) := verdict.undeclared("readers", secret, "keys.readers") if {
	declared.at(secret.environment, "keys.readers") == null
} else := verdict.of("readers", secret, holds, ["active", "undeclared_readers"], detail) if {
	nobody := value.no_more_than(secret, "undeclared_readers", 0)
	holds := logic.of_subject(value.is(secret, "active", true), nobody)
	detail := value.sample(secret, "undeclared_readers")
}
