# METADATA
# title: Verdicts
# description: |
#   The one builder of verdicts. A rule never writes the words pass, fail or unknown itself, so that
#   every subject it names gets exactly one of them, with the gaps that hide what is unknown.
package lib.verdict

# Of one check on one resource. `holds` is a truth value of lib.logic, `evidence` the attributes it
# was read from, `detail` the values that the message of the check shows; a null among them is left out,
# since nobody could tell whether it is absent or unknown.
of(check, r, holds, evidence, detail) := {
	"check": check,
	"subject": r.id,
	"verdict": _words[holds],
	"evidence": evidence,
	"detail": {name: shown | some name, shown in detail; shown != null},
	"gaps": [gap | some gap in _hidden_by(r, holds, evidence)],
}

# Of one check on a scope that could not be listed: no resources seen is not "not applicable".
unlisted(check, scope) := {
	"check": check,
	"subject": scope.id,
	"verdict": "unknown",
	"gaps": scope.gaps,
}

# Of one check on a resource in an environment that has not declared what the check needs: `key` names it within
# the environment (`keys.readers`). Neither pass nor not applicable: the finding says what to declare.
undeclared(check, r, key) := undeclared_in(object.get(r, "environment", null), check, r, key)

# The same where another environment than the resource's own has to declare it.
undeclared_in(environment, check, r, key) := {
	"check": check,
	"subject": r.id,
	"verdict": "unknown",
	"undeclared": _key_of(environment, key),
}

# Of one check on an ordered pair of environments: the worst of its crossings. One that a declared
# flow allows passes; a latent one fails like an open one, and says so; `blind` are the gaps that may
# hide a crossing nobody has seen.
pair(check, subject, crossings, blind) := {
	"check": check,
	"subject": subject.id,
	"verdict": worst,
	"crossings": judged,
	"gaps": [gap | some gap in _undecided(crossings, blind)],
} if {
	judged := [_crossing(crossing) | some crossing in crossings]
	worst := _worst({_judged(crossing) | some crossing in crossings}, blind)
}

_key_of(environment, key) := concat(".", ["environments", environment, key]) if {
	environment != null
} else := "environments"

_words := {"yes": "pass", "no": "fail", "unknown": "unknown"}

_hidden_by(r, holds, evidence) := {gap |
	holds == "unknown"
	some attr in evidence
	some gap in object.get(r.unknown, attr, [])
}

_crossing(crossing) := {
	"id": crossing.id,
	"verdict": _judged(crossing),
	"latent": object.get(crossing, "latent", false),
	"access": object.get(crossing, "access", []),
}

# Anything but a proven crossing is open: a state that nobody thought of must not close it.
_judged(crossing) := "pass" if {
	crossing.flow != null
} else := "fail" if {
	crossing.state == "yes"
} else := "unknown"

_worst(verdicts, blind) := "fail" if {
	"fail" in verdicts
} else := "unknown" if {
	"unknown" in verdicts
} else := "unknown" if {
	count(blind) > 0
} else := "pass"

# What may hide a crossing, also behind a pair that fails by another one, and what leaves one open.
_undecided(crossings, blind) := {gap | some gap in blind} | {gap |
	some crossing in crossings
	_judged(crossing) == "unknown"
	some gap in object.get(crossing, "gaps", [])
}
