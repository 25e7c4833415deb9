"""BAI2 statements on their way into bronze: the entries of groups that hold, the reasons for the others.

Belongs here: the lines of a file, provenance, the load's account of records and money, quarantine rows. Does
not belong here: BAI2 itself (`ingestion.bai2`). A file's unit is the record, which is a line of it; its
control amount is what its entries move, money that leaves an account in the negative.
"""

import codecs
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import BinaryIO

import polars as pl

from ingestion.bai2 import RULES, StatementPart, read_statement
from ingestion.bai2.entries import Entry
from ingestion.bronze import BronzeCommit
from ingestion.bronze_tables import PROVENANCE, TABLES
from ingestion.contracts.columns import IDENTIFIER_PATTERN
from ingestion.money import MONEY, amount_expression, decimal_of
from ingestion.quarantine import LOAD, record_rows
from ingestion.readers.csv import BLOCK, RECORD_TOO_LONG, UnreadableCsvError
from ingestion.register import Load

SOURCE = "bank_deposits"
RECORD = "record"

_ENTRIES_AT_ONCE = 50_000
# The fields of an entry in their order, as `ingestion.bai2.entries` says.
_ENTRY: dict[str, pl.DataType] = {
    **{
        "cents" if name == "amount" else name: pl.Int64() if name == "amount" else kind
        for name, kind in TABLES[SOURCE].items()
        if name not in PROVENANCE
    },
    "row_number": pl.Int64(),
}
_PROBLEM: dict[str, pl.DataType] = {
    LOAD: pl.UInt32(),
    "record_number": pl.Int64(),
    "problem_number": pl.Int64(),
    "column_name": pl.String(),
    "rule": pl.String(),
    "problem": pl.String(),
    "business_key": pl.String(),
    "amount_at_stake": MONEY,
}


def statement_parts(stream: BinaryIO, encoding: str) -> Iterator[StatementPart]:
    """The parts of the statement in ``stream``, which is read line by line.

    Raises `ingestion.bai2.Bai2Refused`, and `UnreadableCsvError` where a line is too long to be one.
    """
    return read_statement(_lines(stream, encoding))


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    mark = codecs.BOM_UTF8
    while line := stream.readline(BLOCK):
        if len(line) == BLOCK:
            raise UnreadableCsvError(RECORD_TOO_LONG)
        line, mark = line.removeprefix(mark), b""
        # Some systems end lines with a carriage return alone.
        yield from line.decode(encoding, errors="replace").rstrip("\r\n").split("\r")


def append_statement(commit: BronzeCommit, load: Load, parts: Iterable[StatementPart]) -> None:
    """Append the entries of ``parts`` under ``load``, and the reasons for what is set aside; count both."""
    load.source, load.record_unit = SOURCE, RECORD
    entries: list[Entry] = []
    broken: list[StatementPart] = []
    for part in parts:
        _account(load, part)
        entries += part.rows
        if part.problem is not None:
            broken.append(part)
        if len(entries) >= _ENTRIES_AT_ONCE:
            commit.append(SOURCE, _entry_rows(load, entries))
            entries = []
    commit.append(SOURCE, _entry_rows(load, entries))
    commit.append("quarantine", record_rows([load], _problem_rows(broken)))


def _account(load: Load, part: StatementPart) -> None:
    amount = decimal_of(part.cents)
    is_kept = part.problem is None
    load.records_read += part.records
    load.records_kept += part.records if is_kept else 0
    load.records_quarantined += 0 if is_kept else part.records
    load.control_amount_read += amount
    load.control_amount_kept += amount if is_kept else Decimal(0)
    load.control_amount_quarantined += Decimal(0) if is_kept else amount
    load.records_without_readable_amount += part.unreadable


def _entry_rows(load: Load, entries: list[Entry]) -> pl.DataFrame:
    return (
        pl.DataFrame(entries, schema=_ENTRY, orient="row")
        .with_columns(
            amount_expression(pl.col("cents")).alias("amount"),
            pl.lit(load.file_hash).alias("file_hash"),
            pl.lit(load.load_id).alias("load_id"),
            pl.lit(load.loaded_on, dtype=pl.Date).alias("loaded_on"),
        )
        .select(TABLES[SOURCE].names())
    )


def _problem_rows(broken: list[StatementPart]) -> pl.DataFrame:
    rows = [
        (
            0,
            part.problem.record_number,
            1,
            part.problem.field,
            part.problem.rule,
            RULES[part.problem.rule],
            part.key,
            decimal_of(part.cents) if part.cents or not part.unreadable else None,
        )
        for part in broken
        if part.problem is not None
    ]
    frame = pl.DataFrame(rows, schema=_PROBLEM, orient="row")
    key = pl.col("business_key")
    is_shown = key.str.split("|").list.eval(pl.element().str.contains(IDENTIFIER_PATTERN)).list.all()
    return frame.with_columns(pl.when(is_shown).then(key).alias("business_key"))
