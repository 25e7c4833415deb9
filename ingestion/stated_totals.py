"""What an export says its rows add up to, compared with what they do add up to.

Belongs here: that comparison, column by column, exactly. Does not belong here: which rows are totals
(`ingestion.row_sources`, `ingestion.readers.totals`). A total agrees when it is the sum of all records above
it, or of those since one of the totals above it. Kept and refused records count alike, and so may those that
the profile leaves out, all of them or none. Where a record above has an amount that cannot be read, nobody
can know the sum, and nothing is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.headers import HeaderMatch
from ingestion.profiles.rewriting import rewritten
from ingestion.readers.fields import typed

TOTAL_DIFFERS = "total_differs_from_the_rows_above"

_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A total of a file, as it is written.

    number   record number of the total
    columns  money column to the text that stands there, for a record with the fields of the header
    figures  amounts that stand in no column, for any other; each must be the sum of some column
    """

    number: int
    columns: dict[str, str] = field(default_factory=dict)
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A total that no sum of rows above explains. ``amount`` is what it states less the sum of all above."""

    number: int
    column: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of records in one column: their numbers, ascending, and integer cents."""

    numbers: npt.NDArray[np.int64]
    cents: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount of a total: in cents, as each of the columns reads it that it may be the sum of."""

    number: int
    column: str | None
    cents: dict[str, int]


def money_columns(match: HeaderMatch) -> list[str]:
    """The columns of amounts that a file has, in the order of the contract."""
    return [
        name
        for name in match.contract.columns
        if name in match.fields and match.contract.kind(name) == "money"
    ]


def figures_of(match: HeaderMatch, totals: Sequence[StatedTotal]) -> list[list[Figure]]:
    """For each total the amounts that can be read of it, by what the profile says of amounts."""
    columns = money_columns(match)
    told: list[tuple[int, str | None, dict[str, str]]] = []
    for place, total in enumerate(totals):
        told += [(place, column, {column: text}) for column, text in total.columns.items()]
        told += [(place, None, dict.fromkeys(columns, text)) for text in total.figures]
    texts = pl.DataFrame([each[2] for each in told], schema=dict.fromkeys(columns, pl.String), orient="row")
    texts, _ = rewritten(match.contract, texts, match.profile, None)
    cents = {column: in_cents(typed("money", texts[column]).values).to_list() for column in columns}
    found: list[list[Figure]] = [[] for _ in totals]
    for row, (place, column, stated) in enumerate(told):
        read = {name: cents[name][row] for name in stated if cents[name][row] is not None}
        if read:
            found[place].append(Figure(totals[place].number, column, read))
    return found


def in_cents(amounts: pl.Series) -> pl.Series:
    """Amounts as integer cents; null where there is none."""
    return amounts.to_frame().select((pl.first() * 100).cast(pl.Int64, strict=False)).to_series()


@dataclass(slots=True)
class _Sum:
    """The running sum of a column, and what it was at earlier totals.

    Of totals without a record between them the later one is not the sum of the nothing between.
    """

    cents: int = 0
    records: int = 0
    earlier: set[int] = field(default_factory=lambda: {0})
    here: set[int] = field(default_factory=set)

    def add(self, records: int, cents: int) -> None:
        """Go on over records."""
        if records:
            self.earlier |= self.here
            self.here = set()
        self.records += records
        self.cents += cents

    def explains(self, stated: int) -> bool:
        """Whether what is stated is the sum of all above, or of those since an earlier total."""
        return self.cents - stated in self.earlier


class _Stretch:
    """The amounts of a column in one stretch, to be added up piece by piece in the order of their records."""

    def __init__(self, *parts: Amounts) -> None:
        numbers = np.concatenate([part.numbers for part in parts])
        cents = np.concatenate([part.cents for part in parts])
        order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[order]
        self._sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(cents[order])])
        self._done = 0
        self.is_safe = not cents.size or int(np.abs(cents).max()) * cents.size < _LARGEST

    def up_to(self, number: int | None) -> tuple[int, int]:
        """How many records come next before ``number``, and their sum; for None all that are left."""
        end = self._numbers.size if number is None else int(np.searchsorted(self._numbers, number))
        records, cents = end - self._done, int(self._sums[end] - self._sums[self._done])
        self._done = end
        return records, cents


class TotalsAbove:
    """Compares the totals of one file, which may come in stretches, one after the other."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._sums = {(column, is_wide): _Sum() for column in columns for is_wide in (False, True)}
        self._is_known = True
        self._waiting: list[Figure] = []

    def add(
        self,
        records: Mapping[str, Amounts],
        left_out: Mapping[str, Amounts],
        unreadable: Sequence[int],
        stated: Iterable[Figure],
        *,
        is_end: bool,
    ) -> list[Difference]:
        """Go on over a stretch of the file, and tell the totals up to its end that do not agree.

        ``left_out`` are records that the profile leaves out; ``unreadable`` the numbers of records of which
        some amount is not known. A total beyond the last record of the stretch waits for the next one.
        """
        parts = {
            (column, is_wide): _Stretch(records[column], *([left_out[column]] if is_wide else []))
            for column, is_wide in self._sums
        }
        last = max((int(each.numbers[-1]) for each in records.values() if each.numbers.size), default=0)
        waiting = sorted([*self._waiting, *stated], key=lambda figure: figure.number)
        ripe = [figure for figure in waiting if is_end or figure.number <= last]
        self._waiting = waiting[len(ripe) :]
        first_unknown = min(unreadable, default=None)
        self._is_known = self._is_known and all(part.is_safe for part in parts.values())
        found = []
        for figure in ripe:
            for key, part in parts.items():
                self._sums[key].add(*part.up_to(figure.number))
            is_known = self._is_known and (first_unknown is None or first_unknown > figure.number)
            difference = self._difference(figure, last) if is_known else None
            if difference is not None:
                found.append(difference)
            for (column, _), total in self._sums.items():
                if column in figure.cents:
                    total.here.add(total.cents)
        for key, part in parts.items():
            self._sums[key].add(*part.up_to(None))
        self._is_known = self._is_known and first_unknown is None
        return found

    @property
    def has_waiting(self) -> bool:
        """Whether a total stands below the last record so far."""
        return bool(self._waiting)

    def pass_over(
        self, records: int, cents: Mapping[str, int], left_out: int, cents_left_out: Mapping[str, int]
    ) -> None:
        """Go on over a stretch without totals in which every amount is known, by its sums alone."""
        for (column, is_wide), total in self._sums.items():
            total.add(records, cents[column])
            if is_wide:
                total.add(left_out, cents_left_out[column])

    def end(self) -> list[Difference]:
        """The totals below the last record that do not agree."""
        nothing = Amounts(np.zeros(0, np.int64), np.zeros(0, np.int64))
        columns = {column for column, _ in self._sums}
        empty = dict.fromkeys(columns, nothing)
        return self.add(empty, empty, [], [], is_end=True)

    def _difference(self, figure: Figure, last: int) -> Difference | None:
        sums = [
            (total, figure.cents[column])
            for (column, _), total in self._sums.items()
            if column in figure.cents
        ]
        is_above_all = all(total.records == 0 for total, _ in sums) and figure.number < last
        if is_above_all or any(total.explains(cents) for total, cents in sums):
            return None
        total, cents = sums[0]
        return Difference(figure.number, figure.column, Decimal(cents - total.cents).scaleb(-2))
