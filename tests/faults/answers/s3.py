"""S3: the region of each bucket, which moto leaves out of the listing.

Shape: Amazon S3 API Reference, ListBuckets, ``Bucket``: there in every answer to a request that gives a
page size.
"""

from __future__ import annotations

import re


def _with_regions(body: bytes) -> bytes:
    from moto.s3.models import s3_backends  # noqa: PLC0415 - slow to import

    def place(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        partition, account = next(  # names are one's own in all accounts of a partition
            (key, owner)
            for owner, backends in s3_backends.items()
            for key, backend in backends.items()
            if name in backend.buckets
        )
        region = s3_backends[account][partition].buckets[name].region_name
        return found[0] + f"<BucketRegion>{region}</BucketRegion>".encode()

    return re.sub(rb"<Name>([^<]+)</Name>", place, body)


AMENDED = {"s3:ListBuckets": _with_regions}
