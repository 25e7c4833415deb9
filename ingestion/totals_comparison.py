"""The totals of the files of a batch, each compared with the rows of its own file.

Belongs here: which rows of a batch are of which file. Does not belong here: the comparison itself
(`ingestion.stated_totals`), or the account of a file (`ingestion.row_sources`). Most batches hold no total,
and then nothing is added up; a file that comes in stretches is, because nobody knows how it ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.headers import HeaderMatch
from ingestion.profiles.rewriting import rewritten
from ingestion.quarantine import LOAD
from ingestion.readers.fields import typed
from ingestion.readers.totals import TotalsRecord, figures_in
from ingestion.stated_totals import (
    Amounts,
    Difference,
    Figure,
    StatedTotal,
    TotalsAbove,
    figures_of,
    in_cents,
    money_columns,
)

# Why records are left out: they are counted as read, and are no records of the source.
ABOVE_HEADER = "above_header"
BLANK = "blank"
TOTALS = "totals"
BY_PROFILE = "by_profile"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is no record in files of one header: totals with the place of their load, what a profile skips.

    ``skipped`` has load, record number and the columns of amounts as text.
    """

    match: HeaderMatch
    totals: list[tuple[int, StatedTotal]]
    skipped: pl.DataFrame

    def add(self, load_position: int, records: Iterable[TotalsRecord]) -> None:
        """Add the totals of a load whose fields are not those of the header."""
        if is_compared(self.match):
            self.totals.extend(
                (load_position, StatedTotal(each.number, figures=each.figures)) for each in records
            )


def is_compared(match: HeaderMatch) -> bool:
    """Whether the totals of an export are of its rows; its profile may say that they are not."""
    return match.profile is None or match.profile.totals == "compared"


def left_out_of(
    match: HeaderMatch, read: pl.DataFrame, texts: pl.DataFrame, reasons: pl.Series | None
) -> LeftOut:
    """What ``reasons`` leave out: of ``texts`` by the contract's columns, of ``read`` by the file's."""
    amounts = [LOAD, "row_number", *money_columns(match)]
    if reasons is None:
        return LeftOut(match, [], texts.select(amounts).clear())
    is_total = (reasons == TOTALS).fill_null(False)
    if not is_compared(match):
        is_total = is_total & False
    told = texts.filter(is_total).select(amounts).iter_rows()
    cells = read.filter(is_total).iter_rows()
    totals = []
    for (position, number, *stated), row in zip(told, cells, strict=True):
        columns = {name: text for name, text in zip(amounts[2:], stated, strict=True) if text is not None}
        figures = () if columns else figures_in(cell.strip() for cell in row if cell is not None)
        totals.append((position, StatedTotal(number, columns, figures)))
    return LeftOut(match, totals, texts.filter(reasons == BY_PROFILE).select(amounts))


class TotalsComparison:
    """Compares the totals of batch after batch."""

    def __init__(self, *, is_one_file: bool) -> None:
        self._is_one_file = is_one_file
        self._above: TotalsAbove | None = None

    def compare(
        self, rows: pl.DataFrame, unreadable: pl.DataFrame, left_out: Sequence[LeftOut]
    ) -> list[tuple[int, Difference]]:
        """The totals that differ, each with the place of its load.

        ``rows`` are the typed records, load after load in the order of their numbers; ``unreadable`` has load
        and number of each record of which some amount is not known. A total below all records of a stretch
        waits for what comes.
        """
        if not self._is_one_file and not any(each.totals for each in left_out):
            return []
        stated = _stated(left_out)
        matches = {position: match for position, (match, _) in stated.items()}
        if self._is_one_file:
            matches = {0: left_out[0].match}
        if self._is_one_file and unreadable.is_empty() and not stated and not self._has_waiting:
            self._pass_over(rows, _skipped_amounts(left_out), money_columns(left_out[0].match))
            return []
        records, skipped = _ByLoad(rows), _ByLoad(_skipped_amounts(left_out))
        unknown = dict(unreadable.group_by(LOAD).agg("row_number").iter_rows())
        found = []
        for position, match in sorted(matches.items()):
            columns = money_columns(match)
            differences = self._of_the_file(columns).add(
                records.amounts(position, columns),
                skipped.amounts(position, columns),
                unknown.get(position, []),
                stated.get(position, (match, []))[1],
                is_end=not self._is_one_file,
            )
            found += [(position, difference) for difference in differences]
        return found

    @property
    def _has_waiting(self) -> bool:
        return self._above is not None and self._above.has_waiting

    def _pass_over(self, rows: pl.DataFrame, skipped: pl.DataFrame, columns: Sequence[str]) -> None:
        above = self._of_the_file(columns)
        above.pass_over(rows.height, _sums(rows, columns), skipped.height, _sums(skipped, columns))

    def rest(self) -> list[Difference]:
        """The totals below the last record of a file that came in stretches that differ."""
        if self._above is None:
            return []
        above, self._above = self._above, None
        return above.end()

    def _of_the_file(self, columns: Sequence[str]) -> TotalsAbove:
        if not self._is_one_file:
            return TotalsAbove(columns)
        if self._above is None:
            self._above = TotalsAbove(columns)
        return self._above


def _stated(left_out: Sequence[LeftOut]) -> dict[int, tuple[HeaderMatch, list[Figure]]]:
    """The header of each load that states totals, and their figures."""
    stated: dict[int, tuple[HeaderMatch, list[Figure]]] = {}
    for each in left_out:
        figures = figures_of(each.match, [total for _, total in each.totals])
        for (position, _), found in zip(each.totals, figures, strict=True):
            stated.setdefault(position, (each.match, []))[1].extend(found)
    return stated


def _skipped_amounts(left_out: Sequence[LeftOut]) -> pl.DataFrame:
    frames = [pl.DataFrame(schema={LOAD: pl.UInt32, "row_number": pl.Int64})]
    for each in left_out:
        texts, _ = rewritten(each.match.contract, each.skipped, each.match.profile, None)
        amounts = [typed("money", texts[name]).values.alias(name) for name in money_columns(each.match)]
        frames.append(texts.select(LOAD, "row_number").with_columns(amounts))
    return pl.concat(frames, how="diagonal")


def _sums(rows: pl.DataFrame, columns: Sequence[str]) -> dict[str, int]:
    """The sum of each column in cents."""
    sums = {name: rows[name].sum() if name in rows.columns else None for name in columns}
    return {name: int(total.scaleb(2)) if isinstance(total, Decimal) else 0 for name, total in sums.items()}


class _ByLoad:
    """Amounts of a frame, found by the place of their load."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows
        self._positions = rows[LOAD].to_numpy()
        self._numbers = rows["row_number"].to_numpy()
        self._cents: dict[str, npt.NDArray[np.int64]] = {}

    def amounts(self, position: int, columns: Sequence[str]) -> dict[str, Amounts]:
        """The amounts of one load in some columns."""
        first, end = np.searchsorted(self._positions, [position, position + 1])
        return {name: Amounts(self._numbers[first:end], self._column(name)[first:end]) for name in columns}

    def _column(self, name: str) -> npt.NDArray[np.int64]:
        if name not in self._cents:
            is_there = name in self._rows.columns
            self._cents[name] = (
                in_cents(self._rows[name]).fill_null(0).to_numpy()
                if is_there
                else np.zeros(self._rows.height, np.int64)
            )
        return self._cents[name]
