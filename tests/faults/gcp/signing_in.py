"""The token endpoints of the tests' Google Cloud, and the files of credentials that lead to them.

- Service accounts: https://developers.google.com/identity/protocols/oauth2/service-account (RFC 7523);
- workload identity federation (RFC 8693): https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token.
"""

from __future__ import annotations

import json
import secrets
import threading
from pathlib import Path
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.faults.listening import Answer, answered

ACCOUNT = "envsplit@tools.iam.gserviceaccount.com"
SUBJECT = "a-token-of-somebody-elses-that-nobody-may-keep"
_AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/github"
_GOOGLE = "https://oauth2.googleapis.com/token"
"""What a service account's assertion is for, wherever it is sent."""
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_JWT, _EXCHANGE = (
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)


class SigningIn:
    """Gives out tokens to one service account, and to one outside identity."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._tokens: set[str] = set()
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self._public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def key_file(self, url: str, name: str = "key.json", **amended: str) -> Path:
        """A service account's key file, whose tokens come from ``url``."""
        path = self._folder / name
        found = {
            "type": "service_account",
            "project_id": "tools",
            "private_key_id": "1",
            "private_key": self.private,
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": f"{url}/token",
            **amended,
        }
        path.write_text(json.dumps(found), encoding="utf-8")
        return path

    def federation_file(self, url: str) -> Path:
        """A configuration of workload identity federation, with the outside token in a file."""
        subject, path = self._folder / "subject", self._folder / "federation.json"
        subject.write_text(SUBJECT, encoding="utf-8")
        found = {
            "type": "external_account",
            "audience": _AUDIENCE,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{url}/v1/token",
            "credential_source": {"file": str(subject)},
        }
        path.write_text(json.dumps(found), encoding="utf-8")
        return path

    def knows(self, header: str) -> bool:
        """Whether a request carries a token of ours."""
        with self._lock:
            return header.removeprefix("Bearer ") in self._tokens

    def forget(self) -> None:
        """Let every token that was given out run out."""
        with self._lock:
            self._tokens.clear()

    def answer(self, path: str, body: bytes) -> Answer:
        """What a token endpoint says to a form."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path == "/token" and form.get("grant_type") == _JWT:
            try:
                claims = jwt.decode(form.get("assertion", ""), certs=self._public, audience=_GOOGLE)
            except ValueError:
                claims = {}
            if (claims.get("iss"), claims.get("scope")) == (ACCOUNT, _SCOPE):
                return answered(
                    200, {"access_token": self._token(), "expires_in": 3599, "token_type": "Bearer"}
                )
        if path == "/v1/token" and form.get("grant_type") == _EXCHANGE:
            wanted = {"subject_token": SUBJECT, "audience": _AUDIENCE, "scope": _SCOPE}
            if {name: form.get(name) for name in wanted} == wanted:
                given = {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
                return answered(
                    200,
                    {"access_token": self._token(), "expires_in": 3599, "token_type": "Bearer", **given},
                )
        return answered(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})

    def _token(self) -> str:
        token = f"ya29.{secrets.token_hex(12)}"
        with self._lock:
            self._tokens.add(token)
        return token
