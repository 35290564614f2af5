"""An evaluator of IAM policies as simple as the documentation: one request, everything known, yes or no.

Written from the documentation and from nothing else: it imports nothing of the scanner. It is slow, knows
no third value but where no page gives an answer, and exists to be compared with.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]


@dataclass
class Principal:
    """Who asks: ``kind`` is role, user, root, anonymous, service or federated."""

    arn: str
    account: str
    kind: str
    session: str = ""
    service_linked: bool = False


@dataclass
class Question:
    """One request and every policy that may have a say; ``scps`` and ``rcps`` level by level from the root.

    ``context`` holds all keys of the request, lower-case; what is not in it is not in the request.
    ``required``: the resource is a role or a key.
    """

    principal: Principal
    action: str
    resource: str
    account: str
    context: dict[str, list[str]]
    identity: list[Document] = field(default_factory=list)
    boundary: list[Document] = field(default_factory=list)
    session: list[Document] = field(default_factory=list)
    policy: Document | None = None
    scps: list[list[Document]] = field(default_factory=list)
    rcps: list[list[Document]] = field(default_factory=list)
    required: bool = False


def allowed(asked: Question) -> bool | None:
    """Whether a request is allowed; ``None`` where the documentation does not say."""
    who = asked.principal
    outsider = who.kind in ("anonymous", "service", "federated")
    guarded = not outsider and not who.service_linked
    scps = asked.scps if guarded else []
    rcps = [] if who.service_linked else asked.rcps
    resource = [asked.policy] if asked.policy else []
    everything = [*asked.identity, *asked.boundary, *asked.session, *resource]
    everything += [one for level in (*scps, *rcps) for one in level]
    if any(hits(document, "Deny", asked) for document in everything):
        return False
    if not all(any(hits(document, "Allow", asked) for document in level) for level in scps):
        return False
    named = {way for document in resource for way in ways(document, asked)}
    if outsider:
        return bool(named)
    within = all(
        any(hits(document, "Allow", asked) for document in limit)
        for limit in (asked.boundary, asked.session)
        if limit
    )
    own = who.kind == "root" or any(hits(document, "Allow", asked) for document in asked.identity)
    own = own and within
    if who.account != asked.account:
        return own and bool(named)
    if (
        "session" in named
        or ("user" in named and (within or not asked.session))
        or ("role" in named and within)
    ):
        return True
    if own and (named or not asked.required):
        return True
    if "everyone" in named:
        return True if within else None
    return False


def hits(document: Document, effect: str, asked: Question) -> bool:
    """Whether some statement with this effect is about the request."""
    return any(item["Effect"] == effect and about(item, document, asked) for item in statements(document))


def ways(document: Document, asked: Question) -> Iterable[str]:
    """How the allowing statements about the request name its principal."""
    for item in statements(document):
        if item["Effect"] == "Allow" and about(item, document, asked):
            if "NotPrincipal" in item:
                yield "everyone"
            yield from filter(None, (names(one, asked.principal) for one in principals(item)))


def statements(document: Document) -> list[dict[str, Any]]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def about(item: dict[str, Any], document: Document, asked: Question) -> bool:
    """Whether a statement's principals, actions, resources and conditions all fit."""
    if "Principal" in item and not any(names(one, asked.principal) for one in principals(item)):
        return False
    if "NotPrincipal" in item and any(names(one, asked.principal) for one in principals(item)):
        return False
    variables = document.get("Version") == "2012-10-17"
    acts = any(wildcard(one, asked.action, ignore_case=True) for one in many(item, "Action"))
    fits = any(covers(one, asked, variables) for one in many(item, "Resource"))
    if acts == ("NotAction" in item):
        return False
    if ("Resource" in item or "NotResource" in item) and fits == ("NotResource" in item):
        return False
    return all(
        test(operator, key, values, asked, variables)
        for operator, block in item.get("Condition", {}).items()
        for key, values in block.items()
    )


def many(item: dict[str, Any], name: str) -> list[str]:
    found = item.get(name, item.get(f"Not{name}", []))
    return [found] if isinstance(found, str) else found


