# METADATA
# title: What an environment declares
# description: |
#   The only way for a rule to read the settings of the environment file. A `key` names a setting within an
#   environment, as lib.verdict's `undeclared` does: `launchers`, `keys.readers`.
package lib.declared

# What an environment declares under a key; null where it does not, and of no environment.
at(environment, key) := object.get(input.environments, array.concat([environment, "settings"], split(key, ".")), null)

# A number, else what holds where none is declared.
number(environment, key, otherwise) := declared if {
	declared := at(environment, key)
	is_number(declared)
} else := otherwise

# Does the environment that a pair leads to let the one it starts in read its data?
readable(pair) if pair.from in at(pair.to, "data.readable_from")
