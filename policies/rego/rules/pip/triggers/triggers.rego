# METADATA
# scope: package
# title: Production pipelines are started by the declared route only
# description: |
#   Nothing starts a pipeline of production by itself but what its environment declares (triggers: merge, release,
#   schedule, manual), and unless starting by hand is declared, nobody but the declared launchers can do that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
#     description: AWS CodePipeline, starting a pipeline
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/pipeline-eventbridge.html
#     description: Amazon SageMaker, scheduling pipeline runs
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-3 configuration change control and CM-5 access restrictions for change
# custom:
#   id: PIP-001
#   severity: high
#   rationale: |
#     What reaches production should have passed the same road every time. A run that is started by a pull request,
#     by a new object in a bucket, or by hand takes code, data or parameters that no gate has looked at.
#   remediation: |
#     Remove the trigger that the finding names, or disable the schedule. Take the right to start the pipeline from
#     everybody who is not a launcher. Where the trigger is meant, add it to triggers of the environment.
#   requires:
#     - pipeline.undeclared_triggers
#     - pipeline.undeclared_launchers
#     - pipeline.undeclared_launchers_count
#     - "fact:declared_roads"
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [pipeline], tiers: [production]}
#   checks:
#     triggers:
#       title: Only declared triggers start it
#       fail: "{name} of {environment} is started by what is not declared: {detail.undeclared_triggers}."
#       unknown: "Whether only declared triggers start {subject} is not known."
#     by_hand:
#       title: Nobody undeclared can start it by hand
#       fail: "Undeclared principals can start {name} by hand: {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can start {subject} by hand is not known."
package rules.pip.triggers

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_checks := {"triggers", "by_hand"}

verdicts contains _triggers(pipeline) if some pipeline in subject.in_tier("pipeline", _tiers)

verdicts contains _by_hand(pipeline) if some pipeline in subject.in_tier("pipeline", _tiers)

verdicts contains verdict.unlisted(check, scope) if {
	some check in _checks
	some scope in subject.unlisted("pipeline", _tiers)
}

_triggers(pipeline) := verdict.undeclared("triggers", pipeline, "triggers") if {
	declared.at(pipeline.environment, "triggers") == null
} else := verdict.of("triggers", pipeline, holds, ["undeclared_triggers"], detail) if {
	holds := value.no_more_than(pipeline, "undeclared_triggers", 0)
	detail := {"undeclared_triggers": value.shown(pipeline, "undeclared_triggers")}
}

# Declared to be started by hand is declared for whoever may: ACC-003 says who that is.
_by_hand(pipeline) := verdict.of("by_hand", pipeline, "yes", [], {}) if {
	declared.at(pipeline.environment, "triggers") != null
	"manual" in declared.at(pipeline.environment, "triggers")
} else := verdict.undeclared("by_hand", pipeline, "launchers") if {
	declared.at(pipeline.environment, "launchers") == null
} else := verdict.of("by_hand", pipeline, holds, ["undeclared_launchers"], detail) if {
	holds := value.no_more_than(pipeline, "undeclared_launchers", 0)
	detail := value.sample(pipeline, "undeclared_launchers")
}
