"""IAM: what passwords of users have to be like in an account.

Shape: IAM API Reference, ``PasswordPolicy``. Without a policy of its own an account has AWS's default:
eight characters of three of the four classes, which do not expire and may come back.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.estate.normaliser import Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value

_KEY = "GetAccountPasswordPolicy"
_CLASSES = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
DEFAULT = {"minimum_length": 8, "classes": 3, "max_age_days": None, "reuse_prevention": 0}


def _of(attr: str, read: Callable[[dict[str, Any]], Any]) -> Attr:
    def value(reading: Reading) -> Value:
        answer = reading.answer(_KEY)
        if isinstance(answer, Unknown):
            return answer
        return Known(DEFAULT[attr] if answer.value is None else read(answer.value), answer.pointer)

    return Attr(value, (_KEY,))


def _exists(reading: Reading) -> Value:
    answer = reading.answer(_KEY)
    return answer if isinstance(answer, Unknown) else Known(answer.value is not None, answer.pointer)


PASSWORDS = Normaliser(
    native="iam.password_policy",
    kind="password_policy",
    listed=((f"iam:{_KEY}",),),
    name=lambda reading: f"password policy of {reading.scope.boundary}",
    attrs={
        "type": constant("iam"),
        "exists": Attr(_exists, (_KEY,)),
        "minimum_length": _of("minimum_length", lambda policy: policy.get("MinimumPasswordLength", 6)),
        "classes": _of("classes", lambda policy: sum(bool(policy.get(name)) for name in _CLASSES)),
        "max_age_days": _of("max_age_days", lambda policy: policy.get("MaxPasswordAge") or None),
        "reuse_prevention": _of(
            "reuse_prevention", lambda policy: policy.get("PasswordReusePrevention") or 0
        ),
    },
)
