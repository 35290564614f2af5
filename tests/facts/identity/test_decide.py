"""What was not read, and what may be assumed of it. The rules of evaluation: ``tests/truth``."""

from __future__ import annotations

from facts import estates
from facts.estates import DEV, PROD, allow, deny, role_arn
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import World
from scanner.model.logic import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
OBJECT = "arn:aws:s3:::b/key"
READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
R = role_arn(DEV, "r")


def test_what_is_not_read_stays_open_with_its_gap() -> None:
    built = estates.World()
    hidden = estates.gap(DEV, "iam:GetAccountAuthorizationDetails", R)
    built.role(DEV, "r", READ, unknown={"attached": (hidden,)})
    missing = built.unread("guardrail", DEV, "organizations:ListPolicies")
    world = World(built.estate())
    bucket = Target(OBJECT, DEV, "bucket")
    decision = world.ask(world.callers[R], "s3:getobject", bucket)
    assert decision.state is UNKNOWN
    assert {gap for opening in decision.openings for gap in opening.gaps} == {hidden, missing}
    # what is denied for sure stays denied
    closed = estates.World()
    closed.role(DEV, "r", READ, deny("*"), unknown={"attached": (hidden,)})
    world = World(closed.estate())
    assert world.ask(world.callers[R], "s3:getobject", bucket).state is NO


def test_unread_scps_may_be_assumed_absent() -> None:
    built = estates.World()
    built.role(DEV, "r", READ)
    built.unread("guardrail", DEV, "organizations:ListPolicies")
    built.assume = {"scp": "absent", "rcp": "absent"}
    world = World(built.estate())
    decision = world.ask(world.callers[R], "s3:getobject", Target(OBJECT, DEV, "bucket"))
    assert (decision.state, decision.assumed) == (YES, ("rcp", "scp"))


def test_scps_that_are_read_hold_under_the_assumption() -> None:
    built = estates.World()
    built.role(DEV, "r", READ)
    built.guardrail("stop", ["r-root"], deny("s3:*"))
    built.unread("guardrail", PROD, "organizations:ListPolicies")
    built.guardrail("stop2", [DEV], deny("s3:*"))
    built.assume = {"scp": "absent"}
    world = World(built.estate())
    assert world.ask(world.callers[R], "s3:getobject", Target(OBJECT, DEV, "bucket")).state is NO
