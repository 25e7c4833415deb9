"""The elements of one kind of segment as columns, typed on request, with a finding for every value that is
not.

What belongs here: cutting segments into elements, repeated groups and components, and reporting bad values.
Which element means what is said by the table modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl

from ingestion.kernels import (
    Cut,
    Places,
    Views,
    Words,
    amounts_of,
    cut_elements,
    dates_of,
    texts_cut,
    view_of,
)
from ingestion.x12 import amounts
from ingestion.x12.findings import Findings
from ingestion.x12.segments import Mask, Rows

_IN_FIRST_HALF = 4  # bytes of a text that stand in the first half of its view


def blank_to_null(texts: pl.Series) -> pl.Series:
    """Return the texts with the empty ones null: in X12 an empty element is an absent one."""
    is_blank = texts == ""
    return texts.set(is_blank, None) if is_blank.any() else texts


class Elements:
    """The elements numbered `first` to `last` of the segments at `rows`, all of the kind `segment_id`.

    `cut` is where they are in the run, when that is known; otherwise the whole segments are cut. What lies
    beyond `last` is the rest, which is none where there is nothing but separators.
    """

    def __init__(
        self,
        findings: Findings,
        rows: Rows,
        segment_id: str,
        last: int,
        *,
        cut: Cut | None = None,
        first: int = 1,
    ) -> None:
        segments = findings.segments
        self.rows = rows
        self._findings = findings
        self._segment_id = segment_id
        self._first = first
        self._last = last
        self._data = segments.data
        self._element = segments.delimiters.element
        self._component = segments.delimiters.component
        if cut is None:
            starts, ends = segments.starts[rows], segments.ends[rows]
            cut = cut_elements(self._data, starts, ends, self._element, last - first + 1, skipped=first)
        self._cut = cut
        self._texts_by_number: dict[int, pl.Series] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, mask: Mask) -> Elements:
        """Return the elements of those segments that `mask` is true for."""
        if mask.all():
            return self
        return Elements(
            self._findings,
            self.rows[mask],
            self._segment_id,
            self._last,
            cut=self._cut.of(mask),
            first=self._first,
        )

    def following(self, mask: Mask, count: int) -> Elements:
        """Return the next `count` elements of those segments that `mask` is true for."""
        starts, ends = self._cut.starts[-1][mask], self._cut.ends[mask]
        return Elements(
            self._findings,
            self.rows[mask],
            self._segment_id,
            self._last + count,
            cut=cut_elements(self._data, starts, ends, self._element, count),
            first=self._last + 1,
        )

    def has_rest(self) -> Mask:
        """Tell which segments have elements beyond the last one."""
        return self._cut.starts[-1] >= 0

    def report_rest(self, rule: str = "more_elements_than_defined") -> None:
        """Report the segments that have elements beyond the last one."""
        self._findings.add(rule, self.rows[self.has_rest()])

    def text(self, number: int) -> pl.Series:
        """Return element `number` as sent, null where it is empty or absent."""
        if number not in self._texts_by_number:
            self._texts_by_number[number] = texts_cut(self._views(number), self._data)
        return self._texts_by_number[number]

    def amount(self, number: int, *, if_missing: str | None = None) -> pl.Series:
        """Return element `number` as DECIMAL(18,2); `if_missing` is the rule that an empty one breaks."""
        return self._typed(number, amounts_of, amounts.amounts, "amount_malformed", if_missing)

    def quantity(self, number: int) -> pl.Series:
        """Return element `number` as DECIMAL(18,4)."""
        plain = partial(amounts_of, decimals=amounts.QUANTITY.scale)
        return self._typed(number, plain, amounts.quantities, "quantity_malformed", None)

    def date(self, number: int, *, if_missing: str | None = None) -> pl.Series:
        """Return element `number` as a date; `if_missing` is the rule that an empty one breaks."""
        plain = partial(dates_of, has_hyphens=False)
        return self._typed(number, plain, amounts.dates, "date_malformed", if_missing)

    def count(self, number: int) -> pl.Series:
        """Return element `number` as a whole number."""
        return self._typed(number, lambda _: None, amounts.counts, "count_malformed", None)

    def components(self, number: int, count: int) -> list[pl.Series]:
        """Return the first `count` components of element `number`, each null where it is empty or absent."""
        starts, ends = self._place(number)
        if not (ends > starts).any():
            return [self.text(number)] * count
        cut = cut_elements(self._data, starts, ends, self._component, count)
        return [texts_cut(cut.views[place], self._data) for place in range(count)]

    def component_counts(self, number: int, count: int) -> list[pl.Series]:
        """Return the first `count` components of element `number` as whole numbers, null where not one."""
        return [amounts.counts(component) for component in self.components(number, count)]

    def has(self, number: int, code: str) -> Mask:
        """Tell per segment whether element `number` is this code of at most twelve characters."""
        views, (low, high) = self._views(number), view_of(code.encode())
        is_code = views[::2] == low
        # The length and four characters are in the first half of a view.
        return is_code if len(code) <= _IN_FIRST_HALF else is_code & (views[1::2] == high)

    def has_any(self, number: int) -> Mask:
        """Tell per segment whether element `number` says anything."""
        return self._views(number)[::2] != 0

    def _views(self, number: int) -> Words:
        """The views of element `number`."""
        return self._cut.views[number - self._first]

    def _place(self, number: int) -> tuple[Places, Places]:
        """Where element `number` begins and ends in each segment."""
        starts = self._cut.starts[number - self._first]
        return starts, starts + self._views(number)[::2].astype(np.int32)

    def _name(self, number: int) -> str:
        return f"{self._segment_id}{number:02}"

    def _typed(
        self,
        number: int,
        plain: Callable[[Views], pl.Series | None],
        parse: Callable[[pl.Series], pl.Series],
        if_malformed: str,
        if_missing: str | None,
    ) -> pl.Series:
        views = Views.cut(self._views(number), self._data)
        values = plain(views)
        if if_missing and views.is_null.any():
            self._findings.add(if_missing, self.rows[views.is_null], self._name(number))
        if values is None:
            values = parse(self.text(number))
            is_malformed = values.is_null().to_numpy() & ~views.is_null
            self._findings.add(if_malformed, self.rows[is_malformed], self._name(number))
        return values


def repeated_groups(
    first: Elements, head: int, width: int, repeats: int, *, if_too_many: str = "too_many_adjustments"
) -> Iterator[tuple[int, Rows, Elements]]:
    """Yield the groups of `width` elements that follow the first `head` elements and repeat up to `repeats`
    times.

    `first` are the segments cut up to the end of their first group. Each item is the group's position from 1,
    which of the segments have it, and its elements; a group with nothing in it is skipped. Only segments that
    go on are cut again, so the cost follows the groups there are. More groups than `repeats` break the rule
    `if_too_many`, since what they hold would be lost.
    """
    group, index = first, np.arange(len(first))
    for position in range(1, repeats + 1):
        before = head + (position - 1) * width
        is_present = np.zeros(len(group), np.bool_)
        for number in range(before + 1, before + width + 1):
            is_present |= group.has_any(number)
        yield position, index[is_present], group.where(is_present)
        goes_on = group.has_rest()
        if position == repeats:
            group.report_rest(if_too_many)
        if position == repeats or not goes_on.any():
            return
        index = index[goes_on]
        group = group.following(goes_on, width)
