from dataclasses import replace
from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.findings import build
from scanner.findings.order import rank
from scanner.model.estate import Flow, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.finding import Finding, Missing, Tally
from scanner.model.logic import Severity, Verdict
from scanner.model.rule import Applies, CrossingVerdict, RuleVerdict
from scanner.model.snapshot import Scope, Source
from tests.findings import world
from tests.findings.catalogue import RULES


def built(*verdicts: RuleVerdict, **changes: Any) -> tuple[tuple[Finding, ...], tuple[Tally, ...]]:
    estate = changes.pop("estate", world.estate())
    return build(
        verdicts or world.VERDICTS,
        RULES,
        estate,
        changes.get("facts", world.FACTS),
        changes.get("config", world.CONFIG),
    )


def one(rule: str, check: str, **where: Any) -> Finding:
    found = [
        item
        for item in built()[0]
        if (item.rule, item.check) == (rule, check)
        and all(getattr(item, key) == want for key, want in where.items())
    ]
    assert len(found) == 1
    return found[0]


def test_one_finding_for_each_fail_and_unknown_and_none_for_a_pass() -> None:
    findings, _ = built()
    assert len(findings) == 15
    assert len({item.fingerprint for item in findings}) == 15
    assert {item.verdict for item in findings} == {Verdict.FAIL, Verdict.UNKNOWN, Verdict.ATTESTED}


def test_every_fail_has_a_witness_that_cites_lines() -> None:
    for item in built()[0]:
        if item.verdict is Verdict.FAIL:
            assert item.witness
            assert [step.step for step in item.witness] == list(range(1, len(item.witness) + 1))
            assert all(
                step.source.part.startswith("parts/") and step.source.line >= 1 for step in item.witness
            )


def test_a_crossing_shows_its_border_and_both_sides() -> None:
    found = next(item for item in built()[0] if item.crossing and item.crossing.border == world.CHAIN.border)
    assert found.crossing is not None
    assert (found.crossing.source, found.crossing.target) == ("dev", "prod")
    assert (found.crossing.sources, found.crossing.targets) == (3, 2)
    assert found.crossing.examples[0] == (world.TRAINER, world.ARTIFACTS)
    assert len(set(found.crossing.examples)) == len(found.crossing.examples) <= 5
    assert [step.target_id for step in found.witness] == [world.WORKER, world.ETL, world.ARTIFACTS]
    assert (found.environment, found.owner, found.location) == (
        "prod",
        "ml-platform@example.com",
        "environments.dev",
    )


def test_examples_are_few_however_many_there_are() -> None:
    many = replace(
        world.CHAIN, sources=tuple(f"s{n}" for n in range(900)), targets=tuple(f"t{n}" for n in range(9))
    )
    facts = {"identity_paths": Facts(crossings=(many,))}
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.FAIL,
        crossings=(CrossingVerdict(many.id, world.FAIL),),
    )
    (found,), _ = built(verdict, facts=facts)
    assert found.crossing is not None
    assert (found.crossing.sources, found.crossing.targets, len(found.crossing.examples)) == (900, 9, 5)


def test_latent_lowers_severity_and_says_what_holds() -> None:
    found = one("ISO-004", "path", latent=True)
    assert found.severity is Severity.MEDIUM
    assert "as soon as step 2 (trust of prod-deploy, which does not name it) gives way." in found.message
    assert [step.holds for step in found.witness] == [False, True]


def test_assumed_says_so() -> None:
    found = one("ISO-004", "path", assumed=True)
    assert found.message.endswith("Assumed: scp absent.")


def test_unknown_keeps_severity_and_names_the_read_to_allow() -> None:
    found = one("DAT-006", "public")
    assert (found.verdict, found.severity) == (Verdict.UNKNOWN, Severity.MEDIUM)
    read = Missing("s3:GetBucketPolicy", "s3:GetBucketPolicy", "aws/222222222222/global", "denied", "")
    assert found.missing == (read,)
    assert [step.open for step in found.witness] == [True]


def test_a_blind_pair_is_one_finding_without_a_crossing() -> None:
    found = one("ISO-002", "path", verdict=Verdict.UNKNOWN)
    assert (found.subject.id, found.crossing) == ("prod->dev", None)
    assert [item.call for item in found.missing] == ["ec2:DescribeRouteTables"]
    assert "from prod to dev" in found.message


