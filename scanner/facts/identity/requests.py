"""Requests that stand for all requests: what a caller may choose is tried out, concretely.

Whether *some* object of a bucket, under *some* header the caller may set, can be read is a question
about infinitely many requests. They fall into finitely many kinds, cut by the patterns of the
policies involved; one request of each kind is evaluated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.organization import Account
from scanner.facts.identity.patterns import LIMIT, exhaustive, meet, samples, wild
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import Document
from scanner.facts.identity.values import OPEN, Held, Like

_CHOSEN: Mapping[str, tuple[str, ...]] = {
    "sts": ("sts:externalid", "sts:rolesessionname", "aws:requestedregion"),
    "s3": (
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


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is done to: an ARN (of objects: a pattern), its account, and its own policies.

    ``kind`` is ``role``, ``user``, ``bucket``, ``repository`` or ``account`` (anything in it);
    ``trust`` when the policies are a
    role's trust policy, which must admit the caller even in its own account. ``policies`` is empty
    where the resource has none. ``tags`` is ``None`` where not known.
    """

    arn: str
    account: str
    kind: str
    policies: tuple[Policy, ...] = ()
    trust: bool = False
    tags: Mapping[str, str] | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a request is made: ``mfa`` is ``any`` (a person may use it) or ``without``."""

    mfa: str = "any"
    now: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The condition keys of one request, looked up lower-case.

    ``home`` and ``owner`` are the accounts of caller and target, ``chosen`` what the caller picked.
    """

    caller: Caller
    home: Account
    target: Target
    owner: Account
    action: str
    ways: Ways
    chosen: Mapping[str, Held]

    def __call__(self, key: str) -> Held:
        """What the request holds under a key."""
        if key in self.chosen:
            return self.chosen[key]
        if key.startswith("aws:principaltag/") and self.caller.kind != "anonymous":
            return self._principal_tag(key)
        for prefix in ("aws:resourcetag/", "iam:resourcetag/", "ecr:resourcetag/"):
            if key.startswith(prefix):
                return self._resource_tag(key.removeprefix(prefix))
        return self._fixed(key)

    def _fixed(self, key: str) -> Held:
        caller, role = self.caller, self.caller.kind == "role"
        unique = caller.unique_id
        if caller.kind == "anonymous" and key.startswith("aws:principal"):
            return ("Anonymous",) if key == "aws:principaltype" else None
        if caller.hidden and key in ("aws:principalarn", "aws:principaltype", "aws:username"):
            return (Like(caller.arn),) if key == "aws:principalarn" else OPEN
        fixed: dict[str, Held] = {
            "aws:principalarn": (caller.arn,),
            "aws:principalaccount": (caller.account,),
            "aws:principalorgid": self.home.organization,
            "aws:principalorgpaths": self.home.paths,
            "aws:principaltype": ({"role": "AssumedRole", "user": "User"}.get(caller.kind, "Account"),),
            "aws:principalisawsservice": ("false",),
            "aws:principalservicename": None,
            "aws:principalservicenameslist": None,
            "aws:sourceaccount": None,
            "aws:sourcearn": None,
            "aws:sourceorgid": None,
            "aws:sourceorgpaths": None,
            "aws:securetransport": ("true",),
            "aws:username": (caller.name,) if caller.kind == "user" else None,
            "aws:userid": OPEN if unique is None else (Like(f"{unique}:*") if role else unique,),
            "aws:resourceaccount": (self.target.account,),
            "s3:resourceaccount": (self.target.account,),
            "aws:resourceorgid": self.owner.organization,
            "aws:resourceorgpaths": self.owner.paths,
            "aws:requestedregion": self._region(),
            "aws:currenttime": (self.ways.now,) if self.ways.now else OPEN,
            "aws:epochtime": (self.ways.now,) if self.ways.now else OPEN,
            "aws:tokenissuetime": (self.ways.now,) if self.ways.now and role else OPEN,
        }
        return fixed.get(key, OPEN)

    def _region(self) -> Held:
        """IAM answers in one region; a repository's is its own; a bucket's is not known here."""
        if self.action.startswith("iam:"):
            return ("us-east-1",)
        return (self.target.region,) if self.target.kind == "repository" and self.target.region else OPEN

    def _principal_tag(self, key: str) -> Held:
        """A role's sessions may carry other tags than the role where its trust lets callers tag them."""
        caller = self.caller
        if caller.tags is None or (caller.trust is not None and tags_sessions(caller.trust.document)):
            return OPEN
        return _tag(caller.tags, key.removeprefix("aws:principaltag/"))

    def _resource_tag(self, name: str) -> Held:
        """Buckets' own tags count only where the bucket says so, which is not collected."""
        if self.target.tags is None or self.target.kind == "bucket":
            return OPEN
        return _tag(self.target.tags, name)


def _tag(tags: Mapping[str, str], name: str) -> Held:
    """A tag by its case-insensitive key."""
    return next(((str(tags[key]),) for key in sorted(tags) if key.lower() == name), None)


@lru_cache(maxsize=65536)
def tags_sessions(document: Document) -> bool:
    """Whether a trust policy may let callers pass session tags."""
    return any(
        statement.effect != "deny" and statement.acts("sts:tagsession") for statement in document.statements
    )


def choices(
    documents: Iterable[Document], caller: Caller, action: str, ways: Ways, target: Target
) -> tuple[Mapping[str, Held], ...]:
    """Every combination of what the caller may choose that these documents can tell apart."""
    documents = tuple(documents)
    keys = {key for document in documents for key in document.keys}
    free = _CHOSEN.get(action.partition(":")[0], ())
    if target.kind == "account":
        free = (*free, "aws:requestedregion")
    options: dict[str, tuple[Held, ...]] = {}
    for key in sorted(keys):
        if key in _MFA:
            found = _mfa(key, caller, ways)
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
    parts, exact = [target], True
    for pattern in sorted(set(positive)):
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
