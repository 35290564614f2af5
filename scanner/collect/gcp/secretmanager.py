"""Secret Manager: secrets and their versions, metadata alone: the payload is another call, which is not made.

- https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret;
- https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#SecretVersion.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._words import Assets

_API = "secretmanager.googleapis.com"

CALLS = (
    Call(
        Assets("secretmanager", "Secrets", type=f"{_API}/Secret"),
        (Output("secretmanager.secret", "assets[]", "{name}"),),
    ),
    Call(
        Assets("secretmanager", "SecretVersions", type=f"{_API}/SecretVersion"),
        (Output("secretmanager.secretversion", "assets[]", "{name}"),),
    ),
)
