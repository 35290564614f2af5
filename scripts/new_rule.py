"""Writes a first version of a rule: the rule, its test, and a fixture of each verdict.

``python scripts/new_rule.py hrd/flow_logs HRD-003 --kind network --attr flow_logs``: a rule about one
attribute of one kind of resource, which passes where the attribute is ``--want`` (true). It works as it
stands; what is left to write is marked TODO, and a test finds every TODO that stays.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

ROOT = Path(__file__).parents[1]
PLACE = {"environment": "prod", "place": "prod", "service": None, "tier": "production"}
GAP = "aws/222222222222/eu-west-1 TODO:Operation"

RULE = Template("""\
# METADATA
# scope: package
# title: TODO what holds where it passes
# description: |
#   TODO what it decides, exactly.
# related_resources:
#   - ref: https://docs.aws.amazon.com/
#     description: TODO the page that explains it
# custom:
#   id: $id
#   severity: medium
#   rationale: |
#     TODO why it matters.
#   remediation: |
#     TODO what to do about it.
#   requires: [$kind.$attr]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [$kind], tiers: [production]}
#   checks:
#     $attr:
#       title: TODO what holds
#       fail: "{name} ({subject}) of {environment} TODO."
#       unknown: "Whether TODO is not known for {subject}."
package rules.$family.$name

import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains verdict.of("$attr", $kind, holds, ["$attr"], {}) if {
	some $kind in subject.in_tier("$kind", _tiers)
	holds := value.is($kind, "$attr", $want)
}

verdicts contains verdict.unlisted("$attr", scope) if {
	some scope in subject.unlisted("$kind", _tiers)
}
""")

TEST = Template("""\
package rules.$family.${name}_test

import data.rules.$family.$name

_words contains v.verdict if some v in $name.verdicts

_$kind(changes) := {"resources": {"$kind": [object.union(
	{
		"id": "$kind-1",
		"environment": "prod",
		"tier": "production",
		"attrs": {"$attr": $want},
		"unknown": {},
	},
	changes,
)]}}

test_pass_as_wanted if _words == {"pass"} with input as _$kind({})

test_fail_otherwise if _words == {"fail"} with input as _$kind({"attrs": {"$attr": $other}})

test_unknown_unread if _words == {"unknown"} with input as _$kind({"unknown": {"$attr": ["g"]}})

test_unknown_unlisted_scope if {
	scope := {"id": "s", "tier": "production", "gaps": ["g"]}
	_words == {"unknown"} with input as {"unlisted": {"$kind": [scope]}}
}

test_not_subject_outside_production if _words == set() with input as _$kind({"tier": "nonproduction"})
""")


def files(path: str, id_: str, kind: str, attr: str, want: Any) -> Mapping[str, str]:
    """Path below the root -> text of everything a rule needs; ``path`` is ``family/name``."""
    family, name = path.split("/")
    other = not want if isinstance(want, bool) else None
    words = {"family": family, "name": name, "id": id_, "kind": kind, "attr": attr}
    words |= {"want": json.dumps(want), "other": json.dumps(other)}
    found = {
        f"policies/rego/rules/{path}/{name}.rego": RULE.substitute(words),
        f"policies/rego/rules/{path}/{name}_test.rego": TEST.substitute(words),
    }
    shown: Mapping[str, Mapping[str, Any]] = {
        "pass": {"attrs": {attr: want}, "unknown": {}},
        "fail": {"attrs": {attr: other}, "unknown": {}},
        "unknown": {"attrs": {}, "unknown": {attr: [GAP]}},
    }
    for verdict, read in shown.items():
        document = _document(path, kind, read, listed=verdict != "unknown")
        found[f"fixtures/rules/{path}/{verdict}.json"] = json.dumps(document, indent=2, sort_keys=True) + "\n"
    return found


def _document(path: str, kind: str, read: Mapping[str, Any], *, listed: bool) -> Mapping[str, Any]:
    where = {"boundary": "222222222222", "region": "eu-west-1", "provider": "aws"}
    arn = f"arn:aws:TODO:eu-west-1:222222222222:{kind}/1"
    resource = {"id": arn, "name": f"{kind}-1", "kind": kind, **where, **PLACE, **read, "tags": {}}
    scope = {"id": f"aws/222222222222/us-east-1/{kind}", "kind": kind, **PLACE, "gaps": [GAP]}
    return {
        "schema": 1,
        "as_of": "2026-11-24T05:00:00Z",
        "rules": [path],
        "environments": {"prod": {"tier": "production", "group": None, "settings": {}}},
        "pairs": [],
        "resources": {kind: [resource]},
        "unlisted": {} if listed else {kind: [scope]},
        "facts": {},
    }


def known(kind: str) -> set[str]:
    """The attributes that resources of a kind have."""
    file = ROOT / "scanner" / "estate" / "kinds" / f"{kind}.toml"
    return set(tomllib.loads(file.read_text("utf-8"))["attrs"]) if file.is_file() else set()


def main() -> int:
    """Write the files; touch none that is there."""
    parser = argparse.ArgumentParser(description="a first version of a rule, its test and its fixtures")
    parser.add_argument("path", help="family/name, as in hrd/flow_logs")
    parser.add_argument("id", help="its id in the control catalogue, as in HRD-003")
    parser.add_argument("--kind", required=True, help="the kind of resource it is about")
    parser.add_argument("--attr", required=True, help="the attribute it reads")
    parser.add_argument("--want", type=json.loads, default=True, help="the value that passes, as JSON (true)")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", options.path):
        parser.error(f"{options.path} is not family/name")
    wanted = files(options.path, options.id, options.kind, options.attr, options.want)
    if present := [name for name in wanted if (options.root / name).exists()]:
        parser.error(f"{present[0]} is there already")
    for name, text in wanted.items():
        path = options.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(name)
    if options.attr not in known(options.kind):
        name = f"{options.kind}.{options.attr}"
        print(f"No normaliser sets {name} yet, and until one does the rule is refused: docs/collecting.md")
    print("Next: replace every TODO, then make policies unit docs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
