"""Parameters: secure ones are under a key, whose consent reading and writing them needs.

https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
"""

from __future__ import annotations

from scanner.facts.identity.services import Service
from scanner.model.estate import Resource
from scanner.model.logic import Tri


def _sealed(resource: Resource) -> Tri:
    if "secure" in resource.unknown:
        return Tri.UNKNOWN
    return Tri.of(resource.attrs.get("secure") is not False)


SERVICE = Service(keyed={"read": "kms:decrypt", "write": "kms:encrypt"}, sealed=_sealed)
