"""ISO-004: ways from identities of one environment to those of another, over the wire."""

from __future__ import annotations

import pytest

from scanner.model.facts import Crossing
from tests.controls.azure.conftest import Lab
from tests.faults.azure.directory import federated
from tests.faults.azure.roles import assign, deny, eligible, federate, group_of, identity, machine

RULE = "ISO-004"
OUT, BACK = "dev->prod", "prod->dev"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
WRITES_DIRECTORY, READS_USERS = "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "df021288-bdef-4463-88db-98f22de89214"
GITHUB = "https://token.actions.githubusercontent.com"


def _judged(lab: Lab) -> dict[str, str]:
    return {pair: verdict for (_, pair), verdict in lab.judge(RULE).items()}


def _crossings(lab: Lab, pair: str = OUT) -> tuple[Crossing, ...]:
    """What fails the pair, which has to."""
    decided = lab.decide(RULE)
    assert {item.verdict.value for item in decided.verdicts if item.subject == pair} == {"fail"}
    return tuple(item for item in decided.facts["identity_paths"].crossings if item.pair == pair)


def _people(lab: Lab, **named: list[str]) -> None:
    base = lab.environment_file()["environments"]
    lab.environments = {name: {**base[name], "people": named.get(name)} for name in base}


def test_environments_whose_identities_hold_nothing_in_each_other_pass(lab: Lab) -> None:
    for boundary in (lab.dev, lab.prod):
        made, principal = identity(lab.cloud, boundary, "worker")
        machine(lab.cloud, boundary, "vm", made, own=True)
        assign(lab.cloud, "Owner", principal, group_of(boundary))
    assert _judged(lab) == {OUT: "pass", BACK: "pass"}


def test_whoever_runs_commands_on_a_machine_acts_as_it(lab: Lab) -> None:
    made, principal = identity(lab.cloud, lab.dev, "worker")
    own = machine(lab.cloud, lab.prod, "vm", own=True)[0]
    border = assign(lab.cloud, "Virtual Machine Contributor", principal, group_of(lab.prod))
    (found,) = _crossings(lab)
    assert (found.border, found.sources, found.closes) == (border, (made,), (border,))
    assert found.targets == (f"{own}/providers/microsoft.managedidentity/identities/default",)
    assert _judged(lab)[BACK] == "pass"


@pytest.mark.parametrize("role", ["Reader", "Virtual Machine User Login", "Storage Blob Data Owner"])
def test_other_roles_make_nobody_a_machine_or_do(lab: Lab, role: str) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    machine(lab.cloud, lab.prod, "vm", own=True)
    assign(lab.cloud, role, principal, group_of(lab.prod))
    assert _judged(lab)[OUT] == ("fail" if "Login" in role else "pass")


def test_a_machine_of_one_environment_with_an_identity_of_the_other(lab: Lab) -> None:
    """The setting is the border, whoever may use the machine."""
    made = identity(lab.cloud, lab.prod, "deployer")[0]
    vm = machine(lab.cloud, lab.dev, "vm", made)[0]
    operator, principal = identity(lab.cloud, lab.dev, "operator")
    assign(lab.cloud, "Contributor", principal, group_of(lab.dev))
    (crossing,) = _crossings(lab)
    assert crossing.border == f"{vm}#{made}"
    assert crossing.sources == (vm, operator)
    lab.server.fault("denied", "managedidentity:Bearers")
    assert _judged(lab)[OUT] == "unknown"