def principals(item: dict[str, Any]) -> list[tuple[str, str]]:
    named = item.get("Principal", item.get("NotPrincipal", {}))
    if named == "*":
        return [("AWS", "*")]
    return [
        (kind, value)
        for kind, values in named.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def names(one: tuple[str, str], who: Principal) -> str:
    """How one principal of a policy names the caller, or nothing."""
    kind, value = one
    if kind in ("Service", "Federated"):
        return "outside" if who.kind == kind.lower() and value == who.arn else ""
    if value == "*":
        return "everyone"
    if who.kind in ("anonymous", "service", "federated"):
        return ""
    if value in (who.account, f"arn:aws:iam::{who.account}:root"):
        return "account"
    if value == who.arn:
        return who.kind
    return "session" if who.session and value == who.session else ""


def wildcard(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """``*`` and ``?`` and nothing else."""
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def covers(pattern: str, asked: Question, variables: bool) -> bool:
    filled = fill(pattern, asked) if variables else pattern
    return filled is not None and wildcard(filled, asked.resource)


def fill(text: str, asked: Question) -> str | None:
    """A text with its variables replaced, nothing where one has no value."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        held = asked.context.get(match[1].strip().lower())
        if held is None and match[2] is None:
            missing = True
        return held[0] if held else match[2] or ""

    found = re.sub(r"\$\{([^},]+)(?:,\s*'([^']*)')?\}", value, text)
    return None if missing else found


def test(operator: str, key: str, values: Any, asked: Question, variables: bool) -> bool:
    """One operator on one key."""
    quantifier, _, name = operator.lower().rpartition(":")
    lenient = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    wanted = [written(one) for one in (values if isinstance(values, list) else [values])]
    held = asked.context.get(key.lower())
    if name == "null":
        return any((one == "true") == (held is None) for one in wanted)
    if held is None:
        return lenient or quantifier == "forallvalues" or (not quantifier and "not" in name)
    if variables and name.startswith(("string", "arn")):
        wanted = [one for text in wanted if (one := fill(text, asked)) is not None]
    compare = OPERATORS[name.replace("not", "")]
    negated = "not" in name

    def one(value: str) -> bool:
        return any(compare(item, value) for item in wanted) != negated

    return all(map(one, held)) if quantifier == "forallvalues" else any(map(one, held))


def written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def arn(pattern: str, value: str) -> bool:
    mine, theirs = pattern.split(":", 5), value.split(":", 5)
    return len(mine) == len(theirs) == 6 and all(map(wildcard, mine, theirs))


def moment(text: str) -> float:
    if re.fullmatch(r"[\d.]+", text):
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "stringequals": lambda wanted, value: wanted == value,
    "stringequalsignorecase": lambda wanted, value: wanted.lower() == value.lower(),
    "stringlike": wildcard,
    "arnequals": arn,
    "arnlike": arn,
    "bool": lambda wanted, value: wanted.lower() == value.lower(),
    "binaryequals": lambda wanted, value: base64.b64decode(wanted) == base64.b64decode(value),
    "ipaddress": lambda wanted, value: (
        ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    ),
    "numericequals": lambda wanted, value: float(value) == float(wanted),
    "numericlessthan": lambda wanted, value: float(value) < float(wanted),
    "numericlessthanequals": lambda wanted, value: float(value) <= float(wanted),
    "numericgreaterthan": lambda wanted, value: float(value) > float(wanted),
    "numericgreaterthanequals": lambda wanted, value: float(value) >= float(wanted),
    "dateequals": lambda wanted, value: moment(value) == moment(wanted),
    "datelessthan": lambda wanted, value: moment(value) < moment(wanted),
    "datelessthanequals": lambda wanted, value: moment(value) <= moment(wanted),
    "dategreaterthan": lambda wanted, value: moment(value) > moment(wanted),
    "dategreaterthanequals": lambda wanted, value: moment(value) >= moment(wanted),
}
"""True where one value of the policy fits one value of the request; a ``not`` in a name negates."""
