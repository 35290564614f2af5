"""The guide's example, built in moto over its wire API, with faults a real estate gathers.

Accounts: a management account, dev-ml-account, test-ml-account, prod-ml-account, a shared CI account,
and a forgotten sandbox. Each fault is planted once and named in a comment, so that the demo and the
end-to-end tests can say what must be found. Only what moto cannot be told over the wire (the age of a
key, MFA of a root user, account numbers that are easy on the eye) is set in its process.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3
from moto.backends import get_backend

MANAGEMENT = "123456789012"
DEV = "111111111111"
TEST = "222222222222"
PROD = "333333333333"
CI = "444444444444"
SANDBOX = "555555555555"
REGION = "eu-west-1"
SECOND_REGION = "us-east-1"
AUDIT_ROLE = "EnvsplitAudit"
EXTERNAL_ID = "envsplit-demo"

EC2_TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Wire:
    """Clients of one account, on a moto server."""

    def __init__(self, url: str, account: str) -> None:
        self.url = url
        self.account = account
        keys = {"aws_access_key_id": "setup", "aws_secret_access_key": "setup"}
        if account != MANAGEMENT:
            sts = boto3.client("sts", endpoint_url=url, region_name=REGION, **keys)
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            given = sts.assume_role(RoleArn=role, RoleSessionName="setup")["Credentials"]
            keys = {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            }
        self._keys = keys

    def client(self, service: str, region: str = REGION) -> Any:
        """A boto3 client of this account."""
        return boto3.client(service, endpoint_url=self.url, region_name=region, **self._keys)

    def role(
        self, name: str, *trust: dict, inline: dict[str, list[dict]] | None = None, profile: bool = False
    ) -> str:
        """Create a role with trust statements and inline policies; its ARN."""
        iam = self.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(*trust))["Role"]
        for policy_name, statements in (inline or {}).items():
            iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=policy(*statements))
        if profile:
            iam.create_instance_profile(InstanceProfileName=name)
            iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
        return made["Arn"]


def policy(*statements: dict) -> str:
    """An IAM policy document as JSON text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(sid: str, action: str | list[str], resource: str | list[str], **more: object) -> dict:
    """An Allow statement of an identity policy."""
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(sid: str, principal: str, **more: object) -> dict:
    """A trust statement for AWS principals."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        **more,
    }


def role_arn(account: str, name: str) -> str:
    """``arn:aws:iam::ACCOUNT:role/NAME``."""
    return f"arn:aws:iam::{account}:role/{name}"


@contextmanager
def _easy_numbers() -> Iterator[None]:
    with mock.patch(
        "moto.organizations.models.utils.make_random_account_id", side_effect=[DEV, TEST, PROD, CI, SANDBOX]
    ):
        yield


def build(url: str) -> dict[str, str]:
    """Build the estate on the moto server at ``url``; ids that tests want to name."""
    _organization(url)
    wires = {account: Wire(url, account) for account in (MANAGEMENT, DEV, TEST, PROD, CI)}
    for wire in wires.values():
        _audit_role(wire)
    names = _networks(wires)
    _providers(wires)
    _identities(wires)
    _stores(wires)
    _registries(wires)
    _people(wires)
    return names


def _organization(url: str) -> None:
    organizations = boto3.client(
        "organizations",
        endpoint_url=url,
        region_name=SECOND_REGION,
        aws_access_key_id="setup",
        aws_secret_access_key="setup",
    )
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    units = {
        name: organizations.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
        for name in ("Development", "Production", "Shared")
    }
    homes = {
        "dev-ml-account": "Development",
        "test-ml-account": "Development",
        "prod-ml-account": "Production",
        "shared-ci-account": "Shared",
        "sandbox": None,  # fault ISO-011: in the organization, in no environment
    }
    with _easy_numbers():
        for name, unit in homes.items():
            made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
            account = made["CreateAccountStatus"]["AccountId"]
            if unit:
                organizations.move_account(
                    AccountId=account, SourceParentId=root, DestinationParentId=units[unit]
                )
    guard = organizations.create_policy(
        Name="KeepTrails",
        Description="Nobody stops the audit trail",
        Type="SERVICE_CONTROL_POLICY",
        Content=policy(
            {"Sid": "KeepTrails", "Effect": "Deny", "Action": ["cloudtrail:StopLogging"], "Resource": "*"},
            {
                # an explicit deny: the contractor role's way into production is closed here
                "Sid": "ContractorsStayOut",
                "Effect": "Deny",
                "Action": "sts:AssumeRole",
                "Resource": role_arn(PROD, "Contractor*"),
            },
        ),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=guard, TargetId=units["Development"])


def _audit_role(wire: Wire) -> None:
    wire.role(
        AUDIT_ROLE,
        trust(
            "AuditFromManagement",
            f"arn:aws:iam::{MANAGEMENT}:root",
            Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        ),
        inline={
            "read": [allow("Read", ["iam:Get*", "iam:List*", "ec2:Describe*", "s3:Get*Configuration"], "*")]
        },
    )


def _vpc(wire: Wire, name: str, cidr: str, subnets: dict[str, str]) -> dict[str, str]:
    ec2 = wire.client("ec2")
    environment = name.split("-")[1]
    made = {"vpc": ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]}
    tags = [{"Key": "environment", "Value": environment}]
    ec2.create_tags(Resources=[made["vpc"]], Tags=[{"Key": "Name", "Value": name}, *tags])
    for subnet, block in subnets.items():
        made[subnet] = ec2.create_subnet(VpcId=made["vpc"], CidrBlock=block)["Subnet"]["SubnetId"]
        ec2.create_tags(Resources=[made[subnet]], Tags=[{"Key": "Name", "Value": f"{name}-{subnet}"}, *tags])
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [made["vpc"]]}])["RouteTables"]
    made["routes"] = tables[0]["RouteTableId"]
    return made


def _group(
    wire: Wire, vpc: str, name: str, *, port: int | None = None, cidr: str = "", group: str = ""
) -> str:
    ec2 = wire.client("ec2")
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    if port is not None:
        permission: dict = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        if cidr:
            permission["IpRanges"] = [{"CidrIp": cidr}]
        if group:
            permission["UserIdGroupPairs"] = [{"GroupId": group}]
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    return made


def _instance(
    wire: Wire, subnet: str, group: str, *, name: str, kind: str, environment: str, profile: str | None = None
) -> str:
    ec2 = wire.client("ec2")
    more: dict = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    made = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType=kind,
        NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}],
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": "Name", "Value": name}, {"Key": "environment", "Value": environment}],
            },
        ],
        **more,
    )
    return made["Instances"][0]["InstanceId"]


def _peer(name: str, asking: Wire, asking_vpc: str, giving: Wire, giving_vpc: str) -> str:
    made = asking.client("ec2").create_vpc_peering_connection(
        VpcId=asking_vpc, PeerVpcId=giving_vpc, PeerOwnerId=giving.account, PeerRegion=REGION
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    giving.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    for wire in (asking, giving):
        wire.client("ec2").create_tags(Resources=[made], Tags=[{"Key": "Name", "Value": name}])
    return made


def _networks(wires: dict[str, Wire]) -> dict[str, str]:
    dev = _vpc(wires[DEV], "valohai-dev-vpc", "10.10.0.0/16", {"workers": "10.10.1.0/24"})
    test = _vpc(wires[TEST], "valohai-test-vpc", "10.30.0.0/16", {"workers": "10.30.1.0/24"})
    prod = _vpc(
        wires[PROD], "valohai-prod-vpc", "10.20.0.0/16", {"workers": "10.20.1.0/24", "db": "10.20.2.0/24"}
    )
    dev_group = _group(wires[DEV], dev["vpc"], "valohai-sg-workers")
    test_group = _group(wires[TEST], test["vpc"], "valohai-sg-workers")
    prod_group = _group(wires[PROD], prod["vpc"], "valohai-sg-workers")
    # fault ISO-002: the production database still admits the development network
    db_group = _group(wires[PROD], prod["vpc"], "prod-db", port=5432, cidr="10.10.0.0/16")
    wires[PROD].client("ec2").authorize_security_group_ingress(
        GroupId=db_group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "UserIdGroupPairs": [{"GroupId": prod_group}],
            }
        ],
    )
    for account, name, network, group, kind in (
        (DEV, "dev", dev, dev_group, "t3.medium"),
        (TEST, "test", test, test_group, "t3.medium"),
        (PROD, "prod", prod, prod_group, "m5.2xlarge"),
    ):
        profile = worker = f"valohai-worker-{name}"
        wires[account].client("iam").create_instance_profile(InstanceProfileName=profile)
        _instance(
            wires[account],
            network["workers"],
            group,
            name=worker,
            kind=kind,
            environment=name,
            profile=profile,
        )
    _instance(wires[PROD], prod["db"], db_group, name="prod-db", kind="r5.large", environment="prod")
    open_peering = _peer("old-migration", wires[DEV], dev["vpc"], wires[PROD], prod["vpc"])
    wires[DEV].client("ec2").create_route(
        RouteTableId=dev["routes"], DestinationCidrBlock="10.20.0.0/16", VpcPeeringConnectionId=open_peering
    )
    wires[PROD].client("ec2").create_route(
        RouteTableId=prod["routes"], DestinationCidrBlock="10.10.0.0/16", VpcPeeringConnectionId=open_peering
    )
    # latent ISO-002: a peering that no route uses
    idle_peering = _peer("test-of-peering", wires[TEST], test["vpc"], wires[PROD], prod["vpc"])
    return {
        "open_peering": open_peering,
        "idle_peering": idle_peering,
        "dev_vpc": dev["vpc"],
        "prod_vpc": prod["vpc"],
        "db_group": db_group,
    }


def _providers(wires: dict[str, Wire]) -> None:
    """How CI and people come in from outside: GitHub tokens in CI, a company SAML in production."""
    github = (
        wires[CI]
        .client("iam")
        .create_open_id_connect_provider(
            Url="https://token.actions.githubusercontent.com",
            ClientIDList=["sts.amazonaws.com"],
            ThumbprintList=[],
        )["OpenIDConnectProviderArn"]
    )
    wires[CI].role(
        "GitHubActions",
        {
            "Sid": "MainBranch",
            "Effect": "Allow",
            "Principal": {"Federated": github},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    "token.actions.githubusercontent.com:sub": "repo:example/models:ref:refs/heads/main",
                }
            },
        },
        inline={"push": [allow("Push", "ecr:GetAuthorizationToken", "*")]},
    )
    company = (
        wires[PROD].client("iam").create_saml_provider(Name="company", SAMLMetadataDocument="<a/>" * 300)
    )
    wires[PROD].role(
        "Operator",
        {
            "Sid": "CompanySignIn",
            "Effect": "Allow",
            "Principal": {"Federated": company["SAMLProviderArn"]},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        },
        inline={"look": [allow("Look", ["ec2:Describe*", "cloudwatch:Get*"], "*")]},
    )


def _identities(wires: dict[str, Wire]) -> None:
    artifacts = "arn:aws:s3:::valohai-{}-artifacts"
    dev, test, prod, ci = wires[DEV], wires[TEST], wires[PROD], wires[CI]
    dev.role(
        "ValohaiWorkerRole-dev",
        EC2_TRUST,
        inline={
            "artifacts": [
                allow("OwnArtifacts", "s3:*", [artifacts.format("dev"), artifacts.format("dev") + "/*"]),
                # fault DAT-002 (read): together with the statement DevReads of the bucket
                allow("ProdModels", "s3:GetObject", artifacts.format("prod") + "/*"),
            ],
            # fault ISO-004, one step: production trusts the whole development account
            "promote": [allow("PromoteModels", "sts:AssumeRole", role_arn(PROD, "ModelPromoter"))],
            # unknown ISO-004: a condition that no snapshot can decide
            "backup": [allow("NightlyBackup", "sts:AssumeRole", role_arn(PROD, "BackupReader"))],
        },
    )
    dev.role(
        "DataScientist",
        trust("People", f"arn:aws:iam::{DEV}:root"),
        # fault ISO-004, chained: development -> CI -> production
        inline={"build": [allow("UseBuilder", "sts:AssumeRole", role_arn(CI, "Builder"))]},
    )
    ci.role(
        "Builder",
        trust("DataScientists", role_arn(DEV, "DataScientist")),
        inline={"deploy": [allow("Deploy", "sts:AssumeRole", role_arn(PROD, "Deployer"))]},
    )
    test.role(
        "ValohaiWorkerRole-test",
        EC2_TRUST,
        inline={
            "artifacts": [
                allow("OwnArtifacts", "s3:*", [artifacts.format("test"), artifacts.format("test") + "/*"])
            ],
            # latent ISO-004: may assume a production role that does not trust it
            "leftover": [allow("OldMigration", "sts:AssumeRole", role_arn(PROD, "ValohaiWorkerRole-prod"))],
        },
    )
    test.role(
        "Contractor",
        EC2_TRUST,
        # no finding: the organization's policy denies it
        inline={"visit": [allow("Visit", "sts:AssumeRole", role_arn(PROD, "ContractorDesk"))]},
    )
    prod.role(
        "ValohaiWorkerRole-prod",
        EC2_TRUST,
        inline={
            "artifacts": [
                allow("OwnArtifacts", "s3:*", [artifacts.format("prod"), artifacts.format("prod") + "/*"])
            ]
        },
    )
    prod.role(
        "ModelPromoter",
        trust("AllowDevAccount", f"arn:aws:iam::{DEV}:root"),
        # fault DAT-002 (write): development writes production's models through this role
        inline={
            "models": [
                allow("WriteModels", ["s3:PutObject", "s3:GetObject"], artifacts.format("prod") + "/models/*")
            ]
        },
    )
    prod.role(
        "Deployer",
        trust("AllowBuilder", role_arn(CI, "Builder")),
        inline={"deploy": [allow("Deploy", ["ecr:*", "ec2:*"], "*")]},
    )
    prod.role(
        "BackupReader",
        trust(
            "AllowBackup",
            role_arn(DEV, "ValohaiWorkerRole-dev"),
            Condition={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
        ),
        inline={"read": [allow("List", "ec2:DescribeSnapshots", "*")]},
    )
    prod.role("ContractorDesk", trust("AllowContractor", role_arn(TEST, "Contractor")))
    for wire, name in ((dev, "dev"), (test, "test"), (prod, "prod")):
        wire.client("iam").add_role_to_instance_profile(
            InstanceProfileName=f"valohai-worker-{name}", RoleName=f"ValohaiWorkerRole-{name}"
        )


def _bucket(wire: Wire, name: str, environment: str, *, sound: bool = True, log_to: str = "") -> None:
    s3 = wire.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "environment", "Value": environment}]})
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    if sound:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(flags, True))
    if log_to:
        s3.put_bucket_logging(
            Bucket=name,
            BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": log_to, "TargetPrefix": f"{name}/"}},
        )


def _stores(wires: dict[str, Wire]) -> None:
    prod = wires[PROD]
    _bucket(wires[DEV], "valohai-dev-artifacts", "dev", sound=False)
    _bucket(wires[TEST], "valohai-test-artifacts", "test", sound=False)
    _bucket(prod, "valohai-prod-logs", "prod")
    s3 = prod.client("s3")
    s3.put_bucket_acl(
        Bucket="valohai-prod-logs",
        AccessControlPolicy={
            "Owner": s3.get_bucket_acl(Bucket="valohai-prod-logs")["Owner"],
            "Grants": [
                {
                    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"},
                    "Permission": permission,
                }
                for permission in ("WRITE", "READ_ACP")
            ],
        },
    )
    s3.put_bucket_logging(
        Bucket="valohai-prod-logs",
        BucketLoggingStatus={
            "LoggingEnabled": {"TargetBucket": "valohai-prod-logs", "TargetPrefix": "self/"}
        },
    )
    _bucket(prod, "valohai-prod-artifacts", "prod", log_to="valohai-prod-logs")
    s3.put_bucket_policy(
        Bucket="valohai-prod-artifacts",
        Policy=policy(
            {
                "Sid": "DevReads",
                "Effect": "Allow",
                "Principal": {"AWS": role_arn(DEV, "ValohaiWorkerRole-dev")},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::valohai-prod-artifacts/*",
            }
        ),
    )
    # fault DAT-006: no versioning, no public access block, no access log
    _bucket(prod, "valohai-prod-scratch", "prod", sound=False)
    # fault ISO-001 and ISO-011: a development bucket left in the production account
    _bucket(prod, "valohai-old-experiments", "dev", log_to="valohai-prod-logs")


def _registries(wires: dict[str, Wire]) -> None:
    for account, repository, scans in (
        (PROD, "valohai/inference", True),
        (PROD, "valohai/training", False),  # fault IMG-003: images are not scanned
        (DEV, "valohai/training", False),
    ):
        ecr = wires[account].client("ecr")
        ecr.create_repository(
            repositoryName=repository,
            imageScanningConfiguration={"scanOnPush": scans},
            imageTagMutability="IMMUTABLE" if scans else "MUTABLE",
            tags=[{"Key": "environment", "Value": "prod" if account == PROD else "dev"}],
        )
        ecr.put_image(
            repositoryName=repository,
            imageTag="1.0.0",
            imageManifest=json.dumps(
                {
                    "schemaVersion": 2,
                    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                    "config": {
                        "mediaType": "application/vnd.docker.container.image.v1+json",
                        "size": 7023,
                        "digest": "sha256:" + "ab" * 32,
                    },
                    "layers": [],
                }
            ),
        )


def _user(
    wire: Wire, name: str, *, console: bool = False, mfa: bool = False, key_days: int | None = None
) -> str:
    iam = wire.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    if console:
        iam.create_login_profile(UserName=name, Password="Correct-horse-1")
    if mfa:
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(
            UserName=name, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
    if key_days is not None:
        iam.create_access_key(UserName=name)
        aged = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=key_days)
        user = get_backend("iam")[wire.account]["aws"].users[name]
        user.access_keys[0].create_date = aged
    return arn


def _people(wires: dict[str, Wire]) -> None:
    without_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    manage = [
        allow("Operate", ["s3:*", "ec2:*"], "*"),
        {"Sid": "NoMfaNoAccess", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": without_mfa},
    ]
    prod = wires[PROD]
    _user(prod, "alice", console=True, mfa=True)
    prod.client("iam").put_user_policy(UserName="alice", PolicyName="operate", PolicyDocument=policy(*manage))
    _user(prod, "bob", console=True)  # fault ACC-005: no MFA, and nothing asks for it
    prod.client("iam").put_user_policy(
        UserName="bob", PolicyName="operate", PolicyDocument=policy(allow("Operate", "s3:*", "*"))
    )
    _user(wires[DEV], "dan", console=True, mfa=True)
    _user(prod, "deploy-bot", key_days=400)  # fault KEY-002: a key of 400 days
    _user(wires[DEV], "dev-bot", key_days=10)
    for account in (MANAGEMENT, PROD, CI):
        get_backend("iam")[account]["aws"].account_summary._account_mfa_enabled = 1  # noqa: SLF001 - moto has no call for it
