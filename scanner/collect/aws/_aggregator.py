"""Buckets from an AWS Config aggregator, where there is one: six reads of each bucket fewer.

AWS Config API, DescribeConfigurationAggregators, ListAggregateDiscoveredResources and
BatchGetAggregateResourceConfig (https://docs.aws.amazon.com/config/latest/APIReference/). An item counts only
while the recorder of the bucket's own account and region runs and delivers; in every other case, and for
every bucket and fact that AWS Config does not know, S3 is asked. Nothing here ever makes a gap.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.collect.aws._beside import AGGREGATORS, ITEMS, RECORDERS, RESOURCES
from scanner.collect.aws._desk import AwsDesk
from scanner.collect.aws._recorded import FACTS, UNRECORDED, recorded
from scanner.collect.calls import Read, UnansweredError

READS = (AGGREGATORS, RESOURCES, ITEMS, RECORDERS)
"""Made beside the call table: without them all is read all the same, only slower."""
_AT_ONCE = 100
_BUCKET = "AWS::S3::Bucket"
_PRESENT = frozenset({"OK", "ResourceDiscovered"})


@dataclass(frozen=True, slots=True)
class Aggregator:
    """An aggregator of one's own account, by name and region."""

    name: str
    region: str
    desk: AwsDesk

    def buckets(self, account: str) -> dict[str, Mapping[str, Any]]:
        """Bucket name -> its configuration item, of all buckets of an account that are recorded."""
        asked = {"ConfigurationAggregatorName": self.name}
        filters = {"ResourceType": _BUCKET, "Filters": {"AccountId": account}}
        listed = self.desk.ask(RESOURCES, {**asked, **filters}, region=self.region) or {}
        wanted = [one for one in listed.get("ResourceIdentifiers", ()) if one["SourceAccountId"] == account]
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            params = {**asked, "ResourceIdentifiers": wanted[start : start + _AT_ONCE]}
            answer = self.desk.ask(ITEMS, params, region=self.region) or {}
            for item in answer.get("BaseConfigurationItems", ()):
                if item.get("configurationItemStatus") in _PRESENT:
                    found[str(item.get("resourceName") or item["resourceId"])] = item
        return found


def find(desk: AwsDesk, regions: Iterable[str]) -> Aggregator | None:
    """The first aggregator in some regions, or none; also where that may not be asked."""
    for region in dict.fromkeys(regions):
        try:
            answer = desk.ask(AGGREGATORS, {}, region=region) or {}
        except UnansweredError:
            continue
        for found in answer.get("ConfigurationAggregators", ()):
            return Aggregator(str(found["ConfigurationAggregatorName"]), region, desk)
    return None


class RecordedDesk(AwsDesk):
    """A desk that answers reads of buckets from an aggregator, where it can."""

    def __init__(self, aggregator: Aggregator, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._aggregator = aggregator
        self._items: Mapping[str, Mapping[str, Any]] | None = None
        self._running: dict[str, bool] = {}
        self._loading = threading.Lock()

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`."""
        if read.service == "s3" and read.operation in FACTS:
            answer = recorded(self._item(str(params["Bucket"])), read.operation)
            if answer is not UNRECORDED and (answer is not None or absent):
                self._ledger.spared(self.scope, read.name)
                return None if answer is None else dict(answer)
        return super().ask(read, params, region=region, absent=absent)

    def _item(self, bucket: str) -> Mapping[str, Any]:
        """What is recorded of a bucket; nothing where the recorder of its region does not run."""
        with self._loading:
            if self._items is None:
                try:
                    self._items = self._aggregator.buckets(self.scope.boundary)
                except (UnansweredError, KeyError, TypeError):
                    self._items = {}
            item = self._items.get(bucket, {})
            return item if item and self._runs(str(item.get("awsRegion", ""))) else {}

    def _runs(self, region: str) -> bool:
        if region not in self._running:
            try:
                answer = super().ask(RECORDERS, {}, region=region) or {}
            except UnansweredError:
                answer = {}
            states = answer.get("ConfigurationRecordersStatus", ())
            self._running[region] = any(
                state.get("recording") is True and str(state.get("lastStatus", "")).upper() == "SUCCESS"
                for state in states
            )
        return self._running[region]