def test_gaps_beside_an_undecided_crossing_are_told_too() -> None:
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.UNKNOWN,
        crossings=(CrossingVerdict(world.OPEN.id, world.UNKNOWN),),
        gaps=(world.ROUTES_DENIED.id,),
    )
    findings, _ = built(verdict)
    assert sorted((item.crossing is None, len(item.missing)) for item in findings) == [(False, 0), (True, 1)]


def test_a_scope_that_could_not_be_listed() -> None:
    found = one("IMG-003", "scanning")
    assert (found.subject.type, found.subject.id) == ("scope", "aws/222222222222/us-east-1/registry")
    assert found.message == "Whether registry in aws/222222222222/us-east-1 scans images is not known."
    assert [item.call for item in found.missing] == ["ecr:DescribeRepositories"]


def test_a_template_that_asks_a_scope_for_details_is_replaced() -> None:
    rule = RULES["IMG-003"]
    checks = {"scanning": replace(rule.checks["scanning"], unknown="{name} has {detail.images} images.")}
    rules = {**RULES, "IMG-003": replace(rule, checks=checks)}
    verdict = RuleVerdict("IMG-003", "scanning", world.UNLISTED.id, world.UNKNOWN)
    (found,), _ = build([verdict], rules, world.estate(), world.FACTS, world.CONFIG)
    assert found.message == (
        "No registry in aws/222222222222/us-east-1 could be listed, so nothing there is decided: "
        "Images are scanned."
    )
    assert [item.call for item in found.missing] == ["ecr:DescribeRepositories"]


def test_an_attestation_answers_an_unknown_and_keeps_it() -> None:
    found = one("ACC-005", "demanded")
    assert found.verdict is Verdict.ATTESTED
    assert found.evidence["attestation"]["owner"] == "security@example.com"


@pytest.mark.parametrize("as_of", ["2026-10-31T23:59:59Z", "2027-05-01T00:00:00Z"])
def test_an_attestation_counts_between_its_dates_alone(as_of: str) -> None:
    findings, tallies = built(estate=replace(world.estate(), as_of=as_of))
    assert not [item for item in findings if item.verdict is Verdict.ATTESTED]
    assert sum(row.attested for row in tallies) == 0


def test_nobody_vouches_a_fail_away() -> None:
    vouched = world.Config({("ACC-005/registered", world.ANA): world.ATTESTATION})
    findings, _ = built(config=vouched)
    assert next(item for item in findings if item.check == "registered").verdict is Verdict.FAIL


def test_a_mark_brings_its_own_witness() -> None:
    found = one("ACC-005", "demanded")
    assert [step.target_id for step in found.witness] == [world.ETL]


def test_a_store_judged_by_crossings_shows_the_worst_and_stays_one_finding() -> None:
    found = one("DAT-002", "write")
    assert (found.subject.id, found.location) == (world.ARTIFACTS, "environments.prod")
    assert found.message == "dev can write valohai-prod-artifacts."
    assert len(found.witness) == 3


def test_tallies_add_up_to_the_verdicts() -> None:
    _, tallies = built()
    assert sum(row.applied for row in tallies) == len(world.VERDICTS)
    assert Tally("DAT-006", "versioning", "prod", passed=1, failed=1) in tallies
    assert Tally("ISO-004", "path", "dev->prod", failed=1) in tallies
    assert Tally("ISO-011", "assigned", "unassigned", failed=1) in tallies
    assert Tally("ACC-005", "demanded", "prod", attested=1) in tallies


def test_findings_come_worst_first() -> None:
    findings, _ = built()
    assert list(findings) == sorted(findings, key=rank)
    assert [item.severity.rank for item in findings] == sorted(
        (item.severity.rank for item in findings), reverse=True
    )


def test_a_flow_that_nearly_covers_is_where_to_look() -> None:
    near = replace(world.CHAIN, flow="promote")
    flows = (Flow("other", "dev", "prod", ("read",)), Flow("promote", "dev", "prod", ("read",)))
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.FAIL,
        crossings=(CrossingVerdict(near.id, world.FAIL),),
    )
    (found,), _ = built(
        verdict,
        facts={"identity_paths": Facts(crossings=(near,))},
        estate=replace(world.estate(), flows=flows),
    )
    assert found.location == "flows.1"


