"""IAM: the people of an account, who sign in with a password, and the account's root.

A user is a person when the credential report says that a console password exists, when it cannot
be told, or when the environment file says so. Sources: the credential report; GetAccountSummary
(``SummaryMap``) for the root; ListVirtualMFADevices (``VirtualMFADevice``) as positive evidence
alone, since hardware keys are not in it. Those who sign in at a SAML provider are one person for each
provider, about whom no API of AWS tells more: an attestation can.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scanner.estate.aws._credential_report import (
    CALL,
    GENERATE,
    NATIVE,
    SUMMARY,
    flag,
    root_of,
    rows,
    summary,
)
from scanner.estate.aws.iam import DETAILS
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.world import GLOBAL, World
from scanner.model.snapshot import Record, Scope

DEVICE = "iam.mfa_device"
_DEVICES, _SUMMARY, _DETAILS = "iam:ListVirtualMFADevices", "iam:GetAccountSummary", f"iam:{DETAILS}"


_USES = ("password_last_used", "_last_used_date")


def _people(world: World) -> Iterator[Reading]:
    for boundary in sorted(world.answered):
        scope = Scope(world.provider, boundary, GLOBAL)
        report, devices = rows(world, boundary), _devices(world, boundary)
        root, users = root_of(world, boundary), {each.id: each for each in world.inside("iam.user", boundary)}
        for arn in sorted((users.keys() | report.keys()) - {root}):
            row = report.get(arn)
            reading = Reading(arn, scope, row or users[arn], world, {NATIVE: row, DEVICE: devices.get(arn)})
            if arn in world.people or _truthy(flag(reading, "password_enabled")) is not False:
                yield reading
        counts, row = world.beside(SUMMARY, scope), report.get(root)
        if counts or report:
            parts = {NATIVE: row, SUMMARY: counts, DEVICE: devices.get(root)}
            yield Reading(root, scope, row or counts, world, parts)


def _devices(world: World, boundary: str) -> dict[str, Record]:
    """Identity ARN -> a virtual device that is registered to it."""
    found = {}
    for record in world.inside(DEVICE, boundary):
        user = (record.data.get("ListVirtualMFADevices") or {}).get("User") or {}
        if user.get("Arn"):
            found[user["Arn"]] = record
    return found


def _root(reading: Reading) -> bool:
    return reading.id.endswith(":root")


def _truthy(value: Value) -> bool | None:
    return bool(value.value) if isinstance(value, Known) else None


def _console(reading: Reading) -> Value:
    """Whether a password exists; the root may always set one, unless it is said to have none.

    The report says ``not_supported`` of most roots; ``AccountPasswordPresent`` is 0 for a member
    account whose root was never, or is no longer, given a password.
    """
    reported = flag(reading, "password_enabled")
    if not _root(reading):
        return reported
    present = summary(reading, "AccountPasswordPresent")
    if isinstance(present, Known):
        return Known(bool(present.value), present.pointer)
    if isinstance(reported, Known):
        return reported
    answered = reading.answer("GetAccountSummary", of=SUMMARY)
    return Known(True) if isinstance(answered, Known) else answered


def _mfa(reading: Reading) -> Value:
    """Registered if any source says so, not registered if the decisive one says so."""
    said = [flag(reading, "mfa_active")]
    if _root(reading):
        said.append(summary(reading, "AccountMFAEnabled"))
    for value in said:
        if _truthy(value):
            return Known(True, value.pointer if isinstance(value, Known) else "")
    if reading.parts.get(DEVICE) is not None:
        return Known(True)
    for value in said:
        if isinstance(value, Known):
            return Known(False, value.pointer)
    hidden = [value.gaps for value in said if isinstance(value, Unknown)]
    return Unknown(union([*hidden, reading.world.hiding_any(_DEVICES, reading.scope)]))


def _mfa_kind(reading: Reading) -> Value:
    """An application is a virtual device; what is registered and is none is hardware, or a passkey."""
    registered = _mfa(reading)
    if isinstance(registered, Unknown):
        return registered
    if not registered.value:
        return Known(None, registered.pointer)
    if reading.parts.get(DEVICE) is not None:
        return Known("application")
    listing = reading.world.hiding_any(_DEVICES, reading.scope)
    listed = reading.world.listed(reading.scope.boundary, DEVICE)
    return Known("hardware") if listed and not listing else Unknown(listing)


def _used_at(reading: Reading) -> Value:
    """The latest sign-in or use of a key that the report tells, which is kept apart from the estate."""
    if reading.record is None or reading.record.kind != NATIVE:
        return Unknown(reading.world.hiding_any(GENERATE, reading.scope))
    seen = reading.record.observed.get("GetCredentialReport")
    if seen is None:
        return Unknown()
    moments = [text for name, text in seen.items() if name.endswith(_USES) and text[:1].isdigit()]
    return Known(max(moments, key=datetime.fromisoformat, default=None))


PERSON = Normaliser(
    native="iam.credential_report",
    kind="person",
    listed=tuple((report, other) for report in (CALL, GENERATE) for other in (_DETAILS, _SUMMARY)),
    subjects=_people,
    name=lambda reading: reading.id.rsplit("/", 1)[-1] if not _root(reading) else "root",
    attrs={
        "identity": Attr(lambda reading: Known(reading.id, "/id")),
        "root": Attr(lambda reading: Known(_root(reading))),
        "logins": constant([]),
        "console": Attr(_console, ("GetCredentialReport",), (GENERATE, _SUMMARY)),
        "mfa_registered": Attr(_mfa, ("GetCredentialReport",), (GENERATE, _SUMMARY, _DEVICES)),
        "mfa_kind": Attr(_mfa_kind, ("GetCredentialReport",), (GENERATE, _SUMMARY, _DEVICES)),
        "used_at": Attr(_used_at, ("GetCredentialReport",), (GENERATE,)),
    },
)

FEDERATED = Normaliser(
    # Whoever signs in at a company's own provider: AWS sees neither who they are nor with what factors.
    native="iam.saml_provider",
    kind="person",
    listed=(("iam:ListSAMLProviders",),),
    name=lambda reading: f"everyone who signs in at {reading.id.rsplit('/', 1)[-1]}",
    attrs={
        "identity": Attr(lambda reading: Known(reading.id, "/id")),
        "root": constant(False),
        "console": constant(None),
        "logins": constant([]),
        "mfa_registered": UNTOLD,
        "mfa_kind": UNTOLD,
        "used_at": UNTOLD,
    },
)