def test_an_assignment_above_the_subscriptions_counts_in_each(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    above = "/providers/Microsoft.Management/managementGroups/mg-platform"
    both = (lab.dev_subscription, lab.prod_subscription)
    border = assign(lab.cloud, "Owner", principal, above, within=both)
    assert _crossings(lab)[0].border == border


def test_not_actions_of_one_role_take_nothing_from_another(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    assign(
        lab.cloud,
        lab.cloud.role("*", denied=("Microsoft.ManagedIdentity/*", "Microsoft.Authorization/*")),
        principal,
        group_of(lab.prod),
    )
    assert _judged(lab)[OUT] == "pass"
    assign(lab.cloud, "Managed Identity Contributor", principal, group_of(lab.prod))
    assert _judged(lab)[OUT] == "fail"


def test_whoever_may_assign_roles_may_do_anything(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    assign(lab.cloud, "User Access Administrator", principal, group_of(lab.prod))
    assert "may assign itself any role" in _crossings(lab)[0].steps[-1].by


def test_a_condition_on_assigning_leaves_it_open(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    condition = (
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
        "(@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'))"
    )
    assign(
        lab.cloud,
        "User Access Administrator",
        principal,
        group_of(lab.prod),
        condition=condition,
        conditionVersion="2.0",
    )
    assert _judged(lab)[OUT] == "unknown"


def test_a_condition_on_something_else_does_not(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    condition = (
        "(!(ActionMatches{'Microsoft.Storage/storageAccounts/delete'})) OR (@Resource[x:y] StringEquals 'a')"
    )
    more = {"condition": condition, "conditionVersion": "2.0"}
    assign(lab.cloud, "Owner", principal, group_of(lab.prod), **more)
    assert _judged(lab)[OUT] == "fail"


def test_an_identity_that_can_be_handed_over_and_a_machine_to_hand_it_to(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    made = identity(lab.cloud, lab.prod, "deployer")[0]
    border = assign(lab.cloud, "Managed Identity Operator", principal, made)
    assert _crossings(lab)[0].latent, "it has no machine of its own to hand it to"
    assign(lab.cloud, "Virtual Machine Contributor", principal, group_of(lab.dev))
    (whole,) = _crossings(lab)
    assert (whole.border, whole.latent) == (border, False)


def test_what_is_denied_to_everybody_is_closed(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    made = identity(lab.cloud, lab.prod, "deployer")[0]
    assign(lab.cloud, "Managed Identity Contributor", principal, group_of(lab.prod))
    denied = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/*"
    deny(lab.cloud, made, denied)
    assert _judged(lab)[OUT] == "pass"
    lab.server.fault("denied", "authorization:DenyAssignments")
    assert _judged(lab)[OUT] == "unknown", "the grant is there, and may be denied"


def test_a_denial_leaves_out_whom_it_excludes(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    made = identity(lab.cloud, lab.prod, "deployer")[0]
    assign(lab.cloud, "Owner", principal, group_of(lab.prod))
    excluded = [{"id": principal, "type": "ServicePrincipal"}]
    deny(lab.cloud, made, "*", excludePrincipals=excluded)
    assert _judged(lab)[OUT] == "fail"


class TestPeople:
    def test_a_group_of_groups_lets_its_people_in(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        inner = lab.cloud.directory.group("ml", ana)
        outer = lab.cloud.directory.group("everyone", inner)
        identity(lab.cloud, lab.prod, "deployer")
        border = assign(lab.cloud, "Contributor", outer, group_of(lab.prod), "Group")
        _people(lab, dev=["ana@example.com"], prod=[])
        (found,) = _crossings(lab)
        assert (found.border, found.sources) == (border, (f"/users/{ana}",))
        _people(lab, dev=["ana@example.com"], prod=["ana@example.com"])
        assert _judged(lab)[OUT] == "pass", "both declare her"
        _people(lab, prod=[])
        assert _judged(lab)[OUT] == "pass", "nobody says that she is of development"

    @pytest.mark.parametrize("call", ["tenant:Groups", "tenant:GroupMembers"])
    def test_a_group_that_was_not_read_may_hold_anybody(self, lab: Lab, call: str) -> None:
        group = lab.cloud.directory.group("ops")
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Contributor", group, group_of(lab.prod), "Group")
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}
        lab.server.fault("denied", call)
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}

    def test_an_identity_may_be_in_a_group(self, lab: Lab) -> None:
        made, principal = identity(lab.cloud, lab.dev, "worker")
        group = lab.cloud.directory.group("deployers", principal)
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Contributor", group, group_of(lab.prod), "Group")
        assert _crossings(lab)[0].sources == (made,)

    def test_a_role_that_has_to_be_activated_is_half_open(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        identity(lab.cloud, lab.prod, "deployer")
        border = eligible(lab.cloud, "Owner", ana, group_of(lab.prod))
        _people(lab, dev=["ana@example.com"])
        (crossing,) = _crossings(lab)
        assert crossing.latent
        assert crossing.border == border
        assert "eligible, not active" in crossing.steps[-1].by

    @pytest.mark.parametrize(("fault", "verdict"), [("denied", "unknown"), ("unlicensed", "pass")])
    def test_roles_that_could_be_activated_and_were_not_read(
        self, lab: Lab, fault: str, verdict: str
    ) -> None:
        identity(lab.cloud, lab.prod, "deployer")
        lab.server.fault(fault, "authorization:EligibleRoles")
        assert _judged(lab)[OUT] == verdict

    def test_somebody_who_cannot_sign_in_is_no_source(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana", accountEnabled=False)
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Owner", ana, group_of(lab.prod), "User")
        _people(lab, dev=["ana@example.com"])
        assert _judged(lab)[OUT] == "pass"

    def test_people_who_were_not_listed_may_be_declared_ones(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Owner", ana, group_of(lab.prod), "User")
        _people(lab, dev=["ana@example.com"])
        lab.server.fault("denied", "tenant:Users")
        assert _judged(lab)[OUT] == "unknown"


class TestApplications:
    def test_an_owner_acts_as_its_application(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        app = lab.cloud.directory.application("deploy", ana)
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Contributor", app, group_of(lab.prod))
        _people(lab, dev=["ana@example.com"])
        (crossing,) = _crossings(lab)
        assert crossing.border == f"/serviceprincipals/{app}/owners/{ana}"
        assert crossing.detail["through"] == ["unassigned"]

    @pytest.mark.parametrize(
        "call", ["tenant:ServicePrincipals", "tenant:Applications", "tenant:ApplicationFederations"]
    )
    def test_one_that_was_not_read_may_be_anybodys(self, lab: Lab, call: str) -> None:
        app = lab.cloud.directory.application("deploy")
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Contributor", app, group_of(lab.prod))
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}
        lab.server.fault("denied", call)
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}

    def test_owners_that_may_not_be_all(self, lab: Lab) -> None:
        owners = [lab.cloud.directory.user(f"user{number}") for number in range(20)]
        app = lab.cloud.directory.application("deploy", *owners)
        identity(lab.cloud, lab.prod, "deployer")
        assign(lab.cloud, "Contributor", app, group_of(lab.prod))
        assert _judged(lab)[OUT] == "unknown"

    @pytest.mark.parametrize("of", ["application", "identity"])
    def test_runs_of_a_repository_act_as_what_lets_them_in(self, lab: Lab, of: str) -> None:
        made, principal = identity(lab.cloud, lab.prod, "deployer")
        if of == "identity":
            federate(lab.cloud, made, GITHUB, "repo:acme/research:ref:refs/heads/main")
        else:
            app = lab.cloud.directory.application("deploy")
            told = lab.cloud.directory.of_principal(app)["federatedIdentityCredentials"]
            told.append(federated(GITHUB, "repo:acme/research:ref:refs/heads/main"))
            assign(lab.cloud, "Contributor", app, group_of(lab.prod))
        base = lab.environment_file()["environments"]
        match = {**base["dev"]["match"], "github": {"repositories": ["acme/research"]}}
        lab.environments = {**base, "dev": {**base["dev"], "match": match}}
        (crossing,) = _crossings(lab)
        assert crossing.sources == (
            f"{GITHUB.removeprefix('https://')}:repo:acme/research:ref:refs/heads/main",
        )
        assert principal

    def test_whom_an_identity_lets_in_was_not_read(self, lab: Lab) -> None:
        identity(lab.cloud, lab.prod, "deployer")
        lab.server.fault("throttled", "managedidentity:FederatedIdentityCredentials")
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}


class TestDirectoryRights:
    """What a right over the directory leads to is not followed, so it is no pass."""

    @pytest.mark.parametrize("how", ["role", "eligible", "permission"])
    def test_an_identity_with_one_may_become_anybody(self, lab: Lab, how: str) -> None:
        principal = identity(lab.cloud, lab.dev, "worker")[1]
        identity(lab.cloud, lab.prod, "deployer")
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}
        if how == "permission":
            lab.cloud.directory.permission(principal, WRITES_DIRECTORY)
        else:
            lab.cloud.directory.role(principal, APPLICATION_ADMINISTRATOR, eligible=how == "eligible")
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}
        gaps = {gap.detail for gap in lab.decide(RULE).facts["identity_paths"].blind[OUT]}
        shown = "Directory.ReadWrite.All" if how == "permission" else "Application Administrator"
        assert gaps == {f"NotFollowed: {shown}"}

    def test_rights_that_only_read_are_harmless(self, lab: Lab) -> None:
        principal = identity(lab.cloud, lab.dev, "worker")[1]
        identity(lab.cloud, lab.prod, "deployer")
        lab.cloud.directory.role(principal, GLOBAL_READER)
        lab.cloud.directory.permission(principal, READS_USERS)
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}
        lab.cloud.directory.role(principal, "5a6b0f4e-0000-4000-8000-00000000c001")
        assert _judged(lab)[OUT] == "unknown", "a role of their own making may be anything"

    @pytest.mark.parametrize(
        "call", ["tenant:DirectoryRoles", "tenant:EligibleDirectoryRoles", "tenant:GraphPermissions"]
    )
    @pytest.mark.parametrize("fault", ["denied", "throttled", "cut"])
    def test_a_listing_that_was_not_read(self, lab: Lab, call: str, fault: str) -> None:
        identity(lab.cloud, lab.prod, "deployer")
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}
        lab.server.fault(fault, call)
        assert _judged(lab) == {OUT: "unknown", BACK: "unknown"}

    def test_without_a_licence_nothing_waits(self, lab: Lab) -> None:
        identity(lab.cloud, lab.prod, "deployer")
        lab.server.fault("unlicensed", "tenant:EligibleDirectoryRoles")
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}

    def test_somebody_in_a_group_of_administrators(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        group = lab.cloud.directory.group("administrators", ana)
        lab.cloud.directory.role(group, APPLICATION_ADMINISTRATOR)
        identity(lab.cloud, lab.prod, "deployer")
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}, "nobody says whose she is"
        lab.server.fault("denied", "tenant:GroupMembers")
        assert _judged(lab) == {OUT: "unknown", BACK: "unknown"}
        lab.server.clear()
        _people(lab, dev=["ana@example.com"])
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}
        _people(lab, dev=["ana@example.com"], prod=["ana@example.com"])
        assert _judged(lab) == {OUT: "pass", BACK: "pass"}, "both declare her"

    def test_an_owner_of_an_application_with_one(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        app = lab.cloud.directory.application("provisioning", ana)
        lab.cloud.directory.permission(app, WRITES_DIRECTORY)
        identity(lab.cloud, lab.prod, "deployer")
        _people(lab, dev=["ana@example.com"])
        assert _judged(lab) == {OUT: "unknown", BACK: "pass"}

    def test_a_holder_whom_no_listing_told_of(self, lab: Lab) -> None:
        ana = lab.cloud.directory.user("ana")
        lab.cloud.directory.role(ana, APPLICATION_ADMINISTRATOR)
        identity(lab.cloud, lab.prod, "deployer")
        assert _judged(lab)[OUT] == "pass"
        lab.server.fault("denied", "tenant:Users")
        assert _judged(lab)[OUT] == "unknown"


@pytest.mark.parametrize(
    ("call", "pairs"),
    [
        ("authorization:RoleAssignments", {OUT, BACK}),
        ("tenant:ProvidedRoles", {OUT}),
        ("managedidentity:UserAssignedIdentities", {OUT, BACK}),
    ],
)
@pytest.mark.parametrize("fault", ["denied", "throttled", "unsupported", "cut"])
def test_what_was_not_read_is_unknown(lab: Lab, call: str, pairs: set[str], fault: str) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    assign(lab.cloud, "Reader", principal, group_of(lab.prod))
    assert _judged(lab) == {OUT: "pass", BACK: "pass"}
    lab.server.fault(fault, call)
    found = _judged(lab)
    assert {pair for pair, verdict in found.items() if verdict == "unknown"} == pairs


def test_rows_that_a_role_does_not_show_are_unknown(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    identity(lab.cloud, lab.prod, "deployer")
    lab.cloud.revoke(lab.prod_subscription)
    lab.cloud.grant(lab.prod_subscription, lab.cloud.role("Microsoft.Authorization/*/read"))
    assert _judged(lab)[OUT] == "pass", "nobody of development holds anything there"
    assign(lab.cloud, "Reader", principal, group_of(lab.prod))
    assert _judged(lab)[OUT] == "unknown"
