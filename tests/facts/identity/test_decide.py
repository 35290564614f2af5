"""One small case for each rule of the evaluation, with the page of AWS's documentation that states it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from facts import estates
from facts.estates import DEV, PROD, allow, deny, document, role_arn, user_arn
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.statements import parse
from scanner.facts.identity.world import World
from scanner.model.logic import Tri
from scanner.model.snapshot import Source

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LOGIC = GUIDE + "reference_policies_evaluation-logic.html"
CROSS = GUIDE + "reference_policies_evaluation-logic-cross-account.html"
PRINCIPAL = GUIDE + "reference_policies_elements_principal.html"
NOT_PRINCIPAL = GUIDE + "reference_policies_elements_notprincipal.html"
BOUNDARY = GUIDE + "access_policies_boundaries.html"
ACTION = GUIDE + "reference_policies_elements_action.html"
NOT_ACTION = GUIDE + "reference_policies_elements_notaction.html"
RESOURCE = GUIDE + "reference_policies_elements_resource.html"
NOT_RESOURCE = GUIDE + "reference_policies_elements_notresource.html"
OPERATORS = GUIDE + "reference_policies_elements_condition_operators.html"
MULTI = GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
KEYS = GUIDE + "reference_policies_condition-keys.html"
VARIABLES = GUIDE + "reference_policies_variables.html"
GRAMMAR = GUIDE + "reference_policies_grammar.html"
MFA = GUIDE + "id_credentials_mfa_configure-api-require.html"
EXTERNAL_ID = GUIDE + "id_roles_common-scenarios_third-party.html"
SCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
RCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
OBJECT = "arn:aws:s3:::b/key"
READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
R, U = role_arn(DEV, "r"), user_arn(DEV, "u")


def on(principal: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A bucket policy statement about reading."""
    named = principal if principal == "*" or isinstance(principal, dict) else {"AWS": principal}
    return {
        "Effect": effect,
        "Principal": named,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
        **more,
    }


def but(principal: Any, effect: str) -> dict[str, Any]:
    """A statement about everybody else."""
    statement = on("*", effect)
    del statement["Principal"]
    return {**statement, "NotPrincipal": {"AWS": principal}}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


@dataclass(frozen=True)
class Case:
    """A request of role ``r`` (or user ``u``) of one account to an object in the same or another."""

    name: str
    page: str
    expected: Tri
    identity: tuple[Any, ...] = ()
    bucket: tuple[Any, ...] = ()
    foreign: bool = False
    user: bool = False
    boundary: tuple[Any, ...] | None = None
    scp: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    rcp: tuple[Any, ...] = ()
    action: str = "s3:getobject"
    resource: str = OBJECT
    tags: dict[str, str] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)
    ways: Ways = field(default=Ways("any", "2026-11-24T05:00:00Z"))
    more: dict[str, Any] = field(default_factory=dict)


