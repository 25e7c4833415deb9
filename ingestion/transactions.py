"""X12 transactions on their way into bronze, whatever sets they are of.

Belongs here: adding provenance to the tables that `ingestion.x12` reads, keeping the load's account of
segments and money, and turning its findings into quarantine rows. Does not belong here: X12 itself. A file's
unit is the segment. Its source is that of the first transaction that is read; its control amount is what its
remittances pay (BPR02) and its claims charge (CLM02), which one file hardly ever mixes.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from ingestion.bronze import BronzeCommit
from ingestion.bronze_tables import PROVENANCE, x12_table_name
from ingestion.contracts.columns import IDENTIFIER_PATTERN
from ingestion.quarantine import LOAD, record_rows
from ingestion.register import Load
from ingestion.x12 import NOT_READ, X12Reading
from ingestion.x12 import QUARANTINE as SEVERE

TRANSACTION_SET_NOT_TAKEN = "transaction_set_not_taken"
SEGMENT = "segment"

_TRANSACTION = ("interchange_position", "transaction_position")
_OF_NO_SET = "transaction_set_not_read"


class NothingTakenError(Exception):
    """The file is X12, and every transaction in it is of a kind that is not taken.

    `reason` is that kind where there is only one that is known by name.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def taken(readings: Iterable[X12Reading]) -> Iterator[X12Reading]:
    """``readings`` as they come.

    Raises `NothingTakenError` at the end when there were transactions and none of them is of a kind taken.
    """
    transactions = others = 0
    rules: set[str] = set()
    for reading in readings:
        transactions += reading.counts.transactions_read
        refused = reading.findings.filter(pl.col("rule").is_in(NOT_READ))["rule"]
        others += len(refused)
        rules.update(refused)
        yield reading
    if transactions and transactions == others:
        named = rules - {_OF_NO_SET}
        raise NothingTakenError(rules.pop() if len(rules) == 1 and named else TRANSACTION_SET_NOT_TAKEN)


def append_transactions(commit: BronzeCommit, load: Load, readings: Iterable[X12Reading]) -> int:
    """Append every table of ``readings`` under ``load`` and fill in its source and its counts.

    Returns the number of warnings.
    """
    load.record_unit = SEGMENT
    waiting: list[pl.DataFrame] = []
    warnings = 0
    for reading in readings:
        if load.source is None and reading.sources:
            load.source = reading.sources[0]
        for table, rows in reading.tables.items():
            commit.append(x12_table_name(table), _with_provenance(load, rows))
        _account(load, reading)
        is_severe = reading.findings["severity"] == SEVERE
        warnings += int((~is_severe).sum())
        if is_severe.any():
            waiting.append(_problems(reading, is_severe))
    # Only now is the source of the file certain, and each of these rows tells it.
    for problems in waiting:
        commit.append("quarantine", record_rows([load], problems))
    return warnings


def _account(load: Load, reading: X12Reading) -> None:
    counts = reading.counts
    load.records_read += counts.segments_read
    load.records_kept += counts.segments_kept
    load.records_quarantined += counts.segments_quarantined
    load.control_amount_read += counts.kept_control_amount + counts.quarantined_control_amount
    load.control_amount_kept += counts.kept_control_amount
    load.control_amount_quarantined += counts.quarantined_control_amount
    load.records_without_readable_amount += counts.quarantined_amounts_unreadable


def _with_provenance(load: Load, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.lit(load.file_hash).alias("file_hash"),
        pl.col("segment_number").alias("row_number"),
        pl.lit(load.load_id).alias("load_id"),
        pl.lit(load.loaded_on).alias("loaded_on"),
    ).select(*rows.columns, *PROVENANCE)


def _problems(reading: X12Reading, is_severe: pl.Series) -> pl.DataFrame:
    """Severe findings as problems of records; a transaction's amount stands on its first finding."""
    findings = reading.findings.filter(is_severe).sort(
        "segment_number", "rule", "element", maintain_order=True
    )
    is_first = pl.int_range(pl.len()).over(_TRANSACTION) == 0
    key = pl.col("business_key")
    return (
        findings.with_columns(is_first.alias("is_first"))
        .join(reading.set_aside, on=_TRANSACTION, how="left", maintain_order="left", nulls_equal=True)
        .select(
            pl.lit(0, dtype=pl.UInt32).alias(LOAD),
            pl.col("segment_number").alias("record_number"),
            pl.int_range(1, pl.len() + 1).over("segment_number").alias("problem_number"),
            pl.coalesce("element", "segment_id").alias("column_name"),
            "rule",
            "problem",
            pl.when(key.str.contains(IDENTIFIER_PATTERN)).then(key).alias("business_key"),
            pl.when("is_first").then("control_amount").alias("amount_at_stake"),
        )
    )
