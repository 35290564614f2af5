"""The actions that facts about identities ask for: ways to become another, and a person's own sign-in.

What gives which access to stores, keys, pipelines and the rest stands in `levels`.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections.abc import Mapping

ASSUME = "sts:assumerole"
WITH_SAML, WITH_TOKEN = "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"
"""How whom an identity provider vouches for takes a role: by an assertion, by a token of OIDC."""

BECOME: Mapping[str, tuple[str, ...]] = {
    "role": ("iam:updateassumerolepolicy",),
    "user": ("iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile"),
}
"""Actions on an identity, by its type, that let the caller become it."""

PASS = "iam:passrole"
"""Hands a role to a service, which may run the caller's code with it."""

SELF_SERVICE = (
    "iam:*mfadevice*",
    "iam:changepassword",
    "iam:getaccountpasswordpolicy",
    "iam:getaccountsummary",
    "iam:getloginprofile",
    "iam:getmfadevice",
    "iam:getuser",
    "iam:listaccountaliases",
    "iam:listaccesskeys",
    "iam:listservicespecificcredentials",
    "iam:listsigningcertificates",
    "iam:listsshpublickeys",
    "iam:listusers",
    "sts:getcalleridentity",
    "sts:getsessiontoken",
)
"""What a person needs to register MFA: having these and nothing else is not access to an environment."""


def service(action: str) -> str:
    """``s3`` of ``s3:getobject``."""
    return action.partition(":")[0]
