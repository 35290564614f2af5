# METADATA
# scope: package
# title: Where environments share a boundary, production is left its share
# description: |
#   AWS sets quotas for a whole account and region, Azure for a whole subscription and region, and neither
#   sets one for a part (a resource group). What production has for itself leaves it everything. In one that
#   it shares, each environment that is not production has to be declared to be allowed all of it
#   (quotas.share: 100), or nothing holds it to its share.
# related_resources:
#   - ref: https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html
#     description: Service Quotas, what they are
#   - ref: https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html
#     description: AWS General Reference, service quotas
#   - ref: https://learn.microsoft.com/azure/quotas/quotas-overview
#     description: Azure Quotas, overview
# custom:
#   id: QTA-001
#   severity: medium
#   rationale: |
#     A training run that starts a hundred machines in development uses up what the account may have, and
#     the next machine of production is refused.
#   remediation: |
#     Move the environment into an account or subscription of its own, which has quotas of its own. Until then limit its
#     scaling groups, queues and node pools, and reserve capacity for production; declare quotas.share for
#     each environment.
#   requires:
#     - boundary.holds_production
#     - boundary.shared
#     - boundary.environments
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_production: true}}
#   checks:
#     share:
#       title: Production is left its share
#       fail: "{name} ({subject}) holds production beside {detail.others}, and there is no quota for a part of it."
#       unknown: "Whether production is left its share is not known for {subject}."
package rules.qta.quota_share

import data.lib.declared
import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

verdicts contains verdict.undeclared("share", boundary, "quotas.share") if {
	some boundary in _shared
	count(_undeclared(boundary)) > 0
}

verdicts contains verdict.of("share", boundary, holds, ["holds_production", "shared", "environments"], detail) if {
	some boundary in _shared
	count(_undeclared(boundary)) == 0
	others := _limited(boundary)
	enough := logic.all_of([value.present(boundary, "environments"), logic.of(count(others) == 0)])
	holds := logic.of_subject(value.is(boundary, "holds_production", true), enough)
	detail := {"others": others}
}

verdicts contains verdict.of("share", boundary, holds, ["holds_production", "shared"], {}) if {
	some boundary in _subjects
	value.is(boundary, "shared", true) != "yes"
	alone := logic.negated(value.is(boundary, "shared", true))
	holds := logic.of_subject(value.is(boundary, "holds_production", true), alone)
}

verdicts contains verdict.unlisted("share", scope) if {
	some scope in subject.unlisted("boundary", subject.any_tier)
}

_subjects := subject.where("boundary", subject.any_tier, "holds_production", true)

_shared := [boundary | some boundary in _subjects; value.is(boundary, "shared", true) == "yes"]

# Environments beside production in a boundary.
_others(boundary) := {name |
	some name in value.items(boundary, "environments")
	input.environments[name].tier != "production"
}

_undeclared(boundary) := {name |
	some name in _others(boundary)
	not is_number(declared.at(name, "quotas.share"))
}

# Those that are declared to be held to less than everything.
_limited(boundary) := {name |
	some name in _others(boundary)
	declared.at(name, "quotas.share") < 100
}
