# METADATA
# title: Strong Kleene logic
# description: |
#   Truth values are the strings "yes", "no" and "unknown", as in scanner/model/logic.py. An unknown
#   part decides nothing by itself, and is ignored only where the other parts suffice.
package lib.logic

# "yes" and "no" swapped; an unknown stays unknown.
negated("yes") := "no"

negated("no") := "yes"

negated("unknown") := "unknown"

# Conjunction: "no" if any is, else "unknown" if any is, else "yes" (also when empty).
all_of(tris) := "no" if {
	"no" in tris
} else := "unknown" if {
	"unknown" in tris
} else := "yes"

# Disjunction: "yes" if any is, else "unknown" if any is, else "no" (also when empty).
any_of(tris) := "yes" if {
	"yes" in tris
} else := "unknown" if {
	"unknown" in tris
} else := "no"

# A boolean as a truth value.
of(true) := "yes"

of(false) := "no"

# What is demanded of a subject, decided only where it is known to be one: an answer about something that may
# be no subject at all would be a pass that is not there once more is known.
of_subject("yes", demand) := demand

of_subject("no", _) := "unknown"

of_subject("unknown", _) := "unknown"
