"""Cloud KMS: keys and their versions, metadata alone.

- https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys#CryptoKey;
- https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._words import Assets

_API = "cloudkms.googleapis.com"

CALLS = (
    Call(
        Assets("cloudkms", "CryptoKeys", type=f"{_API}/CryptoKey"),
        (Output("cloudkms.cryptokey", "assets[]", "{name}"),),
    ),
    Call(
        Assets("cloudkms", "CryptoKeyVersions", type=f"{_API}/CryptoKeyVersion"),
        (Output("cloudkms.cryptokeyversion", "assets[]", "{name}", drop=("resource.data.attestation",)),),
    ),
)
