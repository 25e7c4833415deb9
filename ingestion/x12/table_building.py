"""What the table modules of all transaction sets share: keys, first children, and repeats in file order.

What belongs here: turning rows of the segment frame into columns, whatever the set. What does not: which
element means what.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.kernels import positions_at
from ingestion.x12.elements import Elements, blank_to_null
from ingestion.x12.envelope import Transaction
from ingestion.x12.findings import Findings
from ingestion.x12.segments import Mask, Rows, SegmentFrame

Columns = dict[str, pl.Series]
Builders = Mapping[str, tuple[Callable[[], pl.DataFrame], Rows]]
"""By table, what builds it, and the segments without which it is empty."""
Indexes = npt.NDArray[np.int32]


def last_of(is_event: Mask) -> npt.NDArray[np.int64]:
    """Return for each mark the index of the last event at or before it, -1 before the first."""
    return np.maximum.accumulate(np.where(is_event, np.arange(len(is_event)), -1))


def spread(values: npt.NDArray[np.int64], before: int, lengths: npt.NDArray[np.int64]) -> Indexes:
    """Give every segment the value of the last mark at or before it, `before` in front of the first."""
    return np.repeat(np.concatenate(([before], values)).astype(np.int32), lengths)


def picks(index: npt.NDArray[np.integer]) -> pl.Series:
    """Return indexes as the engine takes them, for `column[...]`; `gather` is a query and costs more."""
    return pl.Series(index.astype(np.uint32))


def gathered(columns: Columns, index: npt.NDArray[np.integer]) -> Columns:
    """Return `columns` at these indexes, null where the index is negative."""
    is_none = index < 0
    if is_none.all():
        return {
            name: pl.Series(name, [None], column.dtype).new_from_index(0, len(index))
            for name, column in columns.items()
        }
    at = picks(index)
    if is_none.any():
        at = at.set(pl.Series(is_none), None)
    return {name: column[at] for name, column in columns.items()}


def first_of_each(parents: int, parent_of: npt.NDArray[np.integer], children: Columns) -> Columns:
    """Return for each of `parents` its first child by `parent_of` (-1: no one's), null without one."""
    child_of = np.full(parents + 1, -1, np.int64)
    # Assigned backwards, so that the first child stays; the spare last place takes those of -1.
    child_of[parent_of[::-1]] = np.arange(len(parent_of) - 1, -1, -1)
    return gathered(children, child_of[:-1])


def in_file_order(groups: list[tuple[int, Rows, Columns]], position_name: str) -> tuple[Rows, Columns]:
    """Put the repeats of a segment under one another, by segment and then by their position in it."""
    rows = np.concatenate([rows for _, rows, _ in groups])
    positions = np.repeat(
        np.asarray([position for position, _, _ in groups], np.int32), [len(rows) for _, rows, _ in groups]
    )
    # The groups are in order already, and this way of sorting merges them.
    order = np.argsort(rows * (int(positions.max(initial=0)) + 1) + positions, kind="stable")
    names = groups[0][2]
    at = picks(order)
    columns = {name: pl.concat([columns[name] for _, _, columns in groups])[at] for name in names}
    return rows[order], columns | {position_name: pl.Series(positions[order])}


class TableBuilder(ABC):
    """The whole transactions of one set in one run, and the ways to take columns out of them."""

    schemas: ClassVar[Mapping[str, pl.Schema]]

    @classmethod
    def read_tables(
        cls, segments: SegmentFrame, transactions: list[Transaction], within: Mask, findings: Findings
    ) -> dict[str, pl.DataFrame]:
        """Return the typed tables of these whole transactions, whose segments are those `within` marks.

        Adds findings; a transaction that a finding sets aside is still in the tables, and the caller takes
        it out.
        """
        builder = cls(segments, transactions, within, findings)
        builder.prepare()
        builder.check_structure()
        return {
            name: build()[cls.schemas[name].names()] if len(rows) else pl.DataFrame(schema=cls.schemas[name])
            for name, (build, rows) in builder.builders().items()
        }

    def __init__(
        self, segments: SegmentFrame, transactions: list[Transaction], within: Mask, findings: Findings
    ) -> None:
        self.segments = segments
        self.transactions = transactions
        self.within = within
        self.findings = findings

    @abstractmethod
    def prepare(self) -> None:
        """Take out of the segments what several tables need."""

    @abstractmethod
    def check_structure(self) -> None:
        """Report segments that stand where they cannot."""

    @abstractmethod
    def builders(self) -> Builders:
        """Return what builds each table of `schemas`."""

    def rows(self, *segment_ids: str) -> Rows:
        """Return the rows of the segments with one of these ids."""
        return self.segments.rows(*segment_ids, within=self.within)

    def elements(self, segment_id: str, last: int) -> Elements:
        """Return the elements of every such segment up to `last`; what is beyond is no table's."""
        return Elements(self.findings, self.rows(segment_id), segment_id, last)

    def complete(self, segment_id: str, last: int) -> Elements:
        """Return the elements the standard defines; segments with more may be shifted, so report them."""
        elements = self.elements(segment_id, last)
        elements.report_rest()
        return elements

    def transaction_index(self, rows: Rows) -> Indexes:
        """Return for each row the index of its transaction among `transactions`."""
        starts = np.asarray([each.start for each in self.transactions], np.int64)
        return (np.searchsorted(starts, rows, side="right") - 1).astype(np.int32)

    def transaction_keys(self, rows: Rows) -> Columns:
        """Return the keys that every table has."""
        return {
            "interchange_position": positions_at(self.segments.interchange, rows),
            "transaction_position": positions_at(self.segments.transaction, rows),
            "segment_number": pl.Series(rows + self.segments.first_segment),
        }

    def envelope_columns(self) -> Columns:
        """Return the ENVELOPE columns, one row per transaction."""
        interchanges = [each.interchange for each in self.transactions]
        groups = [each.group for each in self.transactions]
        values: dict[str, list[str | None]] = {
            "interchange_sender_id": [each.sender_id if each else None for each in interchanges],
            "interchange_receiver_id": [each.receiver_id if each else None for each in interchanges],
            "interchange_control_number": [each.control_number if each else None for each in interchanges],
            "usage_indicator": [each.usage_indicator if each else None for each in interchanges],
            "group_sender_id": [each.sender_id if each else None for each in groups],
            "group_receiver_id": [each.receiver_id if each else None for each in groups],
            "group_control_number": [each.control_number if each else None for each in groups],
            "transaction_control_number": [each.control_number for each in self.transactions],
            "version": [each.version for each in self.transactions],
        }
        return {name: blank_to_null(pl.Series(texts, dtype=pl.String)) for name, texts in values.items()}
