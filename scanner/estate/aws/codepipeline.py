"""CodePipeline: pipelines.

Shapes: AWS CodePipeline API Reference, ``PipelineDeclaration``; configuration of sources: AWS CodePipeline
User Guide, "Action structure reference". A pipeline without triggers of its own follows its sources: a
connection unless ``DetectChanges`` is false, CodeCommit and S3 unless ``PollForSourceChanges`` is; else a
rule of EventBridge may start it, which is told there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.aws._data_places import bucket
from scanner.estate.aws._git_references import once, source
from scanner.estate.aws._native import last_segment, tags_in_bulk
from scanner.estate.normaliser import Normaliser, Reading, constant, field_of, made_of

_GET, _PIPELINE = "GetPipeline", "pipeline"
_Native = dict[str, Any]
_GIT = {
    "CodeStarSourceConnection": ("connection", "FullRepositoryId", "BranchName"),
    "CodeCommit": ("codecommit", "RepositoryName", "BranchName"),
    "GitHub": ("github", "Repo", "Branch"),
}
"""Provider of a source action -> our word, and where its repository and branch stand."""


def _actions(native: _Native, category: str) -> Iterator[tuple[str, str, _Native]]:
    """The actions of a category: name, provider, configuration."""
    for stage in native.get("stages") or ():
        for action in stage.get("actions") or ():
            kind = action.get("actionTypeId") or {}
            if kind.get("category") == category:
                yield str(action.get("name")), str(kind.get("provider")), action.get("configuration") or {}


def _sources(native: _Native) -> list[_Native]:
    found = []
    for _, provider, settings in _actions(native, "Source"):
        if provider in _GIT:
            word, repository, branch = _GIT[provider]
            owner = f"{settings['Owner']}/" if settings.get("Owner") else ""
            version = f"refs/heads/{settings[branch]}" if settings.get(branch) else None
            found.append(source(word, f"{owner}{settings.get(repository)}", version))
        elif provider == "ECR":
            image = {"provider": "ecr", "repository": settings.get("RepositoryName")}
            found.append({**image, "branch": None, "tag": settings.get("ImageTag") or "latest"})
    return found


def _triggers(native: _Native) -> list[_Native]:
    declared = native.get("triggers") or ()
    own = [trigger for each in declared for trigger in _declared(each.get("gitConfiguration") or {}, native)]
    return once(own or _following(native))


def _declared(git: _Native, native: _Native) -> Iterator[_Native]:
    """A trigger of the second version of pipelines; a push without a filter is one to the source's branch."""
    for push in git.get("push") or ():
        branches = (push.get("branches") or {}).get("includes") or ()
        tags = (push.get("tags") or {}).get("includes") or ()
        yield from ({"kind": "merge", "ref": ref} for ref in branches)
        yield from ({"kind": "release", "ref": ref} for ref in tags)
        if not branches and not tags:
            excluded = (push.get("branches") or {}).get("excludes")
            yield {
                "kind": "merge",
                "ref": None if excluded else _branch_of(git.get("sourceActionName"), native),
            }
    for request in git.get("pullRequest") or ():
        includes = (request.get("branches") or {}).get("includes") or (None,)
        yield from ({"kind": "pull_request", "ref": ref} for ref in includes)


def _branch_of(action: str | None, native: _Native) -> str | None:
    for name, provider, settings in _actions(native, "Source"):
        if name == action and provider in _GIT:
            return settings.get(_GIT[provider][2])
    return None


def _following(native: _Native) -> Iterator[_Native]:
    for _, provider, settings in _actions(native, "Source"):
        detects = settings.get("DetectChanges") or settings.get("PollForSourceChanges") or "true"
        if str(detects).lower() == "false":
            continue
        if provider in _GIT:
            yield {"kind": "merge", "ref": settings.get(_GIT[provider][2])}
        elif provider == "S3":
            yield {"kind": "event", "ref": settings.get("S3Bucket")}


def _approvals(native: _Native) -> list[str]:
    return sorted(name for name, _, _ in _actions(native, "Approval"))


def _inputs(reading: Reading, native: _Native) -> list[str]:
    taken = {
        settings.get("S3Bucket") for _, provider, settings in _actions(native, "Source") if provider == "S3"
    }
    return sorted({bucket(reading, name) for name in taken | _kept_in(native) if name})


def _outputs(reading: Reading, native: _Native) -> list[str]:
    given = {
        settings.get("BucketName") for _, provider, settings in _actions(native, "Deploy") if provider == "S3"
    }
    return sorted({bucket(reading, name) for name in given | _kept_in(native) if name})


def _kept_in(native: _Native) -> set[str | None]:
    """Where its actions hand one another what they made."""
    places = (native.get("artifactStore") or {}, *(native.get("artifactStores") or {}).values())
    return {place.get("location") for place in places if place.get("type", "S3") == "S3"}


PIPELINE = Normaliser(
    native="codepipeline.pipeline",
    kind="pipeline",
    listed=(("codepipeline:ListPipelines",),),
    regional=True,
    tags=tags_in_bulk("ListTagsForResource"),
    name=last_segment,
    attrs={
        "type": constant("codepipeline"),
        "identity": field_of(_GET, _PIPELINE, convert=lambda native: native.get("roleArn")),
        "triggers": field_of(_GET, _PIPELINE, convert=_triggers),
        "sources": field_of(_GET, _PIPELINE, convert=_sources),
        "approvals": field_of(_GET, _PIPELINE, convert=_approvals),
        "inputs": made_of(_GET, _inputs, _PIPELINE),
        "outputs": made_of(_GET, _outputs, _PIPELINE),
        "images": constant([]),
    },
)
