from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random

import pytest

from scanner import pipeline, preparation
from scanner.collect import permissions
from scanner.collect.aws import FORMS, beside, call_table, made
from scanner.collect.calls import Entry, Span
from scanner.collect.least_policies import LARGEST, policies_for
from scanner.errors import UsageError
from tests.collect.conftest import ACCESS_KEY, collected, config_of
from tests.collect.test_aggregator import Config as AwsConfig
from tests.faults.estate import SmallEstate
from tests.faults.faulty_server import FaultyServer
from tests.faults.wire import Request

AUDITED = tuple(
    line
    for line in Path(__file__).with_name("audit_actions.txt").read_text().splitlines()
    if line and not line.startswith("#")
)
BESIDE = beside(None)
RULES = sorted(pipeline.catalogue(pipeline.Judging()).rules)


def _actions(found: dict[str, dict[str, object]]) -> set[str]:
    return {
        action
        for document in found.values()
        for statement in document["Statement"]  # type: ignore[attr-defined]
        for action in statement["Action"]
    }


@pytest.mark.parametrize("entry", call_table(), ids=lambda entry: entry.name)
def test_every_permission_is_an_action_that_auditors_are_given(entry: Entry) -> None:
    assert any(fnmatchcase(entry.permission, action) for action in AUDITED)
    assert re.match(r"[a-z0-9-]+:(Describe|List|Get|BatchGet|Generate|Search|Select|View)", entry.permission)


def test_all_rules_need_every_call_and_nothing_else() -> None:
    assert _actions(permissions("aws", None)) == {entry.permission for entry in (*call_table(), *BESIDE)}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_needs_what_it_reads_and_what_leads_there(rule: str) -> None:
    judging = pipeline.Judging(only=(rule,))
    given = _actions(json.loads(preparation.permissions("aws", judging, "json")))
    needs = pipeline.calls_of(pipeline.catalogue(judging).rules[rule].requires, tags=True)
    table = {entry.name: entry.permission for entry in call_table()}
    assert {table[name] for name in needs if name in table} <= given
    assert given <= {*table.values(), *(entry.permission for entry in BESIDE)}
    assert "ec2:DescribeRegions" in given or not any(action.startswith(("ec2", "ecr")) for action in given)


@pytest.mark.parametrize("rule", ["DAT-002", "ISO-004"])
def test_what_a_narrowed_collection_is_denied_everything_else_for_it_does_not_miss(
    cloud: FaultyServer, estate: SmallEstate, rule: str
) -> None:
    """The policy suffices: with all other calls denied, a collection for one rule has no gap."""
    judging = pipeline.Judging(only=(rule,))
    only = pipeline.calls_of(pipeline.catalogue(judging).rules[rule].requires, tags=True)
    allowed = _actions(json.loads(preparation.permissions("aws", judging, "json")))
    for entry in call_table():
        if entry.permission not in allowed:
            cloud.deny(entry.name)
    assert collected(config_of(estate, regions=["eu-west-1"]), *only).gaps == []
    assert {call for call in cloud.calls if not call.startswith("sts:")} == made(only) & set(cloud.calls)


