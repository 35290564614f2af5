# METADATA
# scope: package
# title: Pipelines take code from the branches and tags declared for their environment only
# description: |
#   Every delivery pipeline and build project of an environment takes code from branches that the environment
#   declares (branches) or from tags that it declares (release_tags), and a push to no other reference starts it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
#     description: AWS CodePipeline, triggers with code push or pull request event types
#   - ref: https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html
#     description: AWS CodeBuild, webhook events and filters
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-3 configuration change control
# custom:
#   id: SRC-001
#   severity: high
#   rationale: |
#     Review and tests protect the branch that they stand before. A pipeline of production that also takes a
#     feature branch, or whatever is pushed, runs code in production that nobody approved.
#   remediation: |
#     Name the branch or tag in the source of the pipeline, and filter its triggers: push filters with the
#     branches or tags of the environment, no pull requests, for production. Anchor expressions of webhooks
#     (^refs/heads/main$). Where the branch is meant, declare it: branches or release_tags of the environment.
#   requires: [pipeline.undeclared_sources, "fact:declared_roads"]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [pipeline], tiers: [production, nonproduction]}
#   checks:
#     source:
#       title: Code comes from declared branches and tags
#       fail: "{name} of {environment} takes code from elsewhere than declared: {detail.undeclared_sources}."
#       unknown: "Whether {subject} takes code from declared branches and tags only is not known."
package rules.src.sources

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production", "nonproduction"}

verdicts contains _judged(pipeline) if {
	some pipeline in subject.in_tier("pipeline", _tiers)
}

verdicts contains verdict.unlisted("source", scope) if {
	some scope in subject.unlisted("pipeline", _tiers)
}

_judged(pipeline) := verdict.undeclared("source", pipeline, "branches") if {
	not _declared(pipeline)
} else := verdict.of("source", pipeline, holds, ["undeclared_sources"], detail) if {
	holds := value.no_more_than(pipeline, "undeclared_sources", 0)
	detail := {"undeclared_sources": value.shown(pipeline, "undeclared_sources")}
}

_declared(pipeline) if {
	some key in ["branches", "release_tags"]
	declared.at(pipeline.environment, key) != null
}
