"""What a value looks like, so that it need not be kept: a secret, a reference to one, or plain text.

Patterns follow the formats that their issuers document:

- AWS access key ids: a prefix of four letters and 16 more characters (IAM User Guide, "IAM identifiers",
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html);
- private keys: the textual encodings of RFC 7468 and of PGP (RFC 9580, section 6.2);
- GitHub tokens (https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github),
  GitLab tokens (https://docs.gitlab.com/security/tokens/), Slack tokens
  (https://docs.slack.dev/authentication/tokens/), Google API keys
  (https://cloud.google.com/docs/authentication/api-keys), Stripe keys (https://docs.stripe.com/keys),
  npm tokens (https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/),
  Hugging Face tokens (https://huggingface.co/docs/hub/security-tokens), JSON Web Tokens (RFC 7519);
- user information in URLs: RFC 3986, section 3.2.1;
- dynamic references: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html;
- randomness: characters as good as evenly spread (Shannon's entropy), of three sorts, or 32 hexadecimal ones.

A value that looks plain may still be a secret: `named_like_secret` looks at its name.
"""

from __future__ import annotations

import math
import re
from collections import Counter

_SECRETS = (
    ("private_key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")),
    (
        "aws_access_key",
        re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ),
    (
        "token",
        re.compile(
            r"(?<![A-Za-z0-9])(?:"
            r"gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|gl(?:pat|dt|rt|cbt|ptt|agent)-[\w-]{20,}"
            r"|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|AIza[\w-]{35}|ya29\.[\w-]{20,}"
            r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|sk-[\w-]{20,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}"
            r"|pypi-[\w-]{50,}|dop_v1_[0-9a-f]{64}|SG\.[\w-]{16,}\.[\w-]{16,}"
            r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)"
        ),
    ),
    (
        "url_with_password",
        re.compile(
            r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s:/@\"']{0,128}:[^\s/@\"']{1,512}@[^\s/@\"']"
        ),
    ),
)
_DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):[^{}]*\}\}")
_ARN = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):[a-z0-9-]*:(?:\d{12}|aws)?:[\w./:*@+=,-]{1,512}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_DENSE = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_EVEN = 0.82
"""The share of the most entropy that a text of its length can have, from which it counts as random."""
_ALPHABET = 64
_SORTS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))

_SECRET_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|credentials?|creds?|client_?secret|bearer|salt|dsn"
    r"|(?:api|auth|access|private|signing|encryption|master|account|storage)_?keys?"
    r"|conn(?:ection)?_?str(?:ing)?|webhook(?:_?url)?"
)
_NAME = re.compile(rf"(?:^|_)(?:{_SECRET_WORDS})(?:_?\d+)?(?=_|$)", re.IGNORECASE)
_NOT_SECRET = re.compile(
    r"_(?:arn|id|name|path|file|url|uri|version|region|ttl|expiry|expiration|enabled|length|type|header"
    r"|count|prefix|suffix|timeout|rotation|policy)$",
    re.IGNORECASE,
)
_WEBHOOK = re.compile(r"webhook(?:_?ur[li])?$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ASSIGNMENT = re.compile(
    r"(?:^|[\s;\"'{,])([A-Za-z][\w.-]{1,60})[\"']?\s*[=:]\s*[\"']?([^\s\"'$({<][^\s\"']{3,})", re.MULTILINE
)


def secrets_in(text: str) -> tuple[str, ...]:
    """The kinds of secret that stand anywhere in a text, the gravest first."""
    return tuple(kind for kind, pattern in _SECRETS if pattern.search(text))


def reference_of(text: str) -> str:
    """What a value that only points elsewhere points to (``secretsmanager``, ``ssm``), else nothing."""
    if dynamic := _DYNAMIC.fullmatch(text.strip()):
        return dynamic[1]
    found = _ARN.fullmatch(text.strip())
    return found[1] if found else ""


def look_of(text: str) -> str:
    """One word for a value: the gravest secret in it, `reference`, `high_entropy`, `plain` or `empty`."""
    if not text.strip():
        return "empty"
    if found := secrets_in(text):
        return found[0]
    if reference_of(text):
        return "reference"
    return "high_entropy" if _is_random(text.strip()) else "plain"


def named_like_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret: ``DB_PASSWORD``, ``apiKey``."""
    words = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_").strip("_")
    if _NOT_SECRET.search(words) and not _WEBHOOK.search(words):
        return False
    return _NAME.search(words) is not None


def assigns_secret(text: str) -> bool:
    """Whether a script gives a literal to a variable that is named like a secret."""
    return any(
        named_like_secret(name) and not reference_of(value) for name, value in _ASSIGNMENT.findall(text)
    )


def _is_random(text: str) -> bool:
    if _UUID.fullmatch(text) or not _DENSE.fullmatch(text):
        return False
    if _HEX.fullmatch(text):
        return True
    most = math.log2(min(len(text), _ALPHABET))
    return all(sort.search(text) for sort in _SORTS) and _entropy(text) >= _EVEN * most


def _entropy(text: str) -> float:
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values())