def test_services_answer_for_what_is_theirs() -> None:
    runner = Resource(
        "arn:aws:s3:::ci-cache",
        "store",
        "ci-cache",
        Scope("aws", world.CI, "global"),
        {"versioning": None},
        source=Source(world.part(world.CI, "s3.bucket"), 1),
        service="ci",
    )
    verdict = RuleVerdict("DAT-006", "versioning", runner.id, world.FAIL, evidence=("versioning",))
    (found,), tallies = built(verdict, estate=world.estate(runner))
    assert (found.environment, found.owner, found.location) == ("service:ci", "ci@example.com", "services.ci")
    assert tallies == (Tally("DAT-006", "versioning", "service:ci", failed=1),)


def test_what_has_no_line_of_its_own_cites_the_manifest() -> None:
    bare = Resource(world.CI, "boundary", world.CI, Scope("aws", world.CI, "global"), {"listed": False})
    verdict = RuleVerdict("ISO-011", "assigned", world.CI, world.FAIL, evidence=("listed",))
    (found,), _ = built(verdict, estate=world.estate(bare))
    assert [(step.source.part, step.source.line) for step in found.witness] == [("manifest.json", 1)]


@pytest.mark.parametrize(
    ("verdict", "named"),
    [
        (RuleVerdict("iso/nothing", "path", "dev->prod", world.FAIL), "iso/nothing"),
        (RuleVerdict("iso/identity_paths", "other", "dev->prod", world.FAIL), "other"),
        (RuleVerdict("dat/store_integrity", "public", "arn:aws:s3:::ghost", world.PASS), "ghost"),
        (RuleVerdict("dat/store_integrity", "public", world.RAW, world.UNKNOWN, gaps=("no gap",)), "no gap"),
        (
            RuleVerdict(
                "iso/identity_paths",
                "path",
                "dev->prod",
                world.FAIL,
                crossings=(CrossingVerdict("x|y|z", world.FAIL),),
            ),
            "x|y|z",
        ),
        (RuleVerdict("iso/identity_paths", "path", "dev->prod", world.FAIL), "dev->prod"),
        (RuleVerdict("key/rotation", "age", f"{world.ANA}/access_key_1", world.FAIL), "detail.days"),
    ],
)
def test_a_verdict_that_breaks_its_contract_stops_the_run(verdict: RuleVerdict, named: str) -> None:
    with pytest.raises(PolicyError) as caught:
        built(verdict)
    assert named in caught.value.what


def test_a_crossing_without_lines_is_no_witness() -> None:
    steps = tuple(replace(step, source=Source("", 0)) for step in world.CHAIN.steps)
    bare = replace(world.CHAIN, steps=steps)
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.FAIL,
        crossings=(CrossingVerdict(bare.id, world.FAIL),),
    )
    with pytest.raises(PolicyError, match="without a witness"):
        built(verdict, facts={"identity_paths": Facts(crossings=(bare,))})


def test_a_person_is_not_shown_as_the_identity_of_the_same_id() -> None:
    """``by_id`` holds one of the two; the kinds of the rule say which is meant."""
    identity = world.resource(world.ANA, "identity", world.PROD, "prod", 1, trust=None)
    estate = world.estate(identity)
    estate = replace(estate, by_id={**estate.by_id, world.ANA: identity})
    rules = {**RULES, "ACC-005": replace(RULES["ACC-005"], applies=Applies("resource", kinds=("person",)))}
    verdict = RuleVerdict("acc/mfa", "registered", world.ANA, world.FAIL, evidence=("mfa_registered",))
    (found,), _ = build([verdict], rules, estate, world.FACTS, world.CONFIG)
    assert found.subject.kind == "person"
    assert found.evidence == {"mfa_registered": False}
    assert [(step.by, step.source.line, step.source.pointer) for step in found.witness] == [
        ("mfa_registered is off", 5, "/data/mfa_registered")
    ]


def _demanded(*marks: Mark) -> Finding:
    verdict = RuleVerdict(
        "acc/mfa", "demanded", world.ANA, world.FAIL, evidence=tuple(mark.attr for mark in marks)
    )
    (found,), _ = built(verdict, facts={"production_reach": Facts(marks=marks)})
    return found


def test_a_step_that_two_marks_share_is_told_once() -> None:
    shared = world.step(world.ANA, world.ETL, "inline policy operate", (world.PROD, "iam.user", 5))
    reach = Mark(world.ANA, "reaches_production", value=True, steps=(shared,))
    found = _demanded(reach, Mark(world.ANA, "demands_mfa", value=False, steps=(shared, shared)))
    assert [(step.step, step.by) for step in found.witness] == [(1, "inline policy operate")]
    assert found.evidence == {"demands_mfa": False, "reaches_production": True}
    assert not found.assumed


