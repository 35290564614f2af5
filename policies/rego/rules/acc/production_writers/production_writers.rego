# METADATA
# scope: package
# title: People who can change production are a declared set, distinct from other environments
# description: |
#   Everybody who can change something in production is among the people that its environment declares, and
#   changes nothing in another environment. What counts is effective access: by whatever roles they take, and
#   by what policies of stores, registries, keys and secrets there let them change from elsewhere. One person's
#   identities are joined as the environment file says, never by similar names.
# related_resources:
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html
#     description: AWS IAM Identity Center, access to AWS accounts
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_least_privileges.html
#     description: AWS Well-Architected, grant least privilege access
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-2 account management and AC-5 separation of duties
# custom:
#   id: ACC-001
#   severity: high
#   rationale: |
#     Whoever works in development every day and may change production too will one day run the command in the
#     wrong window, and a stolen laptop opens both. A set that nobody wrote down cannot be reviewed: it only grows.
#   remediation: |
#     Take the person out of the group or assignment that the finding names, or narrow that permission set to
#     reading; where the policy of a store lets them in, take them out of that. Where the person is meant, add
#     them to people of the environment. Where one person serves two environments, let them change production by
#     a role of their own that they take only when it is needed.
#   requires:
#     - person.writes_production
#     - person.writes
#     - person.declared_writer
#     - person.distinct_writer
#     - person.overlaps
#     - "fact:production_reach"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [person], tiers: [], where: {writes_production: true}}
#   checks:
#     declared:
#       title: The environment declares them
#       fail: "{name} ({subject}) can change production and is not among the people that it declares."
#       unknown: "Whether {subject} can change production without being declared is not known."
#       remediation: >-
#         Take the person out of the group or assignment that the finding names, or, where they are meant, add them
#         to people of the environment.
#     distinct:
#       title: They change no other environment
#       fail: "{name} ({subject}) can change production, and {detail.environments} too."
#       unknown: "Whether {subject} can change production and another environment is not known."
#       remediation: >-
#         Narrow what the person may do in the other environments to reading, or let them change production by a
#         role of their own that they take only when it is needed.
package rules.acc.production_writers

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains _declared(person) if {
	some person in _writers
}

verdicts contains verdict.of("distinct", person, holds, ["writes_production", "distinct_writer"], detail) if {
	some person in _writers
	holds := _of_writer(person, "distinct_writer")
	detail := {"environments": concat(", ", value.items(person, "overlaps"))}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check in ["declared", "distinct"]
	some scope in subject.unlisted("person", subject.any_tier)
}

_writers := subject.where("person", subject.any_tier, "writes_production", true)

_of_writer(person, attr) := logic.of_subject(
	value.is(person, "writes_production", true),
	value.is(person, attr, true),
)

_silent(person) := [environment |
	some environment in value.items(person, "writes")
	input.environments[environment].tier == "production"
	declared.at(environment, "people") == null
]

_declared(person) := verdict.undeclared_in(silent[0], "declared", person, "people") if {
	silent := _silent(person)
	count(silent) > 0
} else := verdict.of("declared", person, holds, ["writes_production", "declared_writer"], {}) if {
	holds := _of_writer(person, "declared_writer")
}
