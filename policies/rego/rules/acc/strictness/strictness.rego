# METADATA
# scope: package
# title: Production signs people in at least as strictly as every other environment
# description: |
#   In production, password policies are in no respect laxer, sessions no longer and second factors no weaker than in
#   any other environment at its laxest, root users being compared with root users; and the root user of its accounts
#   was not used within 90 days.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
#     description: AWS IAM, account password policy
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#     description: AWS IAM, root user best practices
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, IA-5 authenticator management and AC-12 session termination
# custom:
#   id: ACC-007
#   severity: medium
#   rationale: |
#     What protects most must be hardest to enter. A session that lives for twelve hours works from a stolen laptop all
#     day long; a root user that is used for daily work cannot be held back by any policy.
#   remediation: |
#     Set the production account's password policy, the maximum session of its roles and permission sets, and the
#     kind of second factor to what the strictest environment has, or better. Lock the root user's credentials away,
#     or remove them centrally, and give the work it was used for to a role.
#   requires:
#     - password_policy.less_strict_than
#     - identity.less_strict_than
#     - assignment.less_strict_than
#     - person.weaker_factor_than
#     - boundary.root_used
#     - "fact:strictness"
#   span: resource
#   providers: [aws]
#   applies:
#     subject: resource
#     kinds: [password_policy, identity, assignment, person, boundary]
#     tiers: [production]
#   checks:
#     passwords:
#       title: Passwords are as strict
#       kinds: [password_policy]
#       fail: "The {name} of {environment} is laxer than that of {detail.environment}."
#       unknown: "Whether {subject} is laxer than the password policy of another environment is not known."
#     sessions:
#       title: Sessions are as short
#       kinds: [identity, assignment]
#       fail: "Sessions of {name} ({subject}) in {environment} last longer than any in {detail.environment}."
#       unknown: "Whether sessions of {subject} last longer than in another environment is not known."
#     factors:
#       title: Second factors are as strong
#       kinds: [person]
#       fail: "The second factor of {name} ({subject}) in {environment} is weaker than any in {detail.environment}."
#       unknown: "Whether the second factor of {subject} is weaker than in another environment is not known."
#     root:
#       title: The root user is not used
#       kinds: [boundary]
#       fail: "The root user of {name} ({subject}), of {environment}, was used within 90 days."
#       unknown: "Whether the root user of {subject} was used within 90 days is not known."
package rules.acc.strictness

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_compared := {
	"password_policy": {"check": "passwords", "attr": "less_strict_than"},
	"identity": {"check": "sessions", "attr": "less_strict_than"},
	"assignment": {"check": "sessions", "attr": "less_strict_than"},
	"person": {"check": "factors", "attr": "weaker_factor_than"},
}

_checks := object.union({kind: how.check | some kind, how in _compared}, {"boundary": "root"})

verdicts contains verdict.of(how.check, item, holds, [how.attr], detail) if {
	some kind, how in _compared
	some item in subject.in_tier(kind, _tiers)
	holds := value.no_more_than(item, how.attr, 0)
	detail := {"environment": value.first(item, how.attr)}
}

verdicts contains verdict.of("root", boundary, holds, ["root_used"], {}) if {
	some boundary in subject.in_tier("boundary", _tiers)
	holds := logic.negated(value.is(boundary, "root_used", true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some kind, check in _checks
	some scope in subject.unlisted(kind, _tiers)
}
