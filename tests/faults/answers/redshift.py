"""Amazon Redshift: data shares, which moto lacks, and snapshots, of which it lists more than was asked for.

Shape: Amazon Redshift API Reference, DescribeDataSharesForProducer, ``DataShare``. A cluster named
``...sharing`` shares with one account. DescribeClusterSnapshots with ``SnapshotType`` ``manual`` has no
automated ones.
"""

from __future__ import annotations

import re

from tests.faults.wire import Request

CONSUMER = "999999999999"
_SHARE = """<member><DataShareArn>{arn}</DataShareArn><ProducerArn>{producer}</ProducerArn>
<AllowPubliclyAccessibleConsumers>false</AllowPubliclyAccessibleConsumers><DataShareAssociations><member>
<ConsumerIdentifier>{consumer}</ConsumerIdentifier><Status>ACTIVE</Status></member></DataShareAssociations></member>"""


def _shares(request: Request) -> bytes:
    producer = request.params["ProducerArn"]
    if ":namespace:" not in producer:
        raise ValueError(producer)
    arn = producer.replace(":namespace:", ":datashare:") + "/features"
    share = _SHARE.format(arn=arn, producer=producer, consumer=CONSUMER)
    return (
        '<DescribeDataSharesForProducerResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">'
        f"<DescribeDataSharesForProducerResult><DataShares>{share}</DataShares>"
        "</DescribeDataSharesForProducerResult></DescribeDataSharesForProducerResponse>"
    ).encode()


ANSWERS = {"redshift:DescribeDataSharesForProducer": _shares}


def _manual(body: bytes) -> bytes:
    snapshots = re.compile(rb"<Snapshot>.*?</Snapshot>", re.DOTALL)
    automated = b"<SnapshotType>automated</SnapshotType>"
    return snapshots.sub(lambda found: b"" if automated in found[0] else found[0], body)


AMENDED = {"redshift:DescribeClusterSnapshots": _manual}
