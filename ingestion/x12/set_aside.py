"""The transactions that were set aside: the sender's name for each, and the money that is in it.

What belongs here: reading these two out of transactions that may be broken anywhere, without findings. Why
they were set aside is said by the findings.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.x12.amounts import AMOUNT
from ingestion.x12.elements import Elements
from ingestion.x12.envelope import Transaction
from ingestion.x12.findings import Findings
from ingestion.x12.segments import Rows, SegmentFrame
from ingestion.x12.table_building import Indexes
from ingestion.x12.table_schemas import TRANSACTION, Types, texts
from ingestion.x12.transaction_sets import SETS, ControlAmount

_MONEY: Types = {"control_amount": AMOUNT, "unreadable_amounts": pl.Int64}

SET_ASIDE_SCHEMA = pl.Schema(TRANSACTION | texts("set_identifier", "business_key") | _MONEY)
"""One row per transaction. The amount is the sum of what can be read of it, null when nothing can."""


def set_aside_table(segments: SegmentFrame, transactions: list[Transaction]) -> pl.DataFrame:
    """Return the row of each of these transactions, in their order."""
    rows = pl.DataFrame(
        [
            (each.interchange.position if each.interchange else None, each.position, each.set_identifier)
            for each in transactions
        ],
        schema=list(SET_ASIDE_SCHEMA.items())[:3],
        orient="row",
    )
    tables = [_of_set(segments, transactions, identifier) for identifier in SETS]
    return rows.join(pl.concat(tables), on="transaction_position", how="left", maintain_order="left").select(
        SET_ASIDE_SCHEMA.names()
    )


def _of_set(segments: SegmentFrame, transactions: list[Transaction], identifier: str) -> pl.DataFrame:
    """Return key and money of the transactions of one set."""
    ours = [each for each in transactions if each.set_identifier == identifier]
    transaction_set = SETS[identifier]
    segment_id, element = transaction_set.business_key
    rows, index = _rows_within(segments, ours, segment_id)
    keys = pl.DataFrame(
        {
            "index": index,
            "business_key": Elements(Findings(segments), rows, segment_id, element).text(element),
        },
        schema_overrides={"index": pl.Int32},
    ).unique("index", keep="first", maintain_order=True)
    money = _control_amounts(segments, ours, transaction_set.control)
    return (
        pl.DataFrame(
            {"transaction_position": [each.position for each in ours]},
            schema={"transaction_position": pl.Int32},
        )
        .with_columns(index=pl.int_range(pl.len(), dtype=pl.Int32))
        .join(keys, on="index", how="left", maintain_order="left")
        .join(money, on="index", how="left", maintain_order="left")
        .with_columns(
            pl.col("unreadable_amounts").fill_null(
                int(transaction_set.control is not None and transaction_set.control.is_one)
            )
        )
        .drop("index")
    )


def _rows_within(
    segments: SegmentFrame, transactions: list[Transaction], segment_id: str
) -> tuple[Rows, Indexes]:
    """Return the segments of this id in these transactions, and the index of the transaction of each."""
    if not transactions:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    rows = segments.rows(segment_id)
    starts = np.asarray([each.start for each in transactions], np.int64)
    ends = np.asarray([each.end for each in transactions], np.int64)
    index = np.searchsorted(starts, rows, side="right") - 1
    is_within = (index >= 0) & (rows < ends[index])
    return rows[is_within], index[is_within].astype(np.int32)


def _control_amounts(
    segments: SegmentFrame, transactions: list[Transaction], control: ControlAmount | None
) -> pl.DataFrame:
    """Return per transaction that has any: the sum of its readable amounts, and how many are unreadable."""
    keys: Types = {"index": pl.Int32}
    schema = pl.Schema(keys | _MONEY)
    if control is None:
        return pl.DataFrame(schema=schema)
    rows, index = _rows_within(segments, transactions, control.segment_id)
    elements = Elements(Findings(segments), rows, control.segment_id, control.element)
    amounts = pl.DataFrame(
        {"index": index, "amount": elements.amount(control.element)}, schema_overrides={"index": pl.Int32}
    )
    if control.is_one:
        amounts = amounts.unique("index", keep="first", maintain_order=True)
    return (
        amounts.group_by("index", maintain_order=True)
        .agg(
            control_amount=pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()),
            unreadable_amounts=pl.col("amount").null_count(),
        )
        .cast(schema)
    )
