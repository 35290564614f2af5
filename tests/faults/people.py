"""The directory of IAM Identity Center, built over the wire with clients of the management account."""

from __future__ import annotations

import json
from typing import Any

INLINE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Only", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}


def build(sso: Any, directory: Any, *accounts: str) -> None:
    """One person and one group, both assigned a permission set in every account."""
    instance = sso.list_instances()["Instances"][0]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    ana = directory.create_user(
        IdentityStoreId=store,
        UserName="ana",
        DisplayName="Ana",
        Name={"GivenName": "Ana", "FamilyName": "Lima"},
        Emails=[{"Value": "ana@example.com", "Primary": True}],
    )["UserId"]
    group = directory.create_group(IdentityStoreId=store, DisplayName="engineers")["GroupId"]
    directory.create_group_membership(IdentityStoreId=store, GroupId=group, MemberId={"UserId": ana})
    made = sso.create_permission_set(InstanceArn=arn, Name="Engineer", SessionDuration="PT8H")
    held = made["PermissionSet"]["PermissionSetArn"]
    sso.attach_managed_policy_to_permission_set(
        InstanceArn=arn, PermissionSetArn=held, ManagedPolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    sso.put_inline_policy_to_permission_set(
        InstanceArn=arn, PermissionSetArn=held, InlinePolicy=json.dumps(INLINE)
    )
    for account in accounts:
        for kind, principal in (("USER", ana), ("GROUP", group)):
            sso.create_account_assignment(
                InstanceArn=arn,
                TargetId=account,
                TargetType="AWS_ACCOUNT",
                PermissionSetArn=held,
                PrincipalType=kind,
                PrincipalId=principal,
            )
        sso.provision_permission_set(
            InstanceArn=arn, PermissionSetArn=held, TargetId=account, TargetType="AWS_ACCOUNT"
        )
