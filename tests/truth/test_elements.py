"""Actions, resources and their complements; what malformed elements leave open."""

from __future__ import annotations

import pytest

from facts.estates import allow, deny
from truth.cases import GUIDE, NO, UNKNOWN, YES, Case, answer, names

ACTION = GUIDE + "reference_policies_elements_action.html"
NOT_ACTION = GUIDE + "reference_policies_elements_notaction.html"
RESOURCE = GUIDE + "reference_policies_elements_resource.html"
NOT_RESOURCE = GUIDE + "reference_policies_elements_notresource.html"
GRAMMAR = GUIDE + "reference_policies_grammar.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")

CASES = (
    Case("actions ignore case", ACTION, YES, (allow("S3:getOBJECT", "arn:aws:s3:::b/*"),)),
    Case("a question mark is one character", ACTION, NO, (allow("s3:Get?Object"),)),
    Case("a star in the middle is any run", ACTION, YES, (allow("s3:*Object"),)),
    Case("resources do not ignore case", RESOURCE, NO, (allow("s3:GetObject", "arn:aws:s3:::B/*"),)),
    Case("a star crosses slashes", RESOURCE, YES, (allow("s3:GetObject", "arn:aws:s3:::b*y"),)),
    Case("brackets are letters", RESOURCE, NO, (allow("s3:GetObject", "arn:aws:s3:::[b]/*"),)),
    Case(
        "a bucket's ARN does not include its objects",
        RESOURCE,
        NO,
        (allow("s3:GetObject", "arn:aws:s3:::b"),),
    ),
    Case(
        "NotAction allows all others",
        NOT_ACTION,
        YES,
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},),
    ),
    Case("not what it names", NOT_ACTION, NO, ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},)),
    Case(
        "NotAction denies all others",
        NOT_ACTION,
        NO,
        (READ, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}),
    ),
    Case(
        "NotResource denies all others",
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
        "NotResource allows all others",
        NOT_RESOURCE,
        YES,
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::c/*"},),
    ),
    Case(
        "a part that is denied leaves the rest",
        RESOURCE,
        YES,
        (READ, deny("s3:*", "arn:aws:s3:::b/secret/*")),
        arn="arn:aws:s3:::b/*",
    ),
    Case(
        "where all that is allowed is denied nothing is left",
        RESOURCE,
        NO,
        (allow("s3:GetObject", "arn:aws:s3:::b/models/*"), deny("s3:*", "arn:aws:s3:::b/m*")),
        arn="arn:aws:s3:::b/*",
    ),
    Case(
        "an effect that is none may be any",
        GRAMMAR,
        UNKNOWN,
        ({"Effect": "allow", "Action": "*", "Resource": "*"},),
    ),
    Case(
        "a statement without resources is not read", GRAMMAR, UNKNOWN, ({"Effect": "Allow", "Action": "*"},)
    ),
    Case("an unknown element may have been a condition", GRAMMAR, UNKNOWN, ({**READ, "Conditions": {}},)),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
