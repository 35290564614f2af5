"""What a collection costs: calls, counted at the server, and CPU, as ratios to the least that is needed.

``python tests/bench/collect.py [THINGS]`` (40 by default): an account with so many buckets, repositories,
keys and secrets in moto, which runs in a process of its own. It is collected whole, for ``--only`` one
rule, and with the raw answers kept: the same calls are then made by bare clients of the SDK, one after the
other, and the same answers parsed once more by botocore. CPU is of whole processes, threads included,
without imports and without the server; compare ratios, not seconds. Building, signing and sending a
request costs the SDK many times what a small answer costs to parse, so what is held to a limit is the
ratio to the bare SDK.

Least: one call a fact and bucket that no listing carries, ten at most, 2 a repository, 4 a key, 1 a
secret; and what an empty account costs, a constant for each account and region.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

REGION = "eu-west-1"
ROLE = "OrganizationAccountAccessRole"
ALLOWED_CALLS, ALLOWED_CPU = 1.1, 2.0
PER_REPOSITORY, PER_KEY, PER_SECRET, PER_BUCKET_AT_MOST = 2, 4, 1, 10


def serve(things: int, pipe: Connection) -> None:
    """Hold an estate: an account that is empty and one with ``things`` of each; tell of calls when asked."""
    from tests.faults.estate import _client
    from tests.faults.faulty_server import FaultyServer

    with FaultyServer() as server:
        organizations = _client(server.url, "organizations", "us-east-1")
        organizations.create_organization(FeatureSet="ALL")
        accounts = []
        for name in ("empty", "full"):
            made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
            accounts.append(made["CreateAccountStatus"]["AccountId"])
        s3, ecr, kms, secrets = (
            _client(server.url, service, REGION, accounts[1])
            for service in ("s3", "ecr", "kms", "secretsmanager")
        )
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        for number in range(things):
            where = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=f"bench-{number}", CreateBucketConfiguration=where)
            s3.put_bucket_tagging(
                Bucket=f"bench-{number}", Tagging={"TagSet": [{"Key": "environment", "Value": "prod"}]}
            )
            tags = {"environment": "prod"}
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            ecr.create_repository(repositoryName=f"bench/{number}", tags=listed)
            kms.create_key(Policy=policy, Tags=[{"TagKey": "environment", "TagValue": "prod"}])
            secrets.create_secret(Name=f"bench-{number}", SecretString="x", Tags=listed)
        pipe.send((server.url, accounts))
        while pipe.recv() == "calls":
            pipe.send(Counter((r.account, r.call) for r in server.requests))
            server.clear()


def configured(account: str, other: str) -> Any:
    """An environment file that reads one account."""
    from scanner.config import parse

    file = {
        "version": 1,
        "environments": {
            "dev": {"tier": "nonproduction", "match": {"aws": {"accounts": [other]}}},
            "prod": {"tier": "production", "match": {"aws": {"accounts": [account]}}},
        },
        "sources": {
            "aws": {
                "role": f"arn:aws:iam::{{account}}:role/{ROLE}",
                "regions": [REGION],
                "accounts": [account],
                "organization": False,
                "aggregator": False,
                "calls_per_second": 1000,
            }
        },
    }
    return parse(json.dumps(file), "envsplit.yaml")


class Silent:
    """Shows nothing."""

    def plan(self, scope: object, calls: int) -> None:
        """Nothing to show."""

    def called(self, scope: object, call: str, gap: object) -> None:
        """Nothing to show."""


def collect(account: str, other: str, only: frozenset[str] | None, keep: bool, pipe: Connection) -> None:
    """Collect once; tell the CPU it took, and that of parsing its answers if they were kept."""
    from scanner import collect as collecting
    from scanner.snapshot import SnapshotWriter

    answers: list[tuple[Any, Any]] = []
    made: list[tuple[str, str, str, Any]] = []
    if keep:
        _keep(answers, made)
    config = configured(account, other)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        with SnapshotWriter(Path(folder) / "snapshot", tool_version="bench") as writer:
            collecting.collect(config, writer, Silent(), only=only)
            gaps = writer.gaps
        took = time.process_time() - started
    pipe.send((took, _parsed(answers) if keep else 0.0, made, len(gaps)))


def _keep(answers: list[tuple[Any, Any]], made: list[tuple[str, str, str, Any]]) -> None:
    """Have botocore tell of each call, and hand over each raw answer before it parses it."""
    import botocore.client
    import botocore.endpoint

    convert, call = botocore.endpoint.convert_to_response_dict, botocore.client.BaseClient._make_api_call

    def keeping(response: Any, model: Any) -> Any:
        found = convert(response, model)
        answers.append((model, found))
        return found

    def noting(client: Any, operation: str, params: Any) -> Any:
        made.append((client.meta.service_model.service_name, client.meta.region_name, operation, params))
        return call(client, operation, params)

    botocore.endpoint.convert_to_response_dict = keeping
    botocore.client.BaseClient._make_api_call = noting


def _parsed(answers: list[tuple[Any, Any]]) -> float:
    """The CPU of parsing all answers once more, with botocore's parsers."""
    from botocore.parsers import ResponseParserFactory

    factory = ResponseParserFactory()
    parsers = {
        model.service_model.resolved_protocol: factory.create_parser(model.service_model.resolved_protocol)
        for model, _ in answers
    }
    started = time.process_time()
    for model, found in answers:
        parsers[model.service_model.resolved_protocol].parse(found, model.output_shape)
    return time.process_time() - started


