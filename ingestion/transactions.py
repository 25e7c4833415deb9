"""X12 transactions on their way into bronze, whatever sets they are of.

Belongs here: adding provenance to the tables that `ingestion.x12` reads, keeping the load's account of
segments and money, and turning its findings into quarantine rows. Does not belong here: X12 itself, or which
files are read together (`ingestion.transaction_files`). A file's unit is the segment. Its source is that of
the first transaction that is read; its control amount is what its remittances pay (BPR02) and its claims
charge (CLM02), which one file hardly ever mixes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from ingestion.bronze import BronzeCommit
from ingestion.bronze_tables import PROVENANCE, x12_table_name
from ingestion.contracts.columns import IDENTIFIER_PATTERN
from ingestion.provenance import provenance_of
from ingestion.quarantine import LOAD, record_rows
from ingestion.register import Load
from ingestion.x12 import FILE, NOT_READ, FileAccount, X12Batch, X12Reading
from ingestion.x12 import QUARANTINE as SEVERE

TRANSACTION_SET_NOT_TAKEN = "transaction_set_not_taken"
SEGMENT = "segment"

_TRANSACTION = (FILE, "interchange_position", "transaction_position")
_OF_NO_SET = "transaction_set_not_read"


class NothingTakenError(Exception):
    """The file is X12, and every transaction in it is of a kind that is not taken.

    `reason` is that kind where there is only one that is known by name.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def taken(readings: Iterable[X12Reading]) -> Iterator[X12Reading]:
    """``readings`` of one file as they come.

    Raises `NothingTakenError` at the end when there were transactions and none of them is of a kind taken.
    """
    transactions = 0
    rules: list[str] = []
    for reading in readings:
        transactions += reading.counts.transactions_read
        rules.extend(reading.findings.filter(pl.col("rule").is_in(NOT_READ))["rule"])
        yield reading
    if (reason := _why_nothing_is_taken(transactions, rules)) is not None:
        raise NothingTakenError(reason)


def files_not_taken(batch: X12Batch) -> dict[int, str]:
    """Reason of each file of ``batch`` that holds transactions and none of a kind that is taken."""
    rules: dict[int, list[str]] = {}
    for place, rule in batch.findings.filter(pl.col("rule").is_in(NOT_READ)).select(FILE, "rule").iter_rows():
        rules.setdefault(place, []).append(rule)
    reasons = {
        place: _why_nothing_is_taken(batch.accounts[place].counts.transactions_read, refused)
        for place, refused in rules.items()
    }
    return {place: reason for place, reason in reasons.items() if reason is not None}


def without_files(batch: X12Batch, places: Mapping[int, object]) -> X12Batch:
    """``batch`` without the rows and the accounts of the files at these places."""
    if not places:
        return batch
    is_left = ~pl.col(FILE).is_in(list(places))
    return replace(
        batch,
        tables={name: table.filter(is_left) for name, table in batch.tables.items()},
        findings=batch.findings.filter(is_left),
        set_aside=batch.set_aside.filter(is_left),
        accounts={place: account for place, account in batch.accounts.items() if place not in places},
    )


def append_transactions(commit: BronzeCommit, loads: Sequence[Load], batches: Iterable[X12Batch]) -> int:
    """Append every table of ``batches`` and fill in the sources and counts of ``loads``.

    The file at a place of every batch is that of the load at this place. Returns the number of warnings.
    """
    waiting: list[pl.DataFrame] = []
    warnings = 0
    for batch in batches:
        for place, account in batch.accounts.items():
            _account(loads[place], account)
        for table, rows in batch.tables.items():
            if len(rows):
                commit.append(x12_table_name(table), _with_provenance(rows, loads))
        is_severe = batch.findings["severity"] == SEVERE
        warnings += int((~is_severe).sum())
        if is_severe.any():
            waiting.append(_problems(batch, is_severe))
    # Only now are the sources of the files certain, and each of these rows tells its own.
    for problems in waiting:
        commit.append("quarantine", record_rows(loads, problems))
    return warnings


def _why_nothing_is_taken(transactions: int, rules: Sequence[str]) -> str | None:
    """Reason when each of this many transactions is of a kind not taken; ``rules`` has one for each of
    those."""
    if not transactions or transactions != len(rules):
        return None
    kinds = set(rules)
    return TRANSACTION_SET_NOT_TAKEN if len(kinds) > 1 or _OF_NO_SET in kinds else kinds.pop()


def _account(load: Load, account: FileAccount) -> None:
    counts = account.counts
    load.record_unit = SEGMENT
    if load.source is None and account.sources:
        load.source = account.sources[0]
    load.records_read += counts.segments_read
    load.records_kept += counts.segments_kept
    load.records_quarantined += counts.segments_quarantined
    load.control_amount_read += counts.kept_control_amount + counts.quarantined_control_amount
    load.control_amount_kept += counts.kept_control_amount
    load.control_amount_quarantined += counts.quarantined_control_amount
    load.records_without_readable_amount += counts.quarantined_amounts_unreadable


def _with_provenance(rows: pl.DataFrame, loads: Sequence[Load]) -> pl.DataFrame:
    """The rows without `FILE` and with what says where they came from, without a query of the engine."""
    files, *columns = rows.get_columns()
    added = provenance_of(loads, files) | {"row_number": rows["segment_number"].alias("row_number")}
    return pl.DataFrame([*columns, *(added[name] for name in PROVENANCE)])


def _problems(batch: X12Batch, is_severe: pl.Series) -> pl.DataFrame:
    """Severe findings as problems of records; a transaction's amount stands on its first finding."""
    findings = batch.findings.filter(is_severe).sort(
        FILE, "segment_number", "rule", "element", maintain_order=True
    )
    is_first = pl.int_range(pl.len()).over(_TRANSACTION) == 0
    key = pl.col("business_key")
    return (
        findings.with_columns(is_first.alias("is_first"))
        .join(batch.set_aside, on=_TRANSACTION, how="left", maintain_order="left", nulls_equal=True)
        .select(
            pl.col(FILE).alias(LOAD),
            pl.col("segment_number").alias("record_number"),
            pl.int_range(1, pl.len() + 1).over(FILE, "segment_number").alias("problem_number"),
            pl.coalesce("element", "segment_id").alias("column_name"),
            "rule",
            "problem",
            pl.when(key.str.contains(IDENTIFIER_PATTERN)).then(key).alias("business_key"),
            pl.when("is_first").then("control_amount").alias("amount_at_stake"),
        )
    )
