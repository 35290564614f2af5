"""Requests that stand for all requests: what a caller may choose is tried out, concretely.

Whether *some* object of a bucket, under *some* header the caller may set, can be read is a question
about infinitely many requests. They fall into finitely many kinds, cut by the patterns of the
policies involved; one request of each kind is evaluated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.patterns import LIMIT, exhaustive, meet, samples, wild
from scanner.facts.identity.principals import OUTSIDERS
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import Document
from scanner.facts.identity.values import OPEN, Held

_CHOSEN: Mapping[str, tuple[str, ...]] = {
    "sts": ("sts:externalid", "sts:rolesessionname", "aws:requestedregion"),
    "kms": ("kms:viaservice", "kms:encryptioncontext", "kms:encryptionalgorithm", "kms:signingalgorithm"),
    "secretsmanager": ("secretsmanager:versionid", "secretsmanager:versionstage"),
    "s3": (
        "s3:authtype",
        "s3:x-amz-",
        "s3:prefix",
        "s3:delimiter",
        "s3:max-keys",
        "s3:versionid",
        "s3:if-",
        "s3:object-lock-",
        "s3:requestobjecttag",
    ),
}
"""Keys (or their beginnings), by service, that the caller sets freely.

The external id is one: AWS does not treat it as a secret, and whoever already works as the trusted
principal knows it. It keeps third parties apart, not environments.
"""

_ANYWHERE = ("aws:referer", "aws:useragent")
"""Keys that every caller sets freely."""

_FORWARDED: Mapping[str, Held] = {
    "aws:viaawsservice": ("false",),
    "aws:calledvia": None,
    "aws:calledviafirst": None,
    "aws:calledvialast": None,
}
"""What a direct request holds. A service may ask on its caller's behalf, which is not followed."""

_MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")

_LITERAL = frozenset(
    (
        "stringequals",
        "stringlike",
        "stringnotequals",
        "stringnotlike",
        "stringequalsignorecase",
        "null",
        "bool",
    )
)

_COMBINATIONS = 48

_NONE: tuple[Mapping[str, Held], ...] = ({},)
"""Of policies that read no condition key: one request, in which nothing is chosen."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is done to: an ARN (of objects: a pattern), its account, and its own policies.

    ``kind`` is ``role``, ``user``, ``bucket``, ``repository``, ``key``, ... or ``account`` (anything in
    it); ``trust`` when the policies are a role's trust policy. ``policies`` is empty where the resource
    has none. ``tags`` is ``None`` where not known. ``given`` are condition keys, lower-case, that a
    request to it carries by its nature (``kms:viaservice`` of a bucket's key).
    """

    arn: str
    account: str
    kind: str
    policies: tuple[Policy, ...] = ()
    trust: bool = False
    tags: Mapping[str, str] | None = None
    region: str = ""
    given: Mapping[str, Held] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether its own policy must admit the caller in its own account too: of roles and keys."""
        return self.trust or self.kind == "key"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a request is made: ``mfa`` is ``any`` (a person may use it) or ``without``.

    ``session`` are the policies of the session, where whoever gave it to the caller set some.
    """

    mfa: str = "any"
    now: str = ""
    session: tuple[Policy, ...] = ()


def choices(
    documents: Iterable[Document], caller: Caller, action: str, ways: Ways, target: Target
) -> tuple[Mapping[str, Held], ...]:
    """Every combination of what the caller may choose that these documents can tell apart."""
    documents = tuple(documents)
    keys = {key for document in documents for key in document.keys}
    if not keys:
        return _NONE
    free = (*_CHOSEN.get(action.partition(":")[0], ()), *_ANYWHERE)
    if target.kind == "account":
        free = (*free, "aws:requestedregion")
    options: dict[str, tuple[Held, ...]] = {}
    for key in sorted(keys - set(target.given) - set(caller.claims)):
        if key in _MFA:
            found = _mfa(key, caller, ways)
        elif key in _FORWARDED:
            found = (_FORWARDED[key],) if caller.kind in OUTSIDERS else (_FORWARDED[key], OPEN)
        elif key.startswith(free):
            found = _values(documents, key)
        else:
            continue
        if found:
            options[key] = found
    kept: dict[str, tuple[Held, ...]] = {}
    size = 1
    for key, held in options.items():
        if size * len(held) <= _COMBINATIONS:
            kept[key] = held
            size *= len(held)
    return tuple(dict(zip(kept, combination, strict=True)) for combination in product(*kept.values()))


def _mfa(key: str, caller: Caller, ways: Ways) -> tuple[Held, ...]:
    """Signed in without MFA the key is false, with long-term keys it is absent."""
    present = key == _MFA[0]
    if ways.mfa == "without":
        return (("false",), None) if present else (None,)
    if caller.kind in OUTSIDERS:
        return (None,)
    if caller.kind == "role" or caller.hidden:
        return ()
    return (("true",), ("false",), None) if present else (("1",), None)


def _values(documents: tuple[Document, ...], key: str) -> tuple[Held, ...]:
    """Absent, each value that is named, and some other; nothing where a value cannot be made up."""
    named: set[str] = set()
    for document in documents:
        if key not in document.keys:
            continue
        for statement in document.statements:
            for test in statement.tests:
                if test.key != key:
                    continue
                if test.operator not in _LITERAL or any("${" in value for value in test.values):
                    return ()
                if test.operator != "null":
                    named |= {text for value in test.values for text in samples(value)}
    # Every request names a region; there is always one that no policy speaks of.
    absent: tuple[Held, ...] = () if key.startswith("aws:requestedregion") else (None,)
    return (*((value,) for value in sorted(named)), *absent, ("some-other-value",))


def members(target: str, positive: Iterable[str], negative: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Resources that stand for all that a target pattern covers, and whether they do so exactly.

    ``positive`` patterns select (allow statements, exceptions of denials), ``negative`` ones exclude.
    A resource in some set of positives and outside of all negatives exists exactly if one of these
    is such a one.
    """
    if not wild(target):
        return (target,), True
    return _members(target, frozenset(positive), frozenset(negative))


@lru_cache(maxsize=65536)
def _members(target: str, positive: frozenset[str], negative: frozenset[str]) -> tuple[tuple[str, ...], bool]:
    parts, exact = [target], True
    for pattern in sorted(positive):
        for part in tuple(parts):
            met = meet(pattern, part)
            if met is None or len(parts) > LIMIT:
                exact = False
                continue
            parts += [item for item in met if item not in parts]
    longest = 1 + max((pattern.count("?") for pattern in (*negative, *positive)), default=0)
    found: dict[str, None] = {}
    for part in parts:
        found.update(dict.fromkeys(samples(part, longest)))
        exact = exact and exhaustive(part, longest)
    return tuple(found), exact
