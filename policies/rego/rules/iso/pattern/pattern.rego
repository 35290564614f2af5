# METADATA
# scope: package
# title: The estate keeps environments apart by the boundary that was declared
# description: |
#   The pattern that the environment file declares (accounts, resource groups, namespaces or organizations) is the one
#   that every boundary shows: with accounts, one account holds one environment; with resource groups, one group of an
#   Azure subscription does; with a finer pattern, an account is shared.
# related_resources:
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/welcome-multiple-accounts.html
#     description: AWS Account Management, benefits of using multiple accounts
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, SC-7(21) isolation of system components
# custom:
#   id: ISO-010
#   severity: medium
#   rationale: |
#     Each pattern has its own controls: who believes that accounts keep environments apart looks for no network policy
#     between namespaces. Where half of the estate follows another pattern than the one on paper, neither holds.
#   remediation: |
#     Move what belongs to another environment into an account of that environment, or declare the pattern that is
#     really followed under pattern in the environment file, and have its controls judged.
#   requires:
#     - boundary.holds_environment
#     - boundary.pattern_shown
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_environment: true}}
#   checks:
#     pattern:
#       title: The boundary shows the declared pattern
#       fail: "{name} ({subject}) shows the pattern {detail.shown}, not {detail.declared} as declared."
#       unknown: "Whether {subject} shows the declared pattern is not known."
package rules.iso.pattern

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains verdict.of("pattern", boundary, holds, ["holds_environment", "pattern_shown"], detail) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_environment", true)
	holds := logic.of_subject(value.is(boundary, "holds_environment", true), _shows(boundary))
	detail := {"shown": value.shown(boundary, "pattern_shown"), "declared": _declared}
}

verdicts contains verdict.unlisted("pattern", scope) if {
	some scope in subject.unlisted("boundary", subject.any_tier)
}

# One for all environments.
_declared := [environment.settings.pattern | some environment in input.environments][0]

_shows(boundary) := value.is(boundary, "pattern_shown", "accounts") if {
	_declared == "accounts"
} else := "yes" if {
	value.is(boundary, "pattern_shown", _declared) == "yes"
} else := "no" if {
	# what an account is shared by is seen inside of it, where another collector may have to look
	value.is(boundary, "pattern_shown", "mixed") == "no"
} else := "unknown"
