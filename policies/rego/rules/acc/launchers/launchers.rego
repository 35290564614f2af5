# METADATA
# scope: package
# title: Only declared principals can launch or schedule production pipelines
# description: |
#   Everybody who can start a pipeline of production, or change a schedule that starts something there, is among
#   the principals that its environment declares (launchers, or its administrators). What counts is effective
#   access, at first hand or by becoming somebody who has it. Who can make new schedules that act as a role is
#   whoever can pass that role, which ISO-004 follows.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
#     description: Amazon SageMaker, pipelines access management
#   - ref: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html
#     description: AWS CodePipeline, identity and access management
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, AC-3 access enforcement
# custom:
#   id: ACC-003
#   severity: high
#   rationale: |
#     A production pipeline runs with production's rights on production's data. Whoever can start it, at any time
#     and with any parameters, works in production without ever signing in there.
#   remediation: |
#     Remove the grant that the finding names, so that only the scheduler and the deployment role are left that can
#     start pipelines. Where the principal is meant, add it to launchers of the environment.
#   requires:
#     - pipeline.undeclared_launchers
#     - pipeline.undeclared_launchers_count
#     - schedule.undeclared_launchers
#     - schedule.undeclared_launchers_count
#     - "fact:undeclared_access"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [pipeline, schedule], tiers: [production]}
#   checks:
#     launch:
#       title: Nobody else can start it
#       kinds: [pipeline]
#       fail: "Undeclared principals can start {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can start {subject} is not known."
#     schedule:
#       title: Nobody else can change what it starts
#       kinds: [schedule]
#       fail: "Undeclared principals can change {name} ({subject}): {detail.count}, such as {detail.first}."
#       unknown: "Whether undeclared principals can change the schedule {subject} is not known."
package rules.acc.launchers

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_kinds := {"launch": "pipeline", "schedule": "schedule"}

verdicts contains _judged(check, r) if {
	some check, kind in _kinds
	some r in subject.in_tier(kind, _tiers)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kind in _kinds
	some scope in subject.unlisted(kind, _tiers)
}

_judged(check, r) := verdict.undeclared(check, r, "launchers") if {
	declared.at(r.environment, "launchers") == null
} else := verdict.of(check, r, holds, ["undeclared_launchers"], detail) if {
	holds := value.no_more_than(r, "undeclared_launchers", 0)
	detail := value.sample(r, "undeclared_launchers")
}
