"""X12 remittances on their way into bronze.

Belongs here: adding provenance to the tables that `ingestion.x12` reads, keeping the load's account of
segments and money, and turning its findings into quarantine rows. Does not belong here: X12 itself. A file's
unit is the segment; its control amount is what the remittances pay (BPR02).
"""

from collections.abc import Iterable

import polars as pl

from ingestion.bronze import BronzeCommit
from ingestion.bronze_tables import PROVENANCE, x12_table_name
from ingestion.contracts.columns import IDENTIFIER_PATTERN
from ingestion.quarantine import LOAD, record_rows
from ingestion.register import Load
from ingestion.x12 import QUARANTINE as SEVERE
from ingestion.x12 import X12Reading
from ingestion.x12.amounts import amounts

_TRANSACTION = ("interchange_position", "transaction_position")


def append_remittances(commit: BronzeCommit, load: Load, readings: Iterable[X12Reading]) -> int:
    """Append every table of ``readings`` under ``load`` and fill in its counts.

    Returns the number of warnings.
    """
    warnings = 0
    for reading in readings:
        for table, rows in reading.tables.items():
            commit.append(x12_table_name(table), _with_provenance(load, rows))
        counts = reading.counts
        load.records_read += counts.segments_read
        load.records_kept += counts.segments_kept
        load.records_quarantined += counts.segments_quarantined
        load.control_amount_read += counts.kept_payment_amount + counts.quarantined_payment_amount
        load.control_amount_kept += counts.kept_payment_amount
        load.control_amount_quarantined += counts.quarantined_payment_amount
        load.records_without_readable_amount += counts.quarantined_payments_unreadable
        is_severe = reading.findings["severity"] == SEVERE
        warnings += int((~is_severe).sum())
        if is_severe.any():
            commit.append("quarantine", record_rows([load], _problems(reading, is_severe)))
    return warnings


def _with_provenance(load: Load, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.lit(load.file_hash).alias("file_hash"),
        pl.col("segment_number").alias("row_number"),
        pl.lit(load.load_id).alias("load_id"),
        pl.lit(load.loaded_on).alias("loaded_on"),
    ).select(*rows.columns, *PROVENANCE)


def _problems(reading: X12Reading, is_severe: pl.Series) -> pl.DataFrame:
    """Severe findings as problems of records; a transaction's amount stands on its first finding."""
    refused = _refused_payments(reading.tables["segments"])
    findings = reading.findings.filter(is_severe).sort(
        "segment_number", "rule", "element", maintain_order=True
    )
    is_first = pl.int_range(pl.len()).over(_TRANSACTION) == 0
    return (
        findings.with_columns(is_first.alias("is_first"))
        .join(refused, on=_TRANSACTION, how="left", maintain_order="left")
        .select(
            pl.lit(0, dtype=pl.UInt32).alias(LOAD),
            pl.col("segment_number").alias("record_number"),
            pl.int_range(1, pl.len() + 1).over("segment_number").alias("problem_number"),
            pl.coalesce("element", "segment_id").alias("column_name"),
            "rule",
            "problem",
            "business_key",
            pl.when("is_first").then("amount_at_stake").alias("amount_at_stake"),
        )
    )


def _refused_payments(segments: pl.DataFrame) -> pl.DataFrame:
    """Amount (BPR02) and trace (TRN02) of the refused transactions, null where they cannot be read."""
    refused = segments.filter(~pl.col("is_kept"), pl.col("segment_id").is_in(["BPR", "TRN"]))
    # The element separator is the character after the three letters of the id; both values are second
    # elements.
    second = pl.col("raw").str.split(pl.col("raw").str.slice(3, 1)).list.get(2, null_on_oob=True)
    told = refused.select(*_TRANSACTION, "segment_id", second.alias("value")).unique(
        [*_TRANSACTION, "segment_id"], keep="first", maintain_order=True
    )
    payments = told.filter(pl.col("segment_id") == "BPR").with_columns(
        amounts(told.filter(pl.col("segment_id") == "BPR")["value"]).alias("amount_at_stake")
    )
    traces = told.filter(pl.col("segment_id") == "TRN", pl.col("value").str.contains(IDENTIFIER_PATTERN))
    return payments.select(*_TRANSACTION, "amount_at_stake").join(
        traces.select(*_TRANSACTION, pl.col("value").alias("business_key")),
        on=_TRANSACTION,
        how="full",
        coalesce=True,
    )
