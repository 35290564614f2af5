"""A small estate with at least one thing of every kind that is collected, built over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from tests.faults import compute, keys, network, people, roads, watching

ROLE = "OrganizationAccountAccessRole"
REGIONS = ("eu-west-1", "us-east-1")
OWN = "123456789012"
"""The account of credentials that moto does not know: the management account."""


@dataclass(frozen=True)
class SmallEstate:
    """Account ids, and the base credentials' environment is the caller's business."""

    url: str
    dev: str
    prod: str

    def client(self, service: str, account: str, region: str = "eu-west-1") -> Any:
        """A client as administrator of an account."""
        return _client(self.url, service, region, account)


def build(url: str) -> SmallEstate:
    """Build it on a server: an organization with dev and prod, each with the like of everything."""
    organizations = _client(url, "organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    dev, prod = (_account(organizations, name) for name in ("dev", "prod"))
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="Production")["OrganizationalUnit"]
    organizations.move_account(AccountId=prod, SourceParentId=root, DestinationParentId=unit["Id"])
    estate = SmallEstate(url, dev, prod)
    for name, account in (("dev", dev), ("prod", prod)):
        _identities(estate.client("iam", account), other=prod if account == dev else dev)
        _buckets(estate, account, name)
        _registry(estate.client("ecr", account), account)
        keys.build(estate.client, account, name)
        watching.build(estate.client, account, name)
        _roads(estate, name, account)
    _network(estate)
    compute.build(estate.client, dev)
    people.build(
        _client(url, "sso-admin", "eu-west-1"), _client(url, "identitystore", "eu-west-1"), dev, prod
    )
    return estate


def _roads(estate: SmallEstate, name: str, account: str) -> None:
    def client(service: str) -> Any:
        return estate.client(service, account)

    roads.stores(client, name, f"arn:aws:iam::{account}:role/worker")
    roads.roads(client, name, account, estate.prod if account == estate.dev else estate.dev)


def _account(organizations: Any, name: str) -> str:
    made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
    return str(made["CreateAccountStatus"]["AccountId"])


def _identities(iam: Any, other: str) -> None:
    iam.create_user(
        UserName="ana", Tags=[{"Key": "team", "Value": "ml"}, {"Key": "environment", "Value": "x"}]
    )
    iam.create_login_profile(UserName="ana", Password="Correct-Horse-1")
    iam.create_access_key(UserName="ana")
    iam.create_virtual_mfa_device(VirtualMFADeviceName="ana")
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, MaxPasswordAge=90)
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ana")
    trust = _policy(
        {
            "Principal": {"AWS": [f"arn:aws:iam::{other}:root", f"arn:aws:iam::{OWN}:root"]},
            "Action": "sts:AssumeRole",
        }
    )
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust)
    iam.put_role_policy(
        RoleName="worker",
        PolicyName="read",
        PolicyDocument=_policy({"Action": ["s3:Get*", "s3:List*"], "Resource": "*"}),
    )
    made = iam.create_policy(PolicyName="jobs", PolicyDocument=_policy({"Action": "ecr:*", "Resource": "*"}))
    iam.attach_role_policy(RoleName="worker", PolicyArn=made["Policy"]["Arn"])
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument="<EntityDescriptor/>" * 80)
    iam.create_open_id_connect_provider(
        Url="https://token.example.com", ThumbprintList=["a" * 40], ClientIDList=["sts", "ci"]
    )


def _buckets(estate: SmallEstate, account: str, name: str) -> None:
    for bucket, region in ((f"{name}-artifacts", "eu-west-1"), (f"{name}-backup", "eu-central-1")):
        s3 = estate.client("s3", account, region)
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    s3 = estate.client("s3", account)
    bucket = f"{name}-artifacts"
    s3.put_bucket_policy(
        Bucket=bucket,
        Policy=_policy(
            {"Principal": {"AWS": [OWN, account]}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
        ),
    )
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(
        Bucket=bucket, Tagging={"TagSet": [{"Key": "environment", "Value": name}, {"Key": "a", "Value": "b"}]}
    )
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )


def _registry(ecr: Any, account: str) -> None:
    ecr.create_repository(repositoryName="ml/train", tags=[{"Key": "environment", "Value": "x"}])
    ecr.create_repository(repositoryName="ml/empty")
    pull = _policy({"Principal": {"AWS": account}, "Action": "ecr:BatchGetImage"})
    ecr.set_repository_policy(repositoryName="ml/train", policyText=pull)
    for tag in ("v1", "v2"):
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"digest": f"sha256:{tag}"},
            "layers": [{"digest": f"sha256:layer-{tag}", "size": 1}],
        }
        ecr.put_image(repositoryName="ml/train", imageManifest=json.dumps(manifest), imageTag=tag)


def _network(estate: SmallEstate) -> None:
    vpcs = {}
    for account, cidr in ((estate.dev, "10.1.0.0/16"), (estate.prod, "10.2.0.0/16")):
        ec2 = estate.client("ec2", account)
        vpcs[account] = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpcs[account], CidrBlock=cidr.replace("/16", "/24"))["Subnet"][
            "SubnetId"
        ]
        ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)
    ec2 = estate.client("ec2", estate.dev)
    made = ec2.create_vpc_peering_connection(
        VpcId=vpcs[estate.dev], PeerVpcId=vpcs[estate.prod], PeerOwnerId=estate.prod
    )
    peering = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    estate.client("ec2", estate.prod).accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    network.build(estate, vpcs)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Sid": "Only", "Effect": "Allow", **statement}]}
    )


def _client(url: str, service: str, region: str, account: str | None = None) -> Any:
    keys = {"aws_access_key_id": "AKIAMANAGEMENT000000", "aws_secret_access_key": "not-a-secret"}
    if account is not None:
        answer = _client(url, "sts", region).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="building"
        )["Credentials"]
        keys = {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.client(service, endpoint_url=url, region_name=region, config=config, **keys)