def test_numbers_in_messages_are_those_of_the_witness() -> None:
    twice = replace(world.LATENT, steps=(world.LATENT.steps[0], *world.LATENT.steps))
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.FAIL,
        crossings=(CrossingVerdict(twice.id, world.FAIL, latent=True),),
    )
    (found,), _ = built(verdict, facts={"identity_paths": Facts(crossings=(twice,))})
    assert "as soon as step 2 (trust of prod-deploy" in found.message
    assert [step.step for step in found.witness if step.holds] == [2]


def test_a_mark_that_rests_on_an_assumption_says_so() -> None:
    step = world.step(world.ANA, world.ETL, "inline policy operate", (world.PROD, "iam.user", 5))
    found = _demanded(Mark(world.ANA, "demands_mfa", value=False, steps=(step,), assumed=("scp",)))
    assert found.assumed
    assert found.message.endswith(" Assumed: scp.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"via": ("ci",)},
            "By way of service ci (flows do not compose; name it in a flow's via to allow it).",
        ),
        ({"via": ("ci", "logs")}, "By way of services ci and logs (flows do not compose: none allows it)."),
        (
            {"via": ("ci",), "detail": {"through": ["external"]}},
            "By way of service ci (flows do not compose: none allows it).",
        ),
    ],
)
def test_a_crossing_by_way_of_a_service_says_so(changes: Any, said: str) -> None:
    passing = replace(world.CHAIN, **changes)
    verdict = RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        world.FAIL,
        crossings=(CrossingVerdict(passing.id, world.FAIL),),
    )
    (found,), _ = built(verdict, facts={"identity_paths": Facts(crossings=(passing,))})
    assert found.message.endswith(f". {said}")
    assert "By way of" not in one("ISO-004", "path", assumed=True).message


def test_what_is_mixed_in_is_shown_where_it_is_tagged() -> None:
    stray = [
        world.resource(f"arn:aws:s3:::stray-{n}", "store", world.PROD, "prod", 10 + n, tagged_as="dev")
        for n in range(7)
    ]
    account = world.resource(
        world.PROD,
        "boundary",
        "999999999999",
        "prod",
        3,
        contains=["dev", "prod"],
        mixed_in=[item.id for item in stray],
    )
    verdict = RuleVerdict("ISO-011", "assigned", world.PROD, world.FAIL, evidence=("contains", "mixed_in"))
    verdict = replace(verdict, detail={"resources": [item.id for item in stray]})
    template = "{name} mixes {detail.resources}."
    checks = {"assigned": replace(RULES["ISO-011"].checks["assigned"], fail=template)}
    rules = {"ISO-011": replace(RULES["ISO-011"], checks=checks)}
    (found,), _ = build([verdict], rules, world.estate(account, *stray), {}, world.CONFIG)
    assert found.message == f"{world.PROD} mixes stray-0, stray-1, stray-2, stray-3, stray-4, 2 more."
    assert [step.by for step in found.witness] == ["contains is dev, prod", *["tagged as dev"] * 5]
    first = found.witness[1]
    assert (first.source_id, first.target_id) == (world.PROD, "arn:aws:s3:::stray-0")
    assert (first.source.line, first.source.pointer) == (10, "/data/tagged_as")
    assert len(found.evidence["mixed_in"]) == 7


def test_what_is_undeclared_is_said_and_is_where_the_finding_points() -> None:
    key = "environments.prod.keys.readers"
    verdict = RuleVerdict("DAT-006", "versioning", world.RAW, Verdict.UNKNOWN, undeclared=key)
    (found,), (count,) = built(verdict)
    assert (found.undeclared, found.location, found.missing) == (key, key, ())
    assert found.message.startswith(f"{key} is not declared, so it is not decided for ")
    assert (count.unknown, count.passed) == (1, 0)


def test_a_mark_without_steps_is_shown_by_its_value() -> None:
    """What a fact adds stands in no record: its value is the fact's, and never "not set"."""
    fact = {"f": Facts(marks=(Mark(world.RAW, "used_by_environments", ["dev", "prod"]),))}
    verdict = RuleVerdict("DAT-006", "versioning", world.RAW, Verdict.FAIL, ("used_by_environments",))
    (found,), _ = built(verdict, facts={**world.FACTS, **fact})
    assert [step.by for step in found.witness] == ["used_by_environments is dev, prod"]
