"""Attacks on network facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facts.network.networks import DEV, PROD, Builder, build, peered
from scanner import facts
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Unlisted
from scanner.model.logic import Tri
from scanner.model.snapshot import Scope


def islands() -> Builder:
    made = Builder()
    for name, account, cidr, address in (
        ("dev", DEV, "10.1.0.0/16", "10.1.0.5"),
        ("prod", PROD, "10.2.0.0/16", "10.2.0.5"),
    ):
        made.network(f"vpc-{name}", account, [cidr])
        made.group(f"sg-{name}", f"vpc-{name}", account, [])
        made.interface(f"eni-{name}", f"vpc-{name}", account, address, [f"sg-{name}"])
    return made


def blind(estate: Estate) -> dict[str, bool]:
    found = facts.derive(estate, only=frozenset({"network_paths"}))["network_paths"]
    return {pair: bool(gaps) for pair, gaps in found.blind.items()}


def test_islands_are_apart() -> None:
    assert blind(islands().estate()) == {}


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_rules_that_are_unknown_for_no_reason(way: str) -> None:
    made = islands()
    kept = [
        replace(one, attrs={key: value for key, value in one.attrs.items() if key != way}, unknown={way: ()})
        if one.name == "sg-prod"
        else one
        for one in made.found
    ]
    assert blind(build(kept, made.places)) == {"dev->prod": True, "prod->dev": True}


def test_peerings_that_nobody_asked_for() -> None:
    made = islands()
    scopes = [(Scope("aws", account, "global"), made.places[account]) for account in (DEV, PROD)]
    missing = tuple(Unlisted("peering", scope, (), place) for scope, place in scopes)
    told = blind(build(made.found, made.places, unlisted=missing))
    assert told == {"dev->prod": True, "prod->dev": True}


def test_a_description_hides_no_interface_of_an_instance() -> None:
    # ModifyNetworkInterfaceAttribute lets anybody write it.
    made = peered()
    lie = {"description": "Interface for NAT Gateway nat-1", "attached_to": "arn:aws:ec2:x:y:instance/i-1"}
    made.found = [
        replace(one, attrs={**one.attrs, **lie}) if one.name == "eni-prod" else one for one in made.found
    ]
    states = {(item.pair, item.state, item.latent) for item in derive(made.estate()).crossings}
    assert ("dev->prod", Tri.YES, False) in states
