"""collect -> snapshot -> estate -> facts -> evaluate -> findings -> report, in code.

The only module that knows all stages. Each function runs one part of the road on files, so that any
part can be run alone; nothing here decides a verdict.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from scanner import __version__, estate, facts, findings, report, snapshot
from scanner import collect as collecting
from scanner.collect.authorization_details import imported
from scanner.config import load
from scanner.coverage import covered
from scanner.errors import ConfigError, NothingScannedError, UsageError
from scanner.evaluate import Catalogue, evaluate, load_catalogue, open_engine
from scanner.findings.reading import read as read_findings
from scanner.model.finding import Finding, Judgement
from scanner.whole_files import unwritable, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scanner.config import EnvironmentFile
    from scanner.model.estate import Estate
    from scanner.model.facts import Facts
    from scanner.model.rule import Rule, RuleVerdict
    from scanner.model.snapshot import Progress, Snapshot, Source

DEFAULT_FORMATS = ("json", "sarif")
SNAPSHOT = "snapshot"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Judging:
    """How to judge: engine, policies, which rules, and as of when (RFC 3339 UTC; empty: snapshot's end)."""

    engine: str = "auto"
    opa_urls: tuple[str, ...] = ()
    policies: Path | None = None
    only: tuple[str, ...] = ()
    as_of: str = ""
    timeout: float = 300.0
    opa_ca: Path | None = None


def bundled(name: str, checkout: str) -> Path:
    """A folder shipped inside the installed package, else the one of the checkout."""
    inside = _PACKAGE / "_bundled" / name
    return inside if inside.is_dir() else _PACKAGE.parent / checkout


def policies_folder(chosen: Path | None = None) -> Path:
    """The Rego folder: the chosen one (or its ``rego`` folder), else the built-in one."""
    folder = chosen or bundled("policies", "policies")
    return folder / "rego" if (folder / "rego").is_dir() else folder


def demo_folder() -> Path:
    """The bundled example estate: ``envsplit.yaml`` and ``snapshot/``."""
    return bundled("demo", "fixtures/demo")


def catalogue(judging: Judging) -> Catalogue:
    """The rules of the policy folder; UsageError when ``only`` names one that is not there."""
    loaded = _loaded(policies_folder(judging.policies).absolute())
    for name in judging.only:
        if name not in loaded.rules:
            known = ", ".join(sorted(loaded.rules))
            raise UsageError(f"no rule {name!r}", why=f"rules are {known}", hint="see `envsplit rules list`")
    return loaded


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> Catalogue:
    """The policies of a folder, read once: what judges is what was checked before anything was collected."""
    return load_catalogue(folder)


def environment_file(path: Path) -> EnvironmentFile:
    """The environment file; ConfigError also for what its format has and this release does not read."""
    config = load(path)
    if config.waivers is not None:
        line, column, _ = config.position("waivers")
        raise ConfigError(
            f"{config.path}:{line}:{column} waivers: this release does not read waivers",
            why="a finding that somebody accepted would be shown as open, and nobody would know why",
            hint="remove the key until a release reads it",
        )
    return config


def chosen_rules(loaded: Catalogue, only: Sequence[str]) -> dict[str, Rule]:
    """The rules that ``only`` names, or all."""
    return {rule.id: rule for rule in loaded.rules.values() if not only or rule.id in only}


def narrowed(judging: Judging) -> list[Rule] | None:
    """The rules that a collection may be narrowed to; ``None`` when all are wanted.

    Loads the policies in any case: what is wrong with them must be told before anything is collected.
    """
    loaded = catalogue(judging)
    return list(chosen_rules(loaded, judging.only).values()) if judging.only else None


def calls_of(requires: Iterable[str], *, tags: bool = False) -> frozenset[str]:
    """The provider calls that feed attributes and facts (``store.versioning``, ``fact:store_access``).

    ``tags``: also those that read tags, which place a resource where environments select by tags.
    """
    wanted = set(requires)
    for name in tuple(wanted):
        if name.startswith("fact:"):
            wanted.update(facts.needs(name.removeprefix("fact:")))
    calls: set[str] = set()
    for name in wanted:
        calls.update(estate.READS.get(name, ()))
        kind = name.split(".", 1)[0]
        calls.update(estate.READS.get(kind, ()))
        calls.update(estate.READS.get(f"{kind}.tags", ()) if tags else ())
    return frozenset(calls)


def calls_for(rules: Iterable[Rule] | None, *, tags: bool) -> frozenset[str] | None:
    """What `calls_of` says of all that some rules read; ``None``, all calls, for ``None``, all rules."""
    return None if rules is None else calls_of((need for rule in rules for need in rule.requires), tags=tags)


def collect(
    config: EnvironmentFile,
    target: Path,
    progress: Progress,
    *,
    rules: Iterable[Rule] | None = None,
    resume: bool | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Collect the estate into a snapshot folder; ``rules`` narrows the calls to what they read.

    What a killed run left beside ``target`` is gone on from: always (``resume`` true), never (false), or if
    it was asked for the same and is not too old. ``tell`` is given a line about it.

    Raises NothingScannedError when no account answered; then nothing is left at ``target``. Reports of
    an earlier run beside it are removed first: a run that fails must not leave them to be sent on.
    """
    _remove_reports(target.parent)
    only = calls_for(rules, tags=selects_by_tags(config))
    asked = _digest_of_request(config, only)
    with snapshot.SnapshotWriter(target, tool_version=__version__, asked=asked, resume=resume) as writer:
        begun, kept = writer.resumed
        if kept:
            tell(f"going on from the collection that began at {begun}: {kept} listings are complete")
        collecting.collect(config, writer, progress, only=only)
        if not writer.reached:
            raise NothingScannedError(
                "none of the accounts could be read",
                why="\n".join(f"{gap.scope.boundary}: {gap.call} {gap.detail}" for gap in writer.gaps[:5]),
                hint="check that the role under sources.aws.role exists and trusts these credentials",
            )


def _digest_of_request(config: EnvironmentFile, only: frozenset[str] | None) -> str:
    """A digest of all that decides what a collection holds; not of how fast it is made."""
    paces = {name: {"max_concurrency", "calls_per_second"} for name in config.providers()}
    asked = {
        "sources": config.sources.model_dump(mode="json", exclude=paces),
        "boundaries": {name: config.boundaries(name) for name in config.providers()},
        "only": None if only is None else sorted(only),
        "calls": [(entry.name, entry.kinds) for entry in collecting.call_table()],
    }
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def import_details(files: Iterable[Path], target: Path) -> None:
    """Make a snapshot of accounts of which only GetAccountAuthorizationDetails was answered, into files.

    Reports beside it are removed first. Raises UsageError for a file that holds something else.
    """
    _remove_reports(target.parent)
    with snapshot.SnapshotWriter(target, tool_version=__version__, resume=False) as writer:
        imported(files, writer, collecting.call_table("aws"))


def _remove_reports(out: Path) -> None:
    for module in report.formats().values():
        path = out / str(module.FILE)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(path, error) from error


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything between a snapshot and its findings."""

    rules: Mapping[str, Rule]
    taken: Snapshot
    estate: Estate
    facts: Mapping[str, Facts]
    verdicts: tuple[RuleVerdict, ...]
    engine: Mapping[str, str]


def decide(config: EnvironmentFile, snapshot_path: Path, judging: Judging) -> Decided:
    """Estate, facts and verdicts of a snapshot. Touches no network but OPA's."""
    loaded = catalogue(judging)  # what is wrong with the policies is told before a large snapshot is read
    taken = snapshot.read(snapshot_path)
    if not taken.records and not taken.coverage.reached:
        raise NothingScannedError(
            f"{snapshot_path} holds nothing to judge", hint="see the gaps in its gaps.jsonl"
        )
    return decide_taken(config, taken, judging, loaded)


def decide_taken(config: EnvironmentFile, taken: Snapshot, judging: Judging, loaded: Catalogue) -> Decided:
    """As `decide`, of a snapshot in memory and policies that are read already (`catalogue`)."""
    rules = chosen_rules(loaded, judging.only)
    built = estate.build(taken, config, as_of=judging.as_of or None)
    wanted = {need.removeprefix("fact:") for rule in rules.values() for need in rule.requires}
    derived = facts.derive(built, only=frozenset(wanted))
    with open_engine(
        judging.engine,
        loaded,
        opa_urls=judging.opa_urls,
        ca_file=judging.opa_ca,
        timeout=judging.timeout,
    ) as engine:
        verdicts = evaluate(built, derived, loaded, engine, only=judging.only)
        named = {"name": engine.name, "version": engine.version}
    return Decided(rules, taken, built, derived, verdicts, named)


def selects_by_tags(config: EnvironmentFile) -> bool:
    """Whether some environment or service is told by tags."""
    matches = [one.match for one in config.environments.values()]
    matches += [one.match for one in config.services.values()]
    return any(getattr(match, provider).tags for match in matches for provider in config.providers())


def judge(config: EnvironmentFile, snapshot_path: Path, judging: Judging) -> Judgement:
    """Judge a snapshot: its verdicts as findings, with everything that reports show."""
    decided = decide(config, snapshot_path, judging)
    found, tallies = findings.build(decided.verdicts, decided.rules, decided.estate, decided.facts, config)
    return Judgement(
        findings=found,
        tallies=tallies,
        engine=decided.engine,
        coverage=covered(decided.taken, found, config),
        as_of=decided.estate.as_of,
        rules=decided.rules,
        config_path=_as_cited(config.path),
        positions=config.positions,
        snapshot=SNAPSHOT,
        names=_names(decided.estate, found),
        columns=snapshot.columns(snapshot_path, _cited(found)),
    )


def _as_cited(path: str) -> str:
    """A path as reports name it: relative to the working folder (in CI, the repository), else its name."""
    try:
        return Path(path).resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return Path(path).name


def _cited(found: Sequence[Finding]) -> set[Source]:
    """The lines of parts that witnesses cite; what no record shows cites the manifest as a whole."""
    cited = {step.source for item in found for step in item.witness}
    return {source for source in cited if source.part.startswith("parts/")}


def _names(built: Estate, found: Sequence[Finding]) -> dict[str, str]:
    """What people call the network things that findings name: their Name tag, or their instance's."""
    wanted = {end for item in found for step in item.witness for end in (step.source_id, step.target_id)}
    names: dict[str, str] = {}
    for identity in sorted(wanted & set(built.by_id)):
        resource = built.by_id[identity]
        attached = built.by_id.get(str(resource.attrs.get("attached_to")))
        for tagged in (resource, attached):
            if tagged is not None and (name := (tagged.tags or {}).get("Name")):
                names.setdefault(identity, name)
    return names


def write_reports(judgement: Judgement, out: Path, formats: Sequence[str] = DEFAULT_FORMATS) -> list[Path]:
    """Render all formats, then write each file whole (temporary file and rename)."""
    modules = {name: report.format_named(name) for name in formats}
    rendered = {out / modules[name].FILE: modules[name].render(judgement) for name in formats}
    for path, content in rendered.items():
        write_whole(path, content)
    return list(rendered)


def copy_demo(out: Path) -> None:
    """Put the demo's environment file and snapshot beside its reports, so that every cited line is there."""
    source = demo_folder()
    try:
        shutil.rmtree(out / SNAPSHOT, ignore_errors=True)
        shutil.copytree(source / SNAPSHOT, out / SNAPSHOT)
        shutil.copyfile(source / "envsplit.yaml", out / "envsplit.yaml")
    except OSError as error:
        raise unwritable(out, error) from error


def instant(text: str) -> str:
    """``--as-of`` as RFC 3339 UTC; a date alone is its midnight; UsageError when it is neither."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no time", why=str(error), hint="write it as 2026-11-24T05:00:00Z or 2026-11-24"
        ) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def rules_table(policies: Path | None) -> list[dict[str, Any]]:
    """The published shape of ``envsplit rules list --json``."""
    loaded = catalogue(Judging(policies=policies)).rules
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity.value,
            "providers": list(rule.providers),
            "kinds": list(rule.applies.kinds),
            "span": rule.span,
            "requires": list(rule.requires),
            "frameworks": {name: list(controls) for name, controls in rule.frameworks.items()},
        }
        for rule in sorted(loaded.values(), key=lambda rule: rule.id)
    ]


def reread(findings_path: Path, config_path: Path, policies: Path | None) -> Judgement:
    """A judgement from a findings.json; the environment file, if there, gives reports their lines."""
    judgement = read_findings(findings_path)
    judgement = replace(judgement, rules=dict(catalogue(Judging(policies=policies)).rules))
    if config_path.is_file():
        config = load(config_path)
        judgement = replace(judgement, config_path=_as_cited(config.path), positions=config.positions)
    return judgement
