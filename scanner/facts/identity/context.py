"""The condition keys of one request: what a snapshot knows of them.

Absent keys are `None`, those not known `OPEN`; both matter, since operators treat absence in their own way.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.organization import Account
from scanner.facts.identity.principals import OUTSIDERS
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.statements import Document
from scanner.facts.identity.values import OPEN, Held, Like

_TYPES = {"role": "AssumedRole", "user": "User", "anonymous": "Anonymous"}
_RESOURCE_TAG = ":resourcetag/"
_PRINCIPAL_TAG = "aws:principaltag/"


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
        for given in (self.chosen, self.target.given, self.caller.claims):
            if key in given:
                return given[key]
        if key.startswith(_PRINCIPAL_TAG):
            return self._principal_tag(key.removeprefix(_PRINCIPAL_TAG))
        service, found, name = key.partition(_RESOURCE_TAG)
        if found and service in ("aws", self.action.partition(":")[0]):
            return self._resource_tag(name)
        if self.caller.kind in OUTSIDERS:
            return self._outside(key)
        if key in _KEYS:
            return _KEYS[key](self)
        for fixed in (_DIRECT, _CURRENT):
            if key in fixed:
                return fixed[key]
        return self._provider_key(key)

    def _outside(self, key: str) -> Held:
        """What a caller without an account holds."""
        kind = self.caller.kind
        if key == _OWN_NAME.get(kind):
            return (self.caller.principal,)
        if key in _OUTSIDE[kind]:
            return _OUTSIDE[kind][key]
        if key.startswith(_OF_THE_TARGET) and key in _KEYS:
            return _KEYS[key](self)
        return self._provider_key(key)

    def _provider_key(self, key: str) -> Held:
        """Keys of identity providers: users never carry any, sessions of roles may."""
        issuer, _, name = key.partition(":")
        if name and ("." in issuer or issuer == "saml") and self.caller.kind in ("user", "root", "anonymous"):
            return None
        return OPEN

    def _principal_tag(self, name: str) -> Held:
        """A role's sessions may carry other tags than the role where its trust lets callers tag them."""
        caller = self.caller
        if caller.kind in OUTSIDERS:
            return OPEN if caller.kind == "federated" else None
        if caller.tags is None or (caller.trust is not None and tags_sessions(caller.trust.document)):
            return OPEN
        return _tag(caller.tags, name)

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


def _user_id(context: Context) -> Held:
    caller = context.caller
    if caller.unique_id is None:
        return OPEN
    return (Like(f"{caller.unique_id}:*"),) if caller.kind == "role" else (caller.unique_id,)


def _region(context: Context) -> Held:
    """IAM answers in one region; of other targets their own counts, where it is known."""
    if context.action.startswith("iam:"):
        return ("us-east-1",)
    return (context.target.region,) if context.target.region else OPEN


def _now(context: Context) -> Held:
    return (context.ways.now,) if context.ways.now else OPEN


def _of_the_known(read: Callable[[Context], Held]) -> Callable[[Context], Held]:
    """A key of the caller, which a hidden identity hides."""
    return lambda context: OPEN if context.caller.hidden else read(context)


_KEYS: Mapping[str, Callable[[Context], Held]] = {
    "aws:principalarn": lambda it: (Like(it.caller.arn) if it.caller.hidden else it.caller.arn,),
    "aws:principalaccount": lambda it: (it.caller.account,),
    "aws:principalorgid": lambda it: it.home.organization,
    "aws:principalorgpaths": lambda it: it.home.paths,
    "aws:principaltype": _of_the_known(lambda it: (_TYPES.get(it.caller.kind, "Account"),)),
    "aws:username": _of_the_known(lambda it: (it.caller.name,) if it.caller.kind == "user" else None),
    "aws:userid": _user_id,
    "aws:tokenissuetime": lambda it: _now(it) if it.caller.kind == "role" else OPEN,
    "kms:calleraccount": lambda it: (it.caller.account,),
    "aws:resourceaccount": lambda it: (it.target.account,),
    "s3:resourceaccount": lambda it: (it.target.account,),
    "aws:resourceorgid": lambda it: it.owner.organization,
    "aws:resourceorgpaths": lambda it: it.owner.paths,
    "aws:requestedregion": _region,
    "aws:currenttime": _now,
    "aws:epochtime": _now,
}

_DIRECT: Mapping[str, Held] = {
    "aws:principalisawsservice": ("false",),
    "aws:principalservicename": None,
    "aws:principalservicenameslist": None,
    "aws:sourceaccount": None,
    "aws:sourcearn": None,
    "aws:sourceorgid": None,
    "aws:sourceorgpaths": None,
}
"""What a request holds that no AWS service makes for somebody else."""

_CURRENT: Mapping[str, Held] = {
    "aws:securetransport": ("true",),
    "s3:tlsversion": ("1.3",),
    "s3:signatureversion": ("AWS4-HMAC-SHA256",),
    "s3:signatureage": ("0",),
}
"""What every current SDK sends."""

_NOBODY: Mapping[str, Held] = dict.fromkeys(
    (
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:username",
        "kms:calleraccount",
    )
)
"""Keys that only callers of an account have."""

_OUTSIDE: Mapping[str, Mapping[str, Held]] = {
    "anonymous": {
        **_DIRECT,
        **_CURRENT,
        **_NOBODY,
        "aws:principaltype": ("Anonymous",),
        "aws:userid": None,
        "aws:tokenissuetime": None,
        "aws:federatedprovider": None,
    },
    "federated": {**_DIRECT, **_CURRENT, **_NOBODY},
    "service": {
        **_CURRENT,
        **_NOBODY,
        **dict.fromkeys(_DIRECT, OPEN),
        "aws:principalisawsservice": ("true",),
        "aws:principalaccount": OPEN,
        "kms:calleraccount": OPEN,
    },
}
"""The same of callers that belong to no account, by their kind. A service acts for whom its claims say."""

_OWN_NAME = {"federated": "aws:federatedprovider", "service": "aws:principalservicename"}
_OF_THE_TARGET = (
    "aws:resource",
    "s3:resourceaccount",
    "aws:requestedregion",
    "aws:currenttime",
    "aws:epochtime",
)
