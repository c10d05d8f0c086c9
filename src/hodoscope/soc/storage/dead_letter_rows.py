"""Dead letters as Arrow rows."""

from collections.abc import Sequence

import pyarrow as pa

from hodoscope.soc.record import SkippedRecord

DEAD_LETTER_SCHEMA: pa.Schema = pa.schema(
    [
        ("tenant_id", pa.string()),
        ("source_id", pa.string()),
        ("path", pa.string()),
        ("position", pa.uint64()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("raw", pa.binary()),
    ]
)


def to_rows(skipped: Sequence[SkippedRecord], tenant: str) -> pa.Table:
    """One row per record. Paths that are not UTF-8 are written with replacement characters: they are for people."""
    return pa.table(
        [
            [tenant] * len(skipped),
            [record.source_id for record in skipped],
            [_text(record.path) for record in skipped],
            [record.position for record in skipped],
            [record.reason for record in skipped],
            [_text(record.detail) for record in skipped],
            [record.raw for record in skipped],
        ],
        schema=DEAD_LETTER_SCHEMA,
    )


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
