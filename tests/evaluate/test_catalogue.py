from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError, UsageError
from scanner.evaluate import Catalogue, load_catalogue
from scanner.model.logic import Severity


def change(path: Path, old: str, new: str) -> int:
    """Replace a text that must be there; the number of the line it starts in."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_reads_every_field_of_a_rule(catalogue: Catalogue) -> None:
    rule = catalogue.rules["DAT-901"]
    assert (rule.path, rule.title, rule.severity) == ("dat/versioned", "Stores keep versions", Severity.HIGH)
    assert rule.requires == ("store.versioning", "store.logging")
    assert (rule.span, rule.providers) == ("resource", ("aws",))
    assert (rule.applies.subject, rule.applies.kinds, rule.applies.tiers) == (
        "resource",
        ("store",),
        ("production",),
    )
    assert list(rule.checks) == ["versioning", "logging"]
    assert rule.checks["logging"].fail == "{name} logs nothing."
    assert rule.references == ("https://example.com/versions",)
    assert catalogue.rules["ISO-901"].applies.to_tiers == ("production",)


MISTAKES = [
    ("#   severity: high", "#   severity: grave", "custom.severity", "Input should be 'critical'", ""),
    ("#   severity: high", "#   severityy: high", "custom.severity", "missing", ""),
    ("#   id: DAT-901", "#   id: DAT901", "custom.id", "should match pattern", ""),
    (
        "#   span: resource",
        "#   span: resource\n#   remedy: x",
        "custom.remedy",
        "no such field",
        "rationale",
    ),
    ("#       title: Access", "#       titel: Access", "custom.checks.logging.title", "missing", ""),
    (
        "#   requires: [store.versioning, store.logging]",
        "#   requires: []",
        "custom.requires",
        "at least 1",
        "",
    ),
    ("store.versioning,", "store.versioning.x,", "custom.requires.0", "should match pattern", ""),
    ("tiers: [production]", "tiers: [prod]", "custom.applies.tiers.0", "Input should be 'production'", ""),
    ("subject: resource", "subject: pair", "custom.applies", "takes to_tiers only", ""),
    ("kinds: [store],", "", "custom.applies", "names kinds", ""),
    (
        "tiers: [production]",
        "tier: [production]",
        "custom.applies.tier",
        "no such field",
        "did you mean tiers?",
    ),
    ("tiers: [production]", "where: {encryption: x}", "custom", "reads store.encryption", ""),
    ("[store.versioning,", "[registry.scanning, store.versioning,", "custom", "rules see no registry", ""),
    ("{name} logs", "{nam} logs", "custom.checks.logging.fail", "no placeholder {nam}", ""),
    ("{name} logs", "{name.__class__} logs", "custom.checks.logging.fail", "no placeholder", ""),
    ("{name} logs", "{name!r} logs", "custom.checks.logging.fail", "no placeholder", ""),
    ("#     description: why", "#     descr: why", "related_resources.0.description", "missing", ""),
    ("# scope: package", "# scope: document", "scope", "Input should be 'package'", ""),
    (
        "#       title: Access",
        "#       kinds: [registry]\n#       title: Access",
        "custom",
        "not among applies.kinds",
        "",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1].strip("# ")[:40])
def test_a_mistake_in_metadata_names_file_line_and_field(
    policies: Path, versioned: Path, mistake: tuple[str, str, str, str, str]
) -> None:
    old, new, field, why, hint = mistake
    change(versioned, old, new)
    with pytest.raises(PolicyError) as caught:
        load_catalogue(policies)
    place, _, rest = caught.value.what.partition(": METADATA ")
    name, _, line = place.rpartition(":")
    assert name == "rules/dat/versioned/versioned.rego"
    assert rest == field
    assert why in caught.value.why
    assert hint in caught.value.hint
    assert 1 < int(line) < 30


def test_the_line_is_the_one_of_the_field(policies: Path, versioned: Path) -> None:
    line = change(versioned, "tiers: [production]", "tier: [production]")
    with pytest.raises(PolicyError, match=rf"versioned\.rego:{line}: METADATA custom\.applies\.tier"):
        load_catalogue(policies)


def test_nearest_valid_field(policies: Path, versioned: Path) -> None:
    change(versioned, "#   severity: high", "#   severity: high\n#   rational: x")
    with pytest.raises(PolicyError) as caught:
        load_catalogue(policies)
    assert caught.value.hint == "did you mean rationale?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# METADATA\n", "", r"versioned\.rego:25: no METADATA before this line"),
        ("# custom:", "# custom: [", r"versioned\.rego:\d+: METADATA is not YAML"),
        ("# title: Stores", "# title: a\n# title: Stores", r"versioned\.rego:\d+: METADATA is not YAML"),
        (
            "# title: Stores",
            f"# x: {'[' * 900}\n# title: Stores",
            r"METADATA is (not YAML|nested too deeply)",
        ),
        ("package rules", "\npackage rules", r"package does not follow METADATA"),
    ],
)
def test_metadata_that_cannot_be_read(
    policies: Path, versioned: Path, old: str, new: str, message: str
) -> None:
    change(versioned, old, new)
    with pytest.raises(PolicyError, match=message):
        load_catalogue(policies)


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("store.versioning,", "store.versionning,", "did you mean store.versioning?"),
        ("store.logging", "store.zzz", "store has: encryption, logging, versioning"),
        ("kinds: [store]", "kinds: [stores, store]", "did you mean store?"),
    ],
)
def test_words_the_estate_does_not_have(
    policies: Path, versioned: Path, old: str, new: str, hint: str
) -> None:
    change(versioned, old, new)
    with pytest.raises(PolicyError) as caught:
        load_catalogue(policies)
    assert caught.value.hint == hint


def test_ids_are_unique(policies: Path) -> None:
    change(policies / "rules/iso/paths/paths.rego", "ISO-901", "DAT-901")
    with pytest.raises(PolicyError, match=r"iso/paths/paths\.rego: id DAT-901 is taken by dat/versioned"):
        load_catalogue(policies)


def test_select_by_id_or_path(catalogue: Catalogue) -> None:
    assert list(catalogue.select()) == ["DAT-901", "ISO-901"]
    assert list(catalogue.select(["iso/paths"])) == ["ISO-901"]
    assert list(catalogue.select(["DAT-901"])) == ["DAT-901"]
    with pytest.raises(UsageError, match="no rule DAT-902") as caught:
        catalogue.select(["DAT-902"])
    assert caught.value.hint == "did you mean DAT-901?"


def framework(policies: Path, text: str) -> None:
    folder = policies.parent / "frameworks"
    folder.mkdir()
    (folder / "iso27001.toml").write_text(text)


def test_frameworks_name_rules(policies: Path) -> None:
    framework(
        policies, 'title = "ISO"\n[controls]\n"A.8.31" = ["ISO-901", "DAT-901"]\n"A.8.3" = ["DAT-901"]\n'
    )
    catalogue = load_catalogue(policies)
    assert catalogue.frameworks["iso27001"]["title"] == "ISO"
    assert catalogue.rules["DAT-901"].frameworks == {"iso27001": ("A.8.31", "A.8.3")}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("title = ", "cannot be read", ""),
        ('title = "x"\n', "not a framework", "title and"),
        ('title = "x"\n[controls]\na = "ISO-901"\n', "not a list of rule ids", ""),
        ('title = "x"\n[controls]\na = ["ISO-902"]\n', "no rule ISO-902", "did you mean ISO-901?"),
    ],
)
def test_mistakes_in_frameworks(policies: Path, text: str, message: str, hint: str) -> None:
    framework(policies, text)
    with pytest.raises(PolicyError, match=r"frameworks/iso27001\.toml") as caught:
        load_catalogue(policies)
    assert message in str(caught.value)
    assert hint in caught.value.hint
