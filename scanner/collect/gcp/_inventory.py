"""Cloud Asset Inventory: what a parent holds is listed once, and each project gets its share.

https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list: up to 1,000 assets a page, all of
one read time. Listing at an organization or a folder answers for every project below it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from google.cloud.asset_v1 import ContentType, ListAssetsRequest, ListAssetsResponse
from google.protobuf.json_format import MessageToDict

from scanner.collect.calls import UNEXPECTED, UnansweredError
from scanner.collect.gcp._answers import SDK_ERRORS, unanswered
from scanner.collect.gcp._gate import Gate
from scanner.collect.gcp._words import RESOURCE, Assets
from scanner.collect.once import Once
from scanner.model.snapshot import Reason

PAGE = 1000
"""Assets a page, the most there are."""
CUT = "MoreThanAnswered"
"""The detail of a gap for pages that do not end."""
_SECONDS = 120.0
_CUT_OFF = "assetExceptions"
_KUBERNETES = "k8s.io"
"""Types of objects in a cluster, which is a boundary of another provider."""
_LABELS = ("labels", "resourceLabels", "userLabels")

Json = dict[str, Any]
_Shares = Mapping[str, Mapping[str, list[bytes]]]
"""Project, folder or organization (``projects/1``) -> type -> its own assets, as JSON."""


class Moment:
    """The read time of a run: that of its first page, asked for ever after. Safe to call from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Any = None

    def opened(self, ask: Callable[[Any], Any]) -> Any:
        """What ``ask`` answers for the read time; the first has none, and the others wait for it."""
        with self._lock:
            if self._value is None:
                pager = ask(None)
                self._value = pager.read_time
                return pager
        return ask(self._value)


class Inventory:
    """What an organization, folder or project holds.

    ``types``: content -> the types that are wanted, ``None`` for all of them; ``told`` those that reads name.
    """

    def __init__(
        self,
        gate: Gate,
        parent: str,
        types: Mapping[str, tuple[str, ...] | None],
        told: frozenset[str],
        moment: Moment,
    ) -> None:
        self.parent = parent
        self._client = gate.assets
        self._heard = gate.heard
        self._types = types
        self._told = told
        self._moment = moment
        self._lock = threading.Lock()
        self._listed: dict[str, Once[_Shares]] = {}

    def assets(
        self, read: Assets, types: Iterable[str], holder: str | None, answered: Callable[[], None]
    ) -> list[Json]:
        """A holder's own assets of some types, or (none named) of every type that no read names.

        ``None`` is every holder. ``answered`` is called once a page. Raises `UnansweredError`, the same for
        all that ask.
        """
        shares = self._all(read.content, answered)
        holders = [shares.get(holder, {})] if holder is not None else list(shares.values())
        if types := tuple(types):
            return [orjson.loads(each) for own in holders for kind in types for each in own.get(kind, ())]
        if read.content != RESOURCE:
            return [orjson.loads(each) for own in holders for some in own.values() for each in some]
        return [
            _cut_down(orjson.loads(each))
            for own in holders
            for kind in sorted(own.keys() - self._told)
            if _KUBERNETES not in kind
            for each in own[kind]
        ]

    def holders(self, read: Assets, answered: Callable[[], None]) -> dict[str, list[Json]]:
        """Holder -> its assets of a type, for all that have any. Raises `UnansweredError`."""
        shares = self._all(read.content, answered)
        return {
            holder: [orjson.loads(each) for each in own[read.type or ""]]
            for holder, own in shares.items()
            if read.type in own
        }

    def _all(self, content: str, answered: Callable[[], None]) -> _Shares:
        with self._lock:
            share = self._listed.setdefault(content, Once())
        return share.answer(lambda: self._shared_out(content, answered))

    def _shared_out(self, content: str, answered: Callable[[], None]) -> _Shares:
        found: dict[str, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
        for asset in self._pages(content, answered):
            try:
                found[asset["ancestors"][0]][asset["assetType"]].append(orjson.dumps(asset))
            except (KeyError, IndexError, TypeError) as error:
                raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
        return {holder: dict(own) for holder, own in found.items()}

    def _told_of(self, page: Any) -> Iterator[Json]:
        """The assets of a page, each with what was left out of it."""
        left_out = exceptions(self._heard.body)
        for place, asset in enumerate(page.assets):
            found = whole(MessageToDict(asset))
            yield found | {_CUT_OFF: left_out[place]} if place in left_out else found

    def _pages(self, content: str, answered: Callable[[], None]) -> Iterator[Json]:
        def listed(moment: Any) -> Any:
            request = ListAssetsRequest(
                parent=self.parent,
                content_type=getattr(ContentType, content),
                asset_types=self._types[content] or (),
                page_size=PAGE,
                read_time=moment,
            )
            return self._client.list_assets(request=request, retry=None, timeout=_SECONDS)

        seen: set[str] = set()
        try:
            for page in self._moment.opened(listed).pages:
                answered()
                native = ListAssetsResponse.pb(page)
                if not native.HasField("read_time"):
                    raise UnansweredError(Reason.FAILED, UNEXPECTED)
                yield from self._told_of(native)
                if page.next_page_token in seen:
                    raise UnansweredError(Reason.FAILED, CUT)
                seen.add(page.next_page_token)
        except SDK_ERRORS as error:
            raise unanswered(error) from error


def exceptions(body: bytes) -> dict[int, Any]:
    """What was left out of assets, by their place on a page; the SDK's proto lacks ``assetExceptions``."""
    assets = orjson.loads(body).get("assets") or ()
    return {place: each[_CUT_OFF] for place, each in enumerate(assets) if _CUT_OFF in each}


def whole(value: Any) -> Any:
    """JSON with whole numbers as such: a proto ``Struct`` knows floating ones alone."""
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _cut_down(asset: Json) -> Json:
    """An asset of which nothing but its labels is told."""
    resource = asset.get("resource") or {}
    kept: Json = {"location": resource["location"]} if "location" in resource else {}
    if isinstance(data := resource.get("data"), dict):
        settings = data.get("settings")
        of_settings = settings.get("userLabels") if isinstance(settings, dict) else None
        kept["data"] = {key: data[key] for key in _LABELS if key in data}
        if of_settings is not None:
            kept["data"]["settings"] = {"userLabels": of_settings}
    told = ("name", "assetType", "ancestors", _CUT_OFF)
    return {key: asset[key] for key in told if key in asset} | {"resource": kept}
