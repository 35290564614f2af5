"""IAM: the outside identity providers that an account trusts.

Shapes: IAM API Reference, ``SAMLProviderListEntry``, ``OpenIDConnectProviderListEntry``,
GetOpenIDConnectProvider. An OIDC provider's ARN ends with its issuer, without the scheme.
"""

from __future__ import annotations

from scanner.estate.aws._native import tags_at
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known


def _issuer(reading: Reading) -> str:
    return reading.id.split(":oidc-provider/", 1)[-1]


SAML = Normaliser(
    native="iam.saml_provider",
    kind="identity_provider",
    listed=(("iam:ListSAMLProviders",),),
    tags=UNREAD_TAGS,
    attrs={"type": constant("saml"), "url": constant(None), "audiences": constant(None)},
)

OIDC = Normaliser(
    native="iam.oidc_provider",
    kind="identity_provider",
    listed=(("iam:ListOpenIDConnectProviders",),),
    tags=tags_at("GetOpenIDConnectProvider", "Tags"),
    name=_issuer,
    attrs={
        "type": constant("oidc"),
        "url": Attr(lambda reading: Known(_issuer(reading), "/id")),
        "audiences": field_of("GetOpenIDConnectProvider", "ClientIDList", absent=[], convert=sorted),
    },
)
