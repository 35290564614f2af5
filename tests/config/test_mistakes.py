"""Every mistake has its line, column and key, and says what was probably meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanner.config import parse
from scanner.errors import ConfigError

Told = Callable[..., list[str]]

CASES = {
    "misspelt top-level key": (
        "environments:\n",
        "enviroments:\n",
        "2:1 enviroments: unknown key 'enviroments'; did you mean 'environments'?",
    ),
    "misspelt key in an environment": (
        "    tier: production\n",
        "    tire: production\n",
        "8:5 environments.prod.tire: unknown key 'tire'; did you mean 'tier'?",
    ),
    "misspelt key in a flow mapping": (
        '{aws: {accounts: ["111111111111"]',
        '{aws: {acounts: ["111111111111"]',
        "6:19 environments.dev.match.aws.acounts: unknown key 'acounts'; did you mean 'accounts'?",
    ),
    "misspelt key in a list": (
        "    reason: models\n",
        "    reasn: models\n",
        "27:5 flows.0.reasn: unknown key 'reasn'; did you mean 'reason'?",
    ),
    "misspelt key of a source": (
        "{role: ",
        "{rolle: ",
        "39:9 sources.aws.rolle: unknown key 'rolle'; did you mean 'role'?",
    ),
    "key like no other": (
        "    owner: tools@example.com\n",
        "    owner: tools@example.com\n    zzz: 1\n",
        "20:5 services.ci.zzz: unknown key 'zzz'; choose one of: purpose, match, allows, may, owner",
    ),
    "key one level too high": (
        "{readable_from: [dev]}",
        "{}\n    readable_from: [dev]",
        "13:5 environments.prod.readable_from: unknown key 'readable_from' here; it belongs under 'data'",
    ),
    "key one level too low": (
        "      aws:\n",
        "      keys: {}\n      aws:\n",
        "10:7 environments.prod.match.keys: unknown key 'keys' here; it belongs one level up, beside 'match'",
    ),
    "unknown tier": (
        "tier: production",
        "tier: prodcution",
        "8:5 environments.prod.tier: unknown value 'prodcution'; did you mean 'production'?",
    ),
    "tier like no other": (
        "tier: production",
        "tier: x",
        "8:5 environments.prod.tier: unknown value 'x'; choose one of: production, nonproduction, control",
    ),
    "missing tier": ("    tier: production\n", "", "7:3 environments.prod: 'tier' is missing"),
    "missing version": ("version: 1\n", "", "1:1 'version' is missing"),
    "version of a newer tool": ("version: 1\n", "version: 2\n", "1:1 version: must be 1, not '2'"),
    "unknown access level": (
        "access: [read]",
        "access: [raed]",
        "24:14 flows.0.access.0: unknown value 'raed'; did you mean 'read'?",
    ),
    "no access at all": ("access: [read]", "access: []", "24:5 flows.0.access: must not be empty"),
    "unknown access level at a service": (
        "[read, write]}",
        "[read, wirte]}",
        "17:26 services.ci.allows.dev.1: unknown value 'wirte'; did you mean 'write'?",
    ),
    "unknown environment in from": (
        "from: dev",
        "from: dve",
        "22:5 flows.0.from: unknown environment 'dve'; did you mean 'dev'?",
    ),
    "unknown environment in to": (
        "to: prod",
        "to: zebra",
        "23:5 flows.0.to: unknown environment 'zebra'; choose one of: dev, prod",
    ),
    "environment in another case": (
        "to: prod",
        "to: PROD",
        "23:5 flows.0.to: unknown environment 'PROD'; did you mean 'prod'?",
    ),
    "service in to": (
        "to: prod",
        "to: ci",
        "23:5 flows.0.to: ci is a service, not an environment; say what it may do under services.ci",
    ),
    "flow to itself": (
        "to: prod",
        "to: dev",
        "23:5 flows.0.to: a flow from dev to itself allows nothing new",
    ),
    "unknown service in via": (
        "via: ci",
        "via: cii",
        "26:5 flows.0.via: unknown service 'cii'; did you mean 'ci'?",
    ),
    "environment in via": (
        "via: ci",
        "via: prod",
        "26:5 flows.0.via: prod is an environment; a flow goes via a service",
    ),
    "unknown environment in allows": (
        "allows: {dev:",
        "allows: {devv:",
        "17:14 services.ci.allows.devv: unknown environment 'devv'; did you mean 'dev'?",
    ),
    "unknown environment in may": (
        "may: {prod:",
        "may: {prd:",
        "18:11 services.ci.may.prd: unknown environment 'prd'; did you mean 'prod'?",
    ),
    "unknown environment in readable_from": (
        "readable_from: [dev]",
        "readable_from: [deev]",
        "12:28 environments.prod.data.readable_from.0: unknown environment 'deev'; did you mean 'dev'?",
    ),
    "readable from itself": (
        "readable_from: [dev]",
        "readable_from: [prod]",
        (
            "12:28 environments.prod.data.readable_from.0: prod may always do this in itself; "
            "name other environments only"
        ),
    ),
    "account as a number": (
        '["222222222222"]',
        "[222222222222]",
        (
            "11:20 environments.prod.match.aws.accounts.0: must be text; YAML reads 222222222222 as a number"
            ': write it in quotes, "222222222222"'
        ),
    ),
    "account as a number with a leading zero": (
        '["222222222222"]',
        "[022222222222]",
        (
            "11:20 environments.prod.match.aws.accounts.0: must be text; YAML reads 022222222222 as a number"
            ': write it in quotes, "022222222222"'
        ),
    ),
    "account of 11 digits": (
        '["222222222222"]',
        '["22222222222"]',
        (
            "11:20 environments.prod.match.aws.accounts.0: '22222222222' is not valid: "
            "an AWS account id is exactly 12 digits, in quotes"
        ),
    ),
    "accounts not in a list": (
        '["222222222222"]',
        '"222222222222"',
        "11:9 environments.prod.match.aws.accounts: must be a list",
    ),
    "the same account in two environments": (
        '["222222222222"]',
        '["111111111111"]',
        (
            "11:20 environments.prod.match.aws.accounts.0: account 111111111111 belongs to dev already"
            "; one boundary holds one environment"
        ),
    ),
    "the same account in an environment and a service": (
        '["333333333333"]',
        '["222222222222"]',
        (
            "16:30 services.ci.match.aws.accounts.0: account 222222222222 belongs to prod already; "
            "one boundary holds one environment"
        ),
    ),
    "an account named twice": (
        '["222222222222"]',
        '["222222222222", "222222222222"]',
        "11:36 environments.prod.match.aws.accounts.1: account 222222222222 is named twice",
    ),
    "the same tag in two environments": (
        '["222222222222"]\n',
        '["222222222222"]\n        tags: {environment: dev}\n',
        (
            "12:16 environments.prod.match.aws.tags.environment: the tag environment=dev "
            "belongs to dev already; one boundary holds one environment"
        ),
    ),
    "an environment that nothing belongs to": (
        '{aws: {accounts: ["111111111111"], tags: {environment: [dev]}}}',
        "{aws: {accounts: []}}",
        "3:3 environments.dev: nothing belongs to it: name its accounts or the like under match",
    ),
    "a service named as an environment": (
        "services:\n",
        "services:\n  dev: {purpose: ci}\n",
        "14:3 services.dev: 'dev' is an environment already; take another name",
    ),
    "a service named as the world outside": (
        "services:\n",
        "services:\n  external: {purpose: ci}\n",
        "14:3 services.external: external is the world outside; take another name",
    ),
    "a name with a dot": (
        "  ana: {",
        "  an.a: {",
        (
            "30:3 people.an.a: 'an.a' is not valid: "
            "a name starts with a letter and holds letters, digits, '-' and '_' only"
        ),
    ),
    "a port that does not exist": (
        "[443, 8000-8100]",
        "[443, 70000]",
        "25:18 flows.0.ports.1: port 70000 does not exist: the highest is 65535",
    ),
    "a range the wrong way round": (
        "[443, 8000-8100]",
        "[8100-8000/tcp]",
        "25:13 flows.0.ports.0: the range 8100-8000 is the wrong way round",
    ),
    "a port by name": (
        "[443, 8000-8100]",
        "[https]",
        (
            "25:13 flows.0.ports.0: 'https' is not valid: a port or a range of ports, "
            "such as 443, 8000-8100 or 53/udp"
        ),
    ),
    "a flow without a reason": ("    reason: models\n", "", "21:5 flows.0: 'reason' is missing"),
    "an empty reason": (
        "reason: models",
        'reason: " "',
        "27:5 flows.0.reason: ' ' is not valid: say something here, an empty text tells nobody anything",
    ),
    "an empty value": (
        "reason: models",
        "reason:",
        "27:5 flows.0.reason: must be text; it is empty: give a value or remove the key",
    ),
    "an age in words": (
        "    data: {readable_from: [dev]}",
        "    keys: {max_age: 90 days}",
        "12:12 environments.prod.keys.max_age: write whole days, such as 90d, not '90 days'",
    ),
    "an age as a number": (
        "    data: {readable_from: [dev]}",
        "    keys: {max_age: 90}",
        "12:12 environments.prod.keys.max_age: write whole days, such as 90d, not '90'",
    ),
    "a person nobody knows": (
        "    data: {readable_from: [dev]}",
        "    administrators: [anna]",
        (
            "12:22 environments.prod.administrators.0: unknown person 'anna'; did you mean 'ana'? "
            "(a login belongs under people: NAME: {is: [anna]})"
        ),
    ),
    "an identity of two people": (
        "  ana: {is: [ana@example.com]}\n",
        "  ana: {is: [ana@example.com]}\n  ben: {is: [ben, ana@example.com]}\n",
        "31:19 people.ben.is.1: ana@example.com is ana's already",
    ),
    "an attestation that ends before it starts": (
        "expires: 2027-05-01",
        "expires: 2026-05-01",
        "37:5 attestations.0.expires: 2026-05-01 is not after its date, 2026-11-01",
    ),
    "a date that is none": (
        "date: 2026-11-01",
        "date: 1 November",
        "36:5 attestations.0.date: must be a date, such as 2026-11-01, not '1 November'",
    ),
    "a check that is none": (
        "check: ACC-005/demanded",
        "check: mfa",
        (
            "32:5 attestations.0.check: 'mfa' is not valid: a rule or one of its checks, "
            "such as KEY-007 or ACC-005/demanded"
        ),
    ),
    "an assumption of a pass": (
        "sources:\n",
        "assume: {scp: present}\nsources:\n",
        "38:10 assume.scp: must be absent, not 'present'",
    ),
    "yes is no boolean": (
        "regions: [eu-west-1]}",
        "organization: {read: yes}}",
        "39:67 sources.aws.organization.read: must be true or false, not 'yes'",
    ),
    "more coverage than there is": (
        "sources:\n",
        "coverage: {minimum: 101}\nsources:\n",
        "38:12 coverage.minimum: must be at most 100, not '101'",
    ),
    "no region at all": ("[eu-west-1]", "[]", "39:52 sources.aws.regions: must not be empty"),
    "enabled among regions": (
        "[eu-west-1]",
        "[eu-west-1, enabled]",
        "39:52 sources.aws.regions: enabled stands for all regions; name it alone, or name regions",
    ),
    "a role without an account": (
        '"arn:aws:iam::{account}:role/Audit"',
        "Audit",
        (
            "39:9 sources.aws.role: 'Audit' is not valid: a role is an ARN, "
            "such as arn:aws:iam::{account}:role/EnvsplitAudit"
        ),
    ),
    "a list for a mapping": (
        "{readable_from: [dev]}",
        "[dev]",
        "12:5 environments.prod.data: must be a mapping (key: value)",
    ),
    "a text for a mapping": (
        "{readable_from: [dev]}",
        "dev",
        "12:5 environments.prod.data: must be a mapping (key: value), not 'dev'",
    ),
    "nothing for a mapping": (
        "{readable_from: [dev]}",
        "",
        (
            "12:5 environments.prod.data: must be a mapping (key: value); "
            "it is empty: give a value or remove the key"
        ),
    ),
    "a key given twice": (
        "    tier: production\n",
        "    tier: production\n    tier: control\n",
        "9:5 environments.prod.tier: 'tier' is given twice, first in line 8",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_told_once_where_it_is(told: Told, old: str, new: str, expected: str) -> None:
    assert told(old, new) == [f"envsplit.yaml:{expected}"]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(told: Told, sound: str) -> None:
    text = (
        sound.replace("environments:\n", "enviroments:\n")
        .replace("tier: production", "tier: prod")
        .replace("purpose: ci", "purpose: cy")
        .replace("to: prod", "to: prd")
        .replace("ana@", "[")
        .replace("[[example.com]", "[1]")
    )
    assert [line.partition(" ")[2].partition(":")[0] for line in told(text)] == [
        "enviroments",
        "environments.prod.tier",
        "services.ci.purpose",
        "flows.0.to",
        "people.ana.is.0",
    ]


def test_a_misspelt_key_does_not_hide_what_is_right_below_it(told: Told, sound: str) -> None:
    text = sound.replace("services:\n", "servces:\n").replace("people:\n", "peple:\n")
    assert len(told(text)) == 2


def test_two_keys_that_mean_the_same_are_both_told(told: Told) -> None:
    lines = told("    tier: production\n", "    tire: production\n    teir: control\n")
    assert [line.partition(" ")[0] for line in lines] == ["envsplit.yaml:8:5", "envsplit.yaml:9:5"]


def test_a_flow_name_is_taken_once(told: Told, sound: str) -> None:
    flow = sound[sound.index("  - name: promote") : sound.index("people:")]
    assert told(sound.replace(flow, flow + flow)) == [
        "envsplit.yaml:29:5 flows.1.name: 'promote-models' is taken by flow 0"
    ]


@pytest.mark.parametrize(
    ("environments", "count"),
    [
        ("{}", "none"),
        ("", "none"),
        ("\n  prod: {tier: production, match: {gcp: {projects: [p]}}}", "only prod"),
    ],
)
def test_with_fewer_than_two_environments_nothing_is_kept_apart(
    told: Told, environments: str, count: str
) -> None:
    (line,) = told(f"version: 1\nenvironments: {environments}\n")
    assert line.startswith("envsplit.yaml:2:1 environments: at least two environments are needed")
    assert line.endswith(f"here is {count}")


def test_a_role_of_one_account_cannot_read_two(told: Told) -> None:
    lines = told(
        'role: "arn:aws:iam::{account}:role/Audit"',
        'role: "arn:aws:iam::111111111111:role/Audit", accounts: ["111111111111", "222222222222"]',
    )
    assert lines == [
        (
            "envsplit.yaml:39:9 sources.aws.role: one role cannot read several accounts: "
            "write {account} for its account id"
        ),
    ]


def test_text_of_the_file_cannot_break_lines_or_steer_a_terminal(told: Told, sound: str) -> None:
    (line,) = told(sound + '"\\e[31m\\nx": 1\n')
    assert line.startswith("envsplit.yaml:40:1 \\x1b[31m\\nx: unknown key ")
    assert line.isprintable()


def test_a_flood_of_mistakes_is_cut(sound: str) -> None:
    with pytest.raises(ConfigError, match="has 1000 mistakes") as caught:
        parse(sound + "".join(f"x{number}: 1\n" for number in range(3000)), "envsplit.yaml")
    assert caught.value.why.splitlines()[-1] == "... and 950 more"
