# METADATA
# title: The one entry point
# description: |
#   Answers for exactly the rules that the input names, so that a rule which is missing is seen to be
#   missing. Never edited for a new rule.
package envsplit

# METADATA
# description: The verdicts of each rule that the input names.
# entrypoint: true
verdicts[name] := verdicts if {
	some name in input.rules
	[family, rule] := split(name, "/")
	verdicts := data.rules[family][rule].verdicts
}
