"""The transaction sets that are read, and what the reader and the intake must know of each.

What belongs here: the registry, and nothing that only one set needs. A further set brings a module of tables
and an entry in `SETS`; no other module names a set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ingestion.x12 import acknowledgement_999, claim_837p, claim_acknowledgement_277, remittance_835
from ingestion.x12.claim_837p_schemas import PROTECTED_COLUMNS as CLAIM_PROTECTED
from ingestion.x12.claim_837p_schemas import SCHEMAS as CLAIM_SCHEMAS
from ingestion.x12.envelope import Transaction
from ingestion.x12.findings import Findings
from ingestion.x12.remittance_835_schemas import PROTECTED_COLUMNS as REMITTANCE_PROTECTED
from ingestion.x12.remittance_835_schemas import SCHEMAS as REMITTANCE_SCHEMAS
from ingestion.x12.segments import SEGMENTS_SCHEMA, Mask, SegmentFrame

SEGMENTS = "segments"
"""The one table that is of no set: every segment of the file, whether its transaction was kept or not."""

ReadTables = Callable[[SegmentFrame, list[Transaction], Mask, Findings], dict[str, pl.DataFrame]]
WhyNotRead = Callable[[SegmentFrame, list[Transaction]], list[str | None]]


@dataclass(frozen=True, slots=True)
class ControlAmount:
    """The amount by which what was read is checked: a column of a table, and the element it comes from.

    `is_one` says that a transaction has exactly one; any further one is a fault and does not count.
    """

    table: str
    column: str
    segment_id: str
    element: int
    is_one: bool


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """One set: ST01, the name of its source, its tables, and how they are read.

    `why_not_read` tells for transactions of this identifier which rule keeps each from being read, None where
    all of them are. `business_key` is segment and element of the sender's own name for the transaction.
    """

    identifier: str
    source: str
    schemas: dict[str, pl.Schema]
    protected_columns: dict[str, tuple[str, ...]]
    read_tables: ReadTables
    business_key: tuple[str, int]
    control: ControlAmount | None = None
    why_not_read: WhyNotRead | None = None


SETS: dict[str, TransactionSet] = {
    each.identifier: each
    for each in (
        TransactionSet(
            identifier="835",
            source="era",
            schemas=REMITTANCE_SCHEMAS,
            protected_columns=REMITTANCE_PROTECTED,
            read_tables=remittance_835.read_tables,
            business_key=("TRN", 2),
            control=ControlAmount("remittances", "payment_amount", "BPR", 2, is_one=True),
        ),
        TransactionSet(
            identifier="837",
            source="claim_submission",
            schemas=CLAIM_SCHEMAS,
            protected_columns=CLAIM_PROTECTED,
            read_tables=claim_837p.read_tables,
            business_key=("BHT", 3),
            control=ControlAmount("claim_submissions", "charge_amount", "CLM", 2, is_one=False),
            why_not_read=claim_837p.why_not_read,
        ),
        TransactionSet(
            identifier="999",
            source="functional_acknowledgement",
            schemas=acknowledgement_999.SCHEMAS,
            protected_columns=acknowledgement_999.PROTECTED_COLUMNS,
            read_tables=acknowledgement_999.read_tables,
            business_key=("AK1", 2),
        ),
        TransactionSet(
            identifier="277",
            source="claim_acknowledgement",
            schemas=claim_acknowledgement_277.SCHEMAS,
            protected_columns=claim_acknowledgement_277.PROTECTED_COLUMNS,
            read_tables=claim_acknowledgement_277.read_tables,
            business_key=("BHT", 3),
            why_not_read=claim_acknowledgement_277.why_not_read,
        ),
    )
}
"""The sets by ST01, in the order of their tables."""

SCHEMAS: dict[str, pl.Schema] = {
    **{name: schema for each in SETS.values() for name, schema in each.schemas.items()},
    SEGMENTS: SEGMENTS_SCHEMA,
}
"""Every table of a reading, whichever sets it holds."""

PROTECTED_COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: columns for each in SETS.values() for name, columns in each.protected_columns.items()},
    SEGMENTS: ("raw",),
}
"""Columns that can name a person or an account: never in a log, an error or a finding."""