def replay(account: str, made: list[tuple[str, str, str, Any]], pipe: Connection) -> None:
    """Make the same calls with bare clients of the SDK, one after the other; tell the CPU it took."""
    from botocore.exceptions import ClientError
    from botocore.session import Session

    started = time.process_time()
    own = Session().create_client("sts", region_name=REGION)
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    given = own.assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
    session = Session()
    session.set_credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    clients: dict[tuple[str, str], Any] = {}
    for service, region, operation, params in made:
        if (
            service == "s3control"
        ):  # its host name starts with the account, which a bare client cannot send here
            continue
        if (service, region) not in clients:
            clients[service, region] = session.create_client(service, region_name=region)
        try:
            clients[service, region]._make_api_call(operation, params)
        except ClientError:
            continue
    pipe.send(time.process_time() - started)


def _in_process(target: Any, *arguments: Any) -> Any:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, theirs))
    process.start()
    answer = ours.recv()
    process.join()
    return answer


def main(things: int) -> int:
    """Print calls and CPU, with ratios; 1 if one is above what is allowed."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "AKIAMANAGEMENT000000",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(things, theirs))
    server.start()
    url, (empty, full) = ours.recv()
    os.environ["AWS_ENDPOINT_URL"] = url

    def calls() -> Counter[tuple[str, str]]:
        ours.send("calls")
        return Counter(ours.recv())

    calls()
    *_, gaps = _in_process(collect, empty, full, None, False)
    constant = sum(times for (account, _), times in calls().items() if account == empty)
    took, *_ = _in_process(collect, full, empty, None, False)
    whole = Counter({call: n for (account, call), n in calls().items() if account == full})
    _, parsing, made, _ = _in_process(collect, full, empty, None, True)
    bare = _in_process(replay, full, made)
    calls()
    only = narrowed("DAT-006")
    narrow, *_ = _in_process(collect, full, empty, only, False)
    few = sum(n for (account, _), n in calls().items() if account == full)
    ours.send("stop")
    server.join()

    facts = min(bucket_facts(), PER_BUCKET_AT_MOST)
    least = constant + things * (facts + PER_REPOSITORY + PER_KEY + PER_SECRET)
    print(
        f"{things} buckets, repositories, keys and secrets; an empty account: {constant} calls, {gaps} gaps"
    )
    above = whole.total() / least
    print(f"calls   {whole.total():7}  least {least:7}  ratio {above:5.2f}  allowed {ALLOWED_CALLS}")
    for call, times in sorted(whole.items()):
        if times >= things:
            print(f"    {call:45} {times / things:5.2f} a thing")
    print(f"DAT-006 {few:7}  of all   {few / whole.total():.2f}   {narrow:.2f} s CPU")
    ratio = took / bare
    print(f"CPU     {took:7.2f}  bare SDK {bare:5.2f}  ratio {ratio:5.2f}  allowed {ALLOWED_CPU}")
    print(f"        of which parsing the answers alone, as botocore does: {parsing:.2f}")
    return int(above > ALLOWED_CALLS or ratio > ALLOWED_CPU)


def narrowed(rule: str) -> frozenset[str]:
    """The calls that a rule needs."""
    from scanner import pipeline

    return pipeline.calls_of(pipeline.catalogue(pipeline.Judging()).rules[rule].requires)


def bucket_facts() -> int:
    """How many facts of an ordinary bucket no listing carries: those that only some need are not counted."""
    from scanner.collect.aws import calls

    (buckets,) = (call for call in calls() if call.kind == "s3.bucket")
    return sum(not follow.when for follow in buckets.follows)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
