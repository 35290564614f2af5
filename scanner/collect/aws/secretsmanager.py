"""Secrets Manager: secrets and their policies, never their values (API version 2017-10-17)."""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

CALLS = (
    Call(
        Read("secretsmanager", "ListSecrets", page=100),
        (
            Output(
                "secretsmanager.secret",
                "SecretList[]",
                "{ARN}",
                volatile=("LastAccessedDate",),
                # Free text, in which people note what they should not.
                drop=("Description", "ExternalSecretRotationMetadata"),
            ),
        ),
        Span.REGION,
        # One that waits for its deletion can be restored, and read again.
        params={"IncludePlannedDeletion": True},
        follows=(
            Follow(
                Read("secretsmanager", "GetResourcePolicy"),
                {"SecretId": "{ARN}"},
                # A secret without a policy is answered by name, and nothing else.
                "ARN && {ResourcePolicy: ResourcePolicy || `{}`}",
                ("ResourceNotFoundException",),
                policy=True,
            ),
        ),
    ),
)
