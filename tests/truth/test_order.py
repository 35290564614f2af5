"""The order in which policies are evaluated, in one account and across two."""

from __future__ import annotations

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import ACCOUNT_ROOT, GUIDE, NO, ROLE, USER, YES, Case, answer, names, on

LOGIC = GUIDE + "reference_policies_evaluation-logic.html"
ORDER = GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
CROSS = GUIDE + "reference_policies_evaluation-logic-cross-account.html"
PRINCIPAL = GUIDE + "reference_policies_elements_principal.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")

CASES = (
    Case("every request is denied by default", LOGIC, NO),
    Case("an identity policy suffices in its own account", LOGIC, YES, (READ,)),
    Case("a resource policy that names the role suffices too", LOGIC, YES, (), (on(ROLE),)),
    Case("and one that names the user", LOGIC, YES, (), (on(USER),), caller="user"),
    Case("the root user may do anything in its account", LOGIC, YES, caller="root"),
    Case("but not what the resource denies it", LOGIC, NO, (), (on(ACCOUNT_ROOT, "Deny"),), caller="root"),
    Case("an explicit deny overrides an allow of the same policy", ORDER, NO, (READ, deny("s3:*"))),
    Case("of the resource's policy too", ORDER, NO, (READ,), (on(ROLE, "Deny"),)),
    Case("an identity's deny overrides the resource's allow", ORDER, NO, (deny("s3:*"),), (on(ROLE),)),
    Case("a deny in a boundary overrides", ORDER, NO, (READ,), boundary=(allow("*"), deny("s3:*"))),
    Case("a deny in a session policy overrides", ORDER, NO, (READ,), session=(allow("*"), deny("s3:*"))),
    Case(
        "a deny in an SCP overrides the resource's allow",
        ORDER,
        NO,
        (),
        (on(USER),),
        caller="user",
        scp={"r-root": (allow("*"), deny("s3:*"))},
    ),
    Case("a deny in an RCP overrides", ORDER, NO, (READ,), rcp={"r-root": (on("*", "Deny"),)}),
    Case("naming the account leaves it to its identity policies", PRINCIPAL, NO, (), (on(DEV),)),
    Case("across accounts an identity policy is not enough", CROSS, NO, (READ,), foreign=True),
    Case("nor is the resource's", CROSS, NO, (), (on(ROLE),), foreign=True),
    Case("both are", CROSS, YES, (READ,), (on(ROLE),), foreign=True),
    Case("the resource's may name the account alone", CROSS, YES, (READ,), (on(DEV),), foreign=True),
    Case("another account's name does not help", CROSS, NO, (READ,), (on(PROD),), foreign=True),
    Case(
        "across accounts a boundary limits a grant to the user as well",
        CROSS,
        NO,
        (READ,),
        (on(USER),),
        True,
        caller="user",
        boundary=(allow("ec2:*"),),
    ),
    Case("a root user needs the other account's consent", CROSS, NO, caller="root", foreign=True),
    Case("and with it may", CROSS, YES, (), (on(ACCOUNT_ROOT),), caller="root", foreign=True),
    Case("nobody signed in is nobody's principal", LOGIC, NO, (), (on(DEV),), caller="anonymous"),
    Case("but part of everyone", PRINCIPAL, YES, (), (on("*"),), caller="anonymous"),
    Case(
        "an action that no table knows is matched all the same",
        LOGIC,
        YES,
        (allow("new:*"),),
        action="new:thing",
    ),
    Case("and denied", ORDER, NO, (allow("*"), deny("new:Thing")), action="new:thing"),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
