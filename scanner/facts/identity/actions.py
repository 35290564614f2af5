"""The actions that facts ask about: access levels of stores and registries, and ways to become another.

A later action universe (bitsets over every action) replaces these lists, not their use. ``s3:ListBucket``
shows names, not content, and is in no level.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
"""

from __future__ import annotations

from collections.abc import Mapping

ASSUME = "sts:assumerole"

BECOME: Mapping[str, tuple[str, ...]] = {
    "role": ("iam:updateassumerolepolicy",),
    "user": ("iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile"),
}
"""Actions on an identity, by its type, that let the caller become it."""

PASS = "iam:passrole"
"""Hands a role to a service, which may run the caller's code with it."""

ESCALATE = (
    "iam:addusertogroup",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:createpolicyversion",
    "iam:putgrouppolicy",
    "iam:putrolepolicy",
    "iam:putuserpolicy",
    "iam:setdefaultpolicyversion",
)
"""Actions that may give whoever has them any permission in its account."""

OBJECT_LEVELS: Mapping[str, tuple[str, ...]] = {
    "read": ("s3:getobject", "s3:getobjectversion"),
    "write": ("s3:putobject", "s3:replicateobject"),
    "delete": ("s3:deleteobject", "s3:deleteobjectversion"),
    "admin": ("s3:putobjectacl", "s3:putobjectversionacl", "s3:bypassgovernanceretention"),
}
"""Levels of access to a bucket by what may be done with some object in it."""

BUCKET_LEVELS: Mapping[str, tuple[str, ...]] = {
    "delete": ("s3:deletebucket",),
    "admin": (
        "s3:putbucketpolicy",
        "s3:deletebucketpolicy",
        "s3:putbucketacl",
        "s3:putbucketownershipcontrols",
        "s3:putbucketpublicaccessblock",
        "s3:putbucketversioning",
        "s3:putbucketobjectlockconfiguration",
        "s3:putbucketlogging",
        "s3:putbucketnotification",
        "s3:putinventoryconfiguration",
        "s3:putencryptionconfiguration",
        "s3:putlifecycleconfiguration",
        "s3:putreplicationconfiguration",
    ),
}
"""Levels by what may be done with the bucket itself."""

REGISTRY_LEVELS: Mapping[str, tuple[str, ...]] = {
    "read": ("ecr:batchgetimage", "ecr:getdownloadurlforlayer"),
    "write": ("ecr:putimage", "ecr:replicateimage", "ecr:batchimportupstreamimage"),
    "delete": ("ecr:batchdeleteimage", "ecr:deleterepository", "ecr:putlifecyclepolicy"),
    "admin": ("ecr:setrepositorypolicy", "ecr:deleterepositorypolicy", "ecr:putimagetagmutability"),
}
"""Levels of access to an image repository."""

ALWAYS_REGISTRY = frozenset({"ecr:replicateimage", "ecr:batchimportupstreamimage"})
"""Actions for which a registry's policy counts whatever its scope, V1 or V2."""

OWNER_ONLY = frozenset({"s3:putbucketpolicy", "s3:deletebucketpolicy"})
"""Actions that S3 grants to the bucket owner's account alone, whatever the policy says."""

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
