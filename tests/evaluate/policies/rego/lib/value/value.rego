package lib.value

is(r, attr, _) := "unknown" if attr in object.keys(r.unknown)

is(r, attr, want) := answer if {
	not attr in object.keys(r.unknown)
	answer := {true: "pass", false: "fail"}[r.attrs[attr] == want]
}
