"""Amazon Redshift: data shares, which moto lacks.

Shape: Amazon Redshift API Reference, DescribeDataSharesForProducer, ``DataShare``. A cluster named
``...sharing`` shares with one account.
"""

from __future__ import annotations

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
