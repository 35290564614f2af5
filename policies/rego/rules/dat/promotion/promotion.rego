# METADATA
# scope: package
# title: Production gets its data and models the way that is declared
# description: |
#   Where production declares that data and models are made anew in it (promotion: regenerate), no other
#   environment copies into its stores, and its models were made by its own jobs. Where it declares that they are
#   promoted, its models were made elsewhere.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
#     description: Amazon SageMaker, model registry
#   - ref: https://docs.aws.amazon.com/prescriptive-guidance/latest/mlops-checklist/introduction.html
#     description: AWS Prescriptive Guidance, MLOps checklist
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-3 configuration change control
# custom:
#   id: DAT-008
#   severity: medium
#   rationale: |
#     Both ways are sound as long as they are followed. A model that was meant to be made anew in production, and was
#     copied from development instead, carries data that was never checked for production; one that was meant to be
#     promoted as it was tested, and was trained again, is not the one that was tested.
#   remediation: |
#     Bring practice and declaration together: stop the copy, or train in production, where regenerate is declared;
#     deploy the version that was tested where promote is. If practice is what is meant, change promotion of the
#     environment.
#   requires:
#     - model.made_in
#     - model.made_here
#     - store.copied_from
#     - "fact:origins"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [model, store], tiers: [production]}
#   checks:
#     models:
#       title: Models are made where that is declared
#       kinds: [model]
#       fail: "{name} of {environment} was made in {detail.made_in}, which is not what promotion declares."
#       unknown: "Where {subject} was made is not known."
#     copies:
#       title: Data is copied in only where that is declared
#       kinds: [store]
#       fail: "{name} of {environment} gets data from {detail.copied_from}; it is declared to be made anew."
#       unknown: "Whether data is copied into {subject} is not known."
package rules.dat.promotion

import data.lib.declared
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_checks := {"models": "model", "copies": "store"}

_reads := {"models": ["made_in", "made_here"], "copies": ["copied_from"]}

verdicts contains _judged(check, r) if {
	some check, kind in _checks
	some r in subject.in_tier(kind, _tiers)
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kind in _checks
	some scope in subject.unlisted(kind, _tiers)
}

_judged(check, r) := verdict.undeclared(check, r, "promotion") if {
	_promotion(r) == null
} else := verdict.of(check, r, _holds(check, r), _reads[check], detail) if {
	detail := {attr: value.shown(r, attr) | some attr in _reads[check]}
}

_holds("models", r) := value.is(r, "made_here", false) if {
	_promotion(r) == "promote"
} else := value.within(r, "made_in", [r.environment])

# What is promoted is copied in; that it comes by a declared route is DAT-004's matter.
_holds("copies", r) := "yes" if {
	_promotion(r) == "promote"
} else := value.no_more_than(r, "copied_from", 0)

_promotion(r) := declared.at(r.environment, "promotion")
