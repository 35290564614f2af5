# METADATA
# title: Three-valued reading of attributes
# description: |
#   The only way for a rule to read what was collected. Every answer is "yes", "no" or "unknown"
#   (lib.logic). An attribute that stands neither in attrs nor in unknown was not collected, and is
#   as unknown as one that stands in both. `null` is a known absence.
package lib.value

import data.lib.logic

default known(_, _) := false

# True if the attribute was read; a boolean, not a truth value.
known(r, attr) if {
	r.attrs[attr] != set() # true of whatever is there, null and false too: JSON holds no sets
	not r.unknown[attr]
}

# Its value for showing in a message, null when it is not known. Never decide on it.
shown(r, attr) := r.attrs[attr] if {
	known(r, attr)
} else := null

# The items of a list for showing in a message, none when it is not known. Never decide on them.
items(r, attr) := r.attrs[attr] if {
	_list(r, attr)
} else := []

# The first item of a list for showing in a message, null when there is none. Never decide on it.
first(r, attr) := found[0] if {
	found := items(r, attr)
	count(found) > 0
} else := null

# How many a list was cut from, as its fact tells beside it (`x` and `x_count`), and its first item, for showing.
sample(r, attr) := {"count": shown(r, concat("_", [attr, "count"])), "first": first(r, attr)}

# Is it exactly `want`?
is(r, attr, want) := "yes" if {
	known(r, attr)
	r.attrs[attr] == want
} else := "no" if {
	known(r, attr)
} else := "unknown"

# Is it one of `wants`?
one_of(r, attr, wants) := "yes" if {
	known(r, attr)
	r.attrs[attr] in wants
} else := "no" if {
	known(r, attr)
} else := "unknown"

# Is it there at all: anything but null?
present(r, attr) := logic.negated(is(r, attr, null))

# Is it known to be true? Anything else leaves the question open, also a known false.
confirmed(r, attr) := "yes" if {
	is(r, attr, true) == "yes"
} else := "unknown"

# Is every item of a list among `wants`? Something that is not a list is not known.
within(r, attr, wants) := logic.of(count([item | some item in r.attrs[attr]; not item in wants]) == 0) if {
	_list(r, attr)
} else := "unknown"

# Has a list `limit` items or fewer?
no_more_than(r, attr, limit) := logic.of(count(r.attrs[attr]) <= limit) if {
	_list(r, attr)
} else := "unknown"

# Is a number at most `limit`?
at_most(r, attr, limit) := logic.of(r.attrs[attr] <= limit) if {
	known(r, attr)
	is_number(r.attrs[attr])
} else := "unknown"

# Is a time (RFC 3339) more than `days` days before `as_of`? A null time was not recorded: unknown.
older_than(r, attr, days, as_of) := logic.of(_elapsed(r.attrs[attr], as_of) > (days * day)) if {
	_time(r, attr)
} else := "unknown"

# Whole days from a time to `as_of`, for showing in a message; null when it is not known.
age_days(r, attr, as_of) := floor(_elapsed(r.attrs[attr], as_of) / day) if {
	_time(r, attr)
} else := null

# The time that lies `days` days after a time, for showing; null when it is not known.
days_after(r, attr, days) := time.format([at, "UTC", "2006-01-02T15:04:05Z07:00"]) if {
	_time(r, attr)
	at := time.parse_rfc3339_ns(r.attrs[attr]) + (days * day)
} else := null

# Nanoseconds in a day.
day := ((24 * 60) * 60) * 1000000000

_elapsed(from, to) := time.parse_rfc3339_ns(to) - time.parse_rfc3339_ns(from)

_list(r, attr) if {
	known(r, attr)
	is_array(r.attrs[attr])
}

_time(r, attr) if {
	known(r, attr)
	is_string(r.attrs[attr])
}