def test_whoever_has_what_is_printed_and_nothing_else_misses_nothing(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    """Each identity with its own: the run, which reads the organization here too, and the role."""
    found = permissions("aws", None)
    mine = _actions(
        {name: found[name] for name in found if name.startswith(("envsplit-run", "envsplit-org"))}
    )
    role = _actions({name: found[name] for name in found if name.startswith("envsplit-audit")})
    needs = {entry.name: entry.permission for entry in (*call_table(), *BESIDE)}
    refused: list[Request] = []

    def beyond(request: Request) -> bool:
        if request.call == "sts:GetCallerIdentity":  # needs no permission
            return False
        own = request.key == ACCESS_KEY
        no = needs.get(request.call) not in (mine if own else role)
        if no:
            refused.append(request)
        return no

    AwsConfig().install(cloud)
    cloud.refuse("denied", beyond)
    seen = collected(config_of(estate, regions=["eu-west-1"], aggregator=True, discover=True))
    assert [(request.call, request.account) for request in refused] == []
    assert seen.gaps == []
    assert {entry.name for entry in BESIDE} <= set(cloud.calls)


def test_fewer_rules_need_less() -> None:
    some = _actions(json.loads(preparation.permissions("aws", pipeline.Judging(only=("DAT-006",)), "json")))
    assert some < _actions(permissions("aws", None))
    found = {action for action in some if action.startswith(("iam:", "organizations:"))}
    assert found == {"organizations:DescribeOrganization", "organizations:ListAccounts"}, "to find accounts"


def test_reads_of_the_organization_are_apart() -> None:
    found = permissions("aws", None)
    audit = {action for name in found if "audit" in name for action in _actions({name: found[name]})}
    organization = _actions({"o": found["envsplit-organization"]})
    assert organization == {
        entry.permission for entry in call_table() if entry.span in {Span.ORGANIZATION, Span.MEMBER}
    }
    assert "organizations:ListPolicies" in organization
    assert {action for action in audit if action.startswith("organizations:")} == {
        "organizations:DescribeOrganization"
    }


class TestDocuments:
    MANY = tuple(
        Entry(f"s{service}:X", f"service-{service % 7}:DescribeSomethingLong{service:04}", (), follow=False)
        for service in range(900)
    )

    def test_none_is_larger_than_a_managed_policy_may_be_and_none_is_lost(self) -> None:
        found = policies_for(self.MANY)
        assert len(found) > 2
        for document in found.values():
            assert len(re.sub(r"\s", "", json.dumps(document))) <= LARGEST
        assert _actions(found) == {entry.permission for entry in self.MANY}
        sizes = [len(json.dumps(document)) for document in found.values()]
        assert min(sizes[:-1]) > LARGEST * 0.9, "they are full before the next is begun"

    def test_they_are_the_same_whatever_the_order(self) -> None:
        turned = list(self.MANY)
        Random(1).shuffle(turned)
        for form in FORMS.values():
            assert form(policies_for(turned)) == form(policies_for(self.MANY))

    def test_the_names_say_which_of_how_many(self) -> None:
        assert list(policies_for(self.MANY))[:2] == ["envsplit-audit-1", "envsplit-audit-2"]
        assert list(policies_for(self.MANY[:1])) == ["envsplit-audit"]
        member = Entry("o:D", "o:D", (), follow=False, span=Span.MEMBER)
        assert list(policies_for([member])) == ["envsplit-audit", "envsplit-organization"]


class TestTerraform:
    def test_it_holds_the_same_as_json(self) -> None:
        found = permissions("aws", None)
        text = FORMS["terraform"](found)
        assert set(re.findall(r'^      "([^"]+)",$', text, re.MULTILINE)) == _actions(found)
        labels = re.findall(r'^data "aws_iam_policy_document" "(\w+)"', text, re.MULTILINE)
        assert labels == [name.replace("-", "_") for name in found]
        for label in labels:
            assert f"policy = data.aws_iam_policy_document.{label}.json" in text
        assert text.count("{") == text.count("}")

    @pytest.mark.skipif(shutil.which("terraform") is None, reason="needs terraform")
    def test_it_is_formatted(self) -> None:
        text = FORMS["terraform"](permissions("aws", None))
        done = subprocess.run(
            ["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=True
        )
        assert done.stdout == text


class TestCommand:
    def _run(self, *more: str) -> subprocess.CompletedProcess[str]:
        program = "from scanner.cli import main; main()"
        command = [sys.executable, "-c", program, "permissions", *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_prints_what_can_be_attached(self) -> None:
        done = self._run("aws", "--rules", "dat-006,ISO-002")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["envsplit-audit"]["Version"] == "2012-10-17"
        assert self._run("aws", "--rules", "ISO-002,DAT-006").stdout == done.stdout

    @pytest.mark.parametrize("more", [("aws", "--rules", "ISO-999"), ("nowhere",), ("aws", "--format", "x")])
    def test_mistakes_of_the_command_line(self, more: tuple[str, ...]) -> None:
        assert self._run(*more).returncode == 2

    def test_an_unknown_rule_names_those_there_are(self) -> None:
        with pytest.raises(UsageError, match="no rule 'ISO-999'"):
            preparation.permissions("aws", pipeline.Judging(only=("ISO-999",)), "json")