ROOT = {"r-root": (allow("*"),)}
CASES = (
    # the order
    Case("nothing allows", LOGIC, NO),
    Case("an identity policy suffices at home", LOGIC, YES, (READ,)),
    Case("an explicit deny wins", LOGIC, NO, (READ, deny("s3:*"))),
    Case("the bucket's deny wins over the identity's allow", LOGIC, NO, (READ,), (on(R, "Deny"),)),
    Case("a bucket policy that names the role suffices at home", LOGIC, YES, (), (on(R),)),
    Case("one that names the account leaves it to identity policies", PRINCIPAL, NO, (), (on(DEV),)),
    Case("everyone includes the role", PRINCIPAL, YES, (), (on("*"),)),
    Case("a service is not the role", PRINCIPAL, NO, (), (on({"Service": "ec2.amazonaws.com"}),)),
    # across accounts
    Case("identity alone is not enough", CROSS, NO, (READ,), foreign=True),
    Case("the resource alone is not enough", CROSS, NO, (), (on(R),), foreign=True),
    Case("both are", CROSS, YES, (READ,), (on(R),), foreign=True),
    Case("naming the account is enough on that side", CROSS, YES, (READ,), (on(DEV),), foreign=True),
    Case("another account is not", CROSS, NO, (READ,), (on(PROD),), foreign=True),
    Case(
        "the account root names the account", PRINCIPAL, YES, (READ,), (on(f"arn:aws:iam::{DEV}:root"),), True
    ),
    Case(
        "a session of the role",
        PRINCIPAL,
        YES,
        (READ,),
        (on(f"arn:aws:sts::{DEV}:assumed-role/r/job"),),
        True,
    ),
    Case("its unique id", PRINCIPAL, YES, (READ,), (on(f"AROA{DEV}R"),), True),
    Case("that of a deleted role", PRINCIPAL, NO, (READ,), (on("AROAGONEGONEGONEGONE1"),), True),
    Case(
        "a canonical user may be anybody", PRINCIPAL, UNKNOWN, (READ,), (on({"CanonicalUser": "ab12"}),), True
    ),
    # NotPrincipal
    Case("allow everyone else", NOT_PRINCIPAL, YES, (READ,), (but(U, "Allow"),), True),
    Case("deny everyone else", NOT_PRINCIPAL, NO, (READ,), (on(DEV), but(U, "Deny")), True),
    Case(
        "an exempt user is listed with its account",
        NOT_PRINCIPAL,
        YES,
        (READ,),
        (on(DEV), but([U, f"arn:aws:iam::{DEV}:root"], "Deny")),
        True,
        user=True,
    ),
    Case(
        "without the account it depends",
        NOT_PRINCIPAL,
        UNKNOWN,
        (READ,),
        (on(DEV), but(U, "Deny")),
        True,
        True,
    ),
    # permissions boundary
    Case("a boundary must allow too", BOUNDARY, NO, (READ,), boundary=(allow("ec2:*"),)),
    Case("and then does", BOUNDARY, YES, (READ,), boundary=(allow("s3:*"),)),
    Case("it grants nothing itself", BOUNDARY, NO, boundary=(allow("s3:*"),)),
    Case("it limits a grant to the role ARN", LOGIC, NO, (), (on(R),), boundary=(allow("ec2:*"),)),
    Case("not one to a user ARN", LOGIC, YES, (), (on(U),), user=True, boundary=(allow("ec2:*"),)),
    Case(
        "nor one to a session",
        LOGIC,
        YES,
        (),
        (on(f"arn:aws:sts::{DEV}:assumed-role/r/job"),),
        boundary=(allow("ec2:*"),),
    ),
    Case("its denials hold against a user ARN", LOGIC, NO, (), (on(U),), user=True, boundary=(deny("s3:*"),)),
    # guardrails
    Case("an SCP must allow at every level", SCP, NO, (READ,), scp={**ROOT, DEV: (allow("ec2:*"),)}),
    Case("and then does", SCP, YES, (READ,), scp={**ROOT, DEV: (allow("s3:*"),)}),
    Case("an SCP denies at the root", SCP, NO, (READ,), scp={"r-root": (allow("*"), deny("s3:*"))}),
    Case("SCPs bind a grant to a user ARN", SCP, NO, (), (on(U),), user=True, scp={"r-root": (deny("*"),)}),
    Case(
        "the management account is free of them",
        SCP,
        YES,
        (READ,),
        scp={"r-root": (deny("*"),)},
        account={"management": True},
    ),
    Case(
        "service-linked roles are",
        SCP,
        YES,
        (READ,),
        scp={"r-root": (deny("*"),)},
        more={"service_linked": True},
    ),
    Case("of the resource's account RCPs count", RCP, NO, (READ,), (on(R),), True, rcp=(on("*", "Deny"),)),
    Case("an account outside any organization has none", SCP, YES, (READ,), account={"organization": None}),
    # actions and resources
    Case("actions ignore case", ACTION, YES, (allow("S3:getOBJECT", "arn:aws:s3:::b/*"),)),
    Case("resources do not", RESOURCE, NO, (allow("s3:GetObject", "arn:aws:s3:::B/*"),)),
    Case("* crosses slashes", RESOURCE, YES, (allow("s3:GetObject", "arn:aws:s3:::b*y"),)),
    Case("brackets are letters", RESOURCE, NO, (allow("s3:GetObject", "arn:aws:s3:::[b]/*"),)),
    Case(
        "NotAction allows the others",
        NOT_ACTION,
        YES,
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},),
    ),
    Case("not what it names", NOT_ACTION, NO, ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},)),
    Case(
        "NotResource denies the others",
        NOT_RESOURCE,
        NO,
        (READ, {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::c/*"}),
    ),
    Case(
        "and spares what it names",
        NOT_RESOURCE,
        YES,
        (READ, {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}),
    ),
    Case(
        "a part of a bucket is denied, another is left",
        RESOURCE,
        YES,
        (READ, deny("s3:*", "arn:aws:s3:::b/secret/*")),
        resource="arn:aws:s3:::b/*",
    ),
    Case(
        "all that is allowed is denied",
        RESOURCE,
        NO,
        (allow("s3:GetObject", "arn:aws:s3:::b/models/*"), deny("s3:*", "arn:aws:s3:::b/m*")),
        resource="arn:aws:s3:::b/*",
    ),
    # conditions
    Case(
        "a condition that holds",
        KEYS,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalAccount", DEV)),),
    ),
    Case("one that does not", KEYS, NO, (allow("*", **when("StringEquals", "aws:PrincipalAccount", PROD)),)),
    Case(
        "the organization",
        KEYS,
        YES,
        (READ,),
        (on("*", **when("StringEquals", "aws:PrincipalOrgID", "o-example")),),
        True,
    ),
    Case(
        "another organization",
        KEYS,
        NO,
        (READ,),
        (on("*", **when("StringEquals", "aws:PrincipalOrgID", "o-no")),),
        True,
    ),
    Case(
        "its path",
        KEYS,
        YES,
        (READ,),
        (on("*", **when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-example/r-root/*")),),
        True,
    ),
    Case(
        "a source address is not known",
        KEYS,
        UNKNOWN,
        (allow("*", **when("IpAddress", "aws:SourceIp", "10.0.0.0/8")),),
    ),
    Case(
        "a deny that may not apply is no block",
        KEYS,
        UNKNOWN,
        (READ, deny("*", **when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"))),
    ),
    Case(
        "an unknown operator",
        OPERATORS,
        UNKNOWN,
        (allow("*", **when("StringAlike", "aws:PrincipalAccount", DEV)),),
    ),
    Case(
        "a principal tag",
        KEYS,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/Team", "ml")),),
        tags={"team": "ml"},
    ),
    Case("no such tag", KEYS, NO, (allow("*", **when("StringEquals", "aws:PrincipalTag/team", "ml")),)),
    Case(
        "no such tag, if it exists",
        OPERATORS,
        YES,
        (allow("*", **when("StringEqualsIfExists", "aws:PrincipalTag/t", "x")),),
    ),
    Case(
        "a negated operator without the key",
        OPERATORS,
        YES,
        (allow("*", **when("StringNotEquals", "aws:PrincipalTag/t", "x")),),
    ),
    Case("Null true: absent", OPERATORS, YES, (allow("*", **when("Null", "aws:PrincipalTag/t", "true")),)),
    Case("Null false: present", OPERATORS, NO, (allow("*", **when("Null", "aws:PrincipalTag/t", "false")),)),
    Case(
        "ForAllValues without the key",
        MULTI,
        YES,
        (allow("*", **when("ForAllValues:StringEquals", "aws:PrincipalTag/t", "x")),),
    ),
    Case(
        "ForAnyValue without the key",
        MULTI,
        NO,
        (allow("*", **when("ForAnyValue:StringEquals", "aws:PrincipalTag/t", "x")),),
    ),
    Case(
        "StringLike has wildcards",
        OPERATORS,
        YES,
        (allow("*", **when("StringLike", "aws:PrincipalArn", "arn:*:role/?")),),
    ),
    Case(
        "StringEquals has none",
        OPERATORS,
        NO,
        (allow("*", **when("StringEquals", "aws:PrincipalArn", "arn:*:role/?")),),
    ),
    Case(
        "ArnLike goes by component",
        OPERATORS,
        NO,
        (allow("*", **when("ArnLike", "aws:PrincipalArn", "arn:*:role/?")),),
    ),
    Case(
        "ArnEquals has wildcards too",
        OPERATORS,
        YES,
        (allow("*", **when("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/?")),),
    ),
    Case(
        "several values: any",
        OPERATORS,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalAccount", [PROD, DEV])),),
    ),
    Case(
        "several tests: all",
        OPERATORS,
        NO,
        (allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": DEV, "aws:PrincipalTag/t": "x"}}),),
    ),
    Case(
        "a date that has passed",
        OPERATORS,
        NO,
        (allow("*", **when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")),),
    ),
    Case(
        "a session revoked before now",
        OPERATORS,
        YES,
        (READ, deny("*", **when("DateLessThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z"))),
    ),
    Case(
        "no transport in the clear",
        KEYS,
        YES,
        (READ,),
        (on("*", "Deny", **when("Bool", "aws:SecureTransport", "false")),),
    ),
    Case(
        "a header that the caller may send",
        KEYS,
        YES,
        (
            allow("s3:PutObject"),
            deny("s3:PutObject", **when("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms")),
        ),
        action="s3:putobject",
    ),
    Case(
        "two demands on one header",
        KEYS,
        NO,
        (
            allow("s3:PutObject", **when("StringEquals", "s3:x-amz-acl", "private")),
            deny("s3:PutObject", **when("StringEquals", "s3:x-amz-acl", "private")),
        ),
        action="s3:putobject",
    ),
    # MFA
    Case(
        "whoever has MFA may use it",
        MFA,
        YES,
        (allow("*", **when("Bool", "aws:MultiFactorAuthPresent", "true")),),
        user=True,
    ),
    Case(
        "without it not",
        MFA,
        NO,
        (allow("*", **when("Bool", "aws:MultiFactorAuthPresent", "true")),),
        user=True,
        ways=Ways("without"),
    ),
    Case(
        "Bool does not catch access keys",
        MFA,
        YES,
        (READ, deny("*", **when("Bool", "aws:MultiFactorAuthPresent", "false"))),
        user=True,
        ways=Ways("without"),
    ),
    Case(
        "BoolIfExists does",
        MFA,
        NO,
        (READ, deny("*", **when("BoolIfExists", "aws:MultiFactorAuthPresent", "false"))),
        user=True,
        ways=Ways("without"),
    ),
    Case(
        "of a role session it is not known",
        MFA,
        UNKNOWN,
        (allow("*", **when("Bool", "aws:MultiFactorAuthPresent", "true")),),
    ),
    # variables
    Case(
        "a variable in a resource",
        VARIABLES,
        YES,
        (allow("*", "arn:aws:s3:::${aws:username}/*"),),
        user=True,
        resource="arn:aws:s3:::u/x",
    ),
    Case(
        "of a role there is no user name",
        VARIABLES,
        NO,
        (allow("*", "arn:aws:s3:::${aws:username}/*"),),
        resource="arn:aws:s3:::r/x",
    ),
    Case(
        "a variable with a default",
        VARIABLES,
        YES,
        (allow("*", "arn:aws:s3:::${aws:PrincipalTag/t, 'b'}/*"),),
    ),
    Case(
        "a variable in a condition",
        VARIABLES,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}")),),
        tags={"a": "x", "b": "x"},
    ),
    # malformed
    Case("an effect that is none", GRAMMAR, UNKNOWN, ({"Effect": "allow", "Action": "*", "Resource": "*"},)),
    Case("a statement without resources", GRAMMAR, UNKNOWN, ({"Effect": "Allow", "Action": "*"},)),
    Case(
        "an element that is none may have been a condition", GRAMMAR, UNKNOWN, ({**READ, "Conditions": {}},)
    ),
)


def answer(case: Case) -> Tri:
    """What the evaluator says."""
    built = estates.World()
    built.account(DEV, "dev", **case.account)
    for target, statements in case.scp.items():
        built.guardrail(f"scp-{target}", [target], *statements)
    if case.rcp:
        built.guardrail("rcp", ["r-root"], *case.rcp, kind="rcp")
    boundary = built.policy(DEV, "limit", *case.boundary) if case.boundary is not None else None
    make = built.user if case.user else built.role
    arn = make(DEV, "u" if case.user else "r", *case.identity, boundary=boundary, tags=case.tags, **case.more)
    owner = PROD if case.foreign else DEV
    policies = (
        Policy("b/policy", parse(document(*case.bucket), attached=True), Source("p", 1), "bucket policy"),
    )
    target = Target(case.resource, owner, "bucket", policies if case.bucket else ())
    world = World(built.estate())
    return world.ask(world.callers[arn], case.action, target, ways=case.ways).state


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page


def test_names_are_their_own() -> None:
    assert len({(case.name, case.page) for case in CASES}) > 75


class TestAssume:
    """Role trust: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html."""

    def ask(
        self, asked: dict[str, Any], /, *statements: Any, caller: str = DEV, target: str = PROD, **more: Any
    ) -> Tri:
        built = estates.World()
        make = built.user if more.pop("user", False) else built.role
        arn = make(caller, "r", *statements, **more)
        built.role(target, "t", trust=asked)
        world = World(built.estate())
        aim = world.as_target(world.callers[role_arn(target, "t")])
        return world.ask(world.callers[arn], "sts:assumerole", aim).state

    def test_both_sides_across_accounts(self) -> None:
        assert self.ask(estates.trust(DEV), allow("sts:AssumeRole", role_arn(PROD, "t"))) is YES
        assert self.ask(estates.trust(DEV)) is NO
        assert self.ask(estates.trust(PROD), allow("sts:AssumeRole")) is NO

    def test_at_home_the_trust_policy_must_agree(self) -> None:
        assert self.ask(estates.trust(PROD), allow("*"), target=DEV) is NO

    def test_at_home_naming_the_role_is_enough(self) -> None:
        assert self.ask(estates.trust(R), target=DEV) is YES
        assert self.ask(estates.trust(DEV), target=DEV) is NO
        assert self.ask(estates.trust(DEV), allow("sts:AssumeRole"), target=DEV) is YES

    def test_an_external_id_is_no_secret(self) -> None:
        asked = estates.trust(DEV, **when("StringEquals", "sts:ExternalId", "x"))
        assert self.ask(asked, allow("sts:*")) is YES, EXTERNAL_ID

    def test_a_user_may_have_mfa_a_role_session_perhaps(self) -> None:
        asked = estates.trust(DEV, **when("Bool", "aws:MultiFactorAuthPresent", "true"))
        assert self.ask(asked, allow("sts:*"), user=True) is YES, MFA
        assert self.ask(asked, allow("sts:*")) is UNKNOWN

    def test_the_tags_of_the_role_count(self) -> None:
        asked = allow("sts:AssumeRole", **when("StringEquals", "aws:ResourceTag/open", "yes"))
        assert self.ask(estates.trust(DEV), asked) is NO

    def test_session_tags_may_differ_from_the_caller_s(self) -> None:
        tagged = document(
            {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
        )
        asked = estates.trust(DEV, **when("StringEquals", "aws:PrincipalTag/team", "ml"))
        assert self.ask(asked, allow("sts:*"), tags={"team": "ml"}) is YES
        assert self.ask(asked, allow("sts:*"), tags={"team": "ml"}, trust=tagged) is UNKNOWN

    def test_a_region_is_chosen(self) -> None:
        asked = deny("*", **when("StringNotEquals", "aws:RequestedRegion", "eu-west-1"))
        assert self.ask(estates.trust(DEV), allow("sts:*"), asked) is YES, KEYS


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
