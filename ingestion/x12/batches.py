"""Many small files read as one: a reading costs per call far more than per segment, so files share the calls.

What belongs here: putting files behind one another, and giving every row back to its file. What does not: how
anything is read; a file in a batch gives exactly the rows and the accounts that `read_x12` gives for it.

Files of the same delimiters become one stretch of segments, in which every file begins with its ISA and the
envelope starts anew. Its positions and segment numbers count through the batch; what had been counted when a
file began is taken off again in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.x12.delimiters import Delimiters
from ingestion.x12.envelope import Envelope, Transaction
from ingestion.x12.reader import (
    EMPTY,
    NO_FINDINGS,
    NOTHING_SET_ASIDE,
    ZERO,
    Counts,
    Part,
    X12Reading,
    envelope_table,
    in_order,
    read_part,
    read_x12,
    segments_not_read,
    sources_of,
    stacked,
)
from ingestion.x12.segments import Rows, SegmentFrame, frame_of_files
from ingestion.x12.splitting import Run, X12Refused, runs_of
from ingestion.x12.transaction_sets import SEGMENTS, SETS

FILE = "file_position"
"""The column that tells the place of a row's file in its batch, from 0."""

_Files = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What `X12Reading` says of one file beside its rows."""

    counts: Counts
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class X12Batch:
    """What was read of several files: tables as those of `X12Reading`, each with `FILE` in front.

    By the place of a file, `accounts` has every one that was read and `refused` the reason of every other.
    Rows come file after file, and within a file as `read_x12` has them.
    """

    tables: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    set_aside: pl.DataFrame
    accounts: dict[int, FileAccount]
    refused: dict[int, str]


def read_x12_files(files: Sequence[bytes]) -> X12Batch:
    """Read whole files held in memory, each as `read_x12` would; a refused one is told and stops no other."""
    alike: dict[Delimiters, list[tuple[int, Run]]] = {}
    alone: list[int] = []
    refused: dict[int, str] = {}
    for place, data in enumerate(files):
        try:
            runs = runs_of(data)
        except X12Refused as refusal:
            refused[place] = refusal.reason
            continue
        if len(runs) == 1 and not runs[0].preamble and runs[0].data.startswith(b"ISA"):
            alike.setdefault(runs[0].delimiters, []).append((place, runs[0]))
        else:
            alone.append(place)
    batches = [batch_of_one(read_x12(files[place]), place) for place in alone]
    batches += [
        _read_alike([place for place, _ in each], [run for _, run in each]) for each in alike.values()
    ]
    return _in_file_order(batches, refused)


def batch_of_one(reading: X12Reading, place: int = 0) -> X12Batch:
    """Return the reading of one file, or of one part of it, as that of a batch in which it has this place."""
    file = pl.Series(FILE, [place], pl.UInt32)

    def placed(table: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame([file.new_from_index(0, len(table)), *table.get_columns()])

    return X12Batch(
        {name: placed(table) for name, table in reading.tables.items()},
        placed(reading.findings),
        placed(reading.set_aside),
        {place: FileAccount(reading.counts, reading.sources)},
        {},
    )


@dataclass(frozen=True, slots=True)
class _Borders:
    """What had been counted when each file began; `places` are those of the files in the whole batch."""

    places: _Files
    counted: dict[str, Rows]

    @classmethod
    def of(cls, segments: SegmentFrame, starts: Rows, places: Sequence[int]) -> _Borders:
        """Find them in the walked segments of the files that begin at `starts`."""
        return cls(
            np.asarray(places, np.uint32),
            {
                "segment_number": starts,
                "interchange_position": segments.interchange[starts].astype(np.int64) - 1,
                "group_position": np.searchsorted(segments.rows("GS"), starts),
                "transaction_position": np.searchsorted(segments.rows("ST"), starts),
            },
        )

    def index(self, table: pl.DataFrame, name: str) -> Rows:
        """Return for each row the index of its file, told by the column `name`, which is never null."""
        return np.searchsorted(self.counted[name], table[name].to_numpy() - 1, side="right") - 1

    def given_back(self, table: pl.DataFrame, told_by: str = "segment_number") -> pl.DataFrame:
        """Return the table with `FILE`, and with its numbers counted in each file from 1."""
        index = self.index(table, told_by)
        local = [
            (pl.col(name) - pl.Series(name, counted[index])).cast(table.schema[name])
            for name, counted in self.counted.items()
            if name in table.columns
        ]
        return table.with_columns(local).select(pl.Series(FILE, self.places[index]), pl.all())


def _read_alike(places: Sequence[int], runs: Sequence[Run]) -> X12Batch:
    """Read whole files of the same delimiters, each of which is one run."""
    segments, starts = frame_of_files(runs)
    envelope = Envelope()
    walk = envelope.walk(segments, frozenset(starts.tolist()))
    part = Part("", segments, walk)
    reading = read_part(part)
    findings = in_order(stacked([reading.findings, envelope_table(envelope.finish())], NO_FINDINGS))
    borders = _Borders.of(segments, starts, places)
    accounts = _accounts(part, reading, borders, segments_not_read(findings))
    return X12Batch(
        {name: borders.given_back(table) for name, table in reading.tables.items()},
        borders.given_back(findings),
        borders.given_back(reading.set_aside, "transaction_position"),
        accounts,
        {},
    )


def _accounts(
    part: Part, reading: X12Reading, borders: _Borders, not_read: set[int]
) -> dict[int, FileAccount]:
    """Return the account of each file, by its place."""
    files = len(borders.places)
    transactions: list[list[Transaction]] = [[] for _ in range(files)]
    starts = np.asarray([each.start for each in part.walk.transactions], np.int64)
    indexes = np.searchsorted(borders.counted["segment_number"], starts, side="right") - 1
    for index, transaction in zip(indexes.tolist(), part.walk.transactions, strict=True):
        transactions[index].append(transaction)
    counts = _counts(reading, borders, [len(each) for each in transactions])
    return {
        place: FileAccount(counts[index], sources_of(transactions[index], part.segments, not_read))
        for index, place in enumerate(borders.places.tolist())
    }


def _counts(reading: X12Reading, borders: _Borders, transactions: Sequence[int]) -> list[Counts]:
    """Return the counts of each file, by its index; `transactions` is how many it has."""
    files = len(transactions)
    segments, set_aside = reading.tables[SEGMENTS], reading.set_aside
    index = borders.index(segments, "segment_number")
    read = np.bincount(index, minlength=files)
    kept = np.bincount(index[segments["is_kept"].to_numpy()], minlength=files)
    out_index = borders.index(set_aside, "transaction_position")
    out = np.bincount(out_index, minlength=files)
    unreadable = np.zeros(files, np.int64)
    np.add.at(unreadable, out_index, set_aside["unreadable_amounts"].fill_null(0).to_numpy())
    kept_amounts, out_amounts = [ZERO] * files, [ZERO] * files
    for control in (each.control for each in SETS.values() if each.control):
        table = reading.tables[control.table]
        _add_up(kept_amounts, borders.index(table, "segment_number"), table[control.column])
    _add_up(out_amounts, out_index, set_aside["control_amount"])
    return [
        Counts(
            segments_read=int(read[file]),
            segments_kept=int(kept[file]),
            segments_quarantined=int(read[file] - kept[file]),
            transactions_read=transactions[file],
            transactions_kept=transactions[file] - int(out[file]),
            transactions_quarantined=int(out[file]),
            kept_control_amount=kept_amounts[file],
            quarantined_control_amount=out_amounts[file],
            quarantined_amounts_unreadable=int(unreadable[file]),
        )
        for file in range(files)
    ]


def _add_up(totals: list[Decimal], index: Rows, amounts: pl.Series) -> None:
    """Add the amounts of each file to its total."""
    sums = pl.DataFrame({"file": index, "amount": amounts}).group_by("file").agg(pl.col("amount").sum())
    for file, amount in sums.iter_rows():
        totals[file] += amount or ZERO


def _in_file_order(batches: Sequence[X12Batch], refused: dict[int, str]) -> X12Batch:
    """Put batches of different files together."""

    def joined(tables: list[pl.DataFrame], empty: pl.DataFrame) -> pl.DataFrame:
        table = stacked(tables, empty.select(pl.lit(None, dtype=pl.UInt32).alias(FILE), pl.all()).clear())
        return table.sort(FILE, maintain_order=True) if len(batches) > 1 else table

    return X12Batch(
        {name: joined([each.tables[name] for each in batches], empty) for name, empty in EMPTY.items()},
        joined([each.findings for each in batches], NO_FINDINGS),
        joined([each.set_aside for each in batches], NOTHING_SET_ASIDE),
        {place: account for each in batches for place, account in each.accounts.items()},
        refused,
    )
