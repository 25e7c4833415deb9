"""The elements of one kind of segment as columns, typed on request, with a finding for every value that is
not.

What belongs here: cutting segments into elements, repeated groups and components, and reporting bad values.
Which element means what is said by the table modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from ingestion.kernels import Cut, Places, cut_elements, is_text, texts_at
from ingestion.x12 import amounts
from ingestion.x12.findings import Findings
from ingestion.x12.segments import Mask, Rows


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
        first: int = 0,
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
            cut = cut_elements(self._data, starts, ends, self._element, last - first + 1)
        self._cut = cut
        self._texts_by_number: dict[int, pl.Series] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, mask: Mask) -> Elements:
        """Return the elements of those segments that `mask` is true for."""
        if mask.all():
            return self
        cut = Cut(self._cut.starts[:, mask], self._cut.ends[:, mask])
        return Elements(
            self._findings, self.rows[mask], self._segment_id, self._last, cut=cut, first=self._first
        )

    def following(self, mask: Mask, count: int) -> Elements:
        """Return the next `count` elements of those segments that `mask` is true for."""
        starts, ends = self._cut.starts[-1][mask], self._cut.ends[-1][mask]
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
            starts, ends = self._place(number)
            self._texts_by_number[number] = texts_at(self._data, starts, ends)
        return self._texts_by_number[number]

    def amount(self, number: int, *, if_missing: str | None = None) -> pl.Series:
        """Return element `number` as DECIMAL(18,2); `if_missing` is the rule that an empty one breaks."""
        return self._typed(number, amounts.amounts, "amount_malformed", if_missing)

    def quantity(self, number: int) -> pl.Series:
        """Return element `number` as DECIMAL(18,4)."""
        return self._typed(number, amounts.quantities, "quantity_malformed", None)

    def date(self, number: int, *, if_missing: str | None = None) -> pl.Series:
        """Return element `number` as a date; `if_missing` is the rule that an empty one breaks."""
        return self._typed(number, amounts.dates, "date_malformed", if_missing)

    def count(self, number: int) -> pl.Series:
        """Return element `number` as a whole number."""
        return self._typed(number, amounts.counts, "count_malformed", None)

    def components(self, number: int, count: int) -> list[pl.Series]:
        """Return the first `count` components of element `number`, each null where it is empty or absent."""
        starts, ends = self._place(number)
        if not (ends > starts).any():
            return [self.text(number)] * count
        cut = cut_elements(self._data, starts, ends, self._component, count)
        return [texts_at(self._data, cut.starts[place], cut.ends[place]) for place in range(count)]

    def component_counts(self, number: int, count: int) -> list[pl.Series]:
        """Return the first `count` components of element `number` as whole numbers, null where not one."""
        return [amounts.counts(component) for component in self.components(number, count)]

    def has(self, number: int, code: str) -> Mask:
        """Tell per segment whether element `number` is this code."""
        return is_text(self._data, *self._place(number), code.encode())

    def has_any(self, number: int) -> Mask:
        """Tell per segment whether element `number` says anything."""
        starts, ends = self._place(number)
        return ends > starts

    def _place(self, number: int) -> tuple[Places, Places]:
        """Where element `number` begins and ends in each segment."""
        return self._cut.starts[number - self._first], self._cut.ends[number - self._first]

    def _name(self, number: int) -> str:
        return f"{self._segment_id}{number:02}"

    def _typed(
        self, number: int, parse: Callable[[pl.Series], pl.Series], if_malformed: str, if_missing: str | None
    ) -> pl.Series:
        texts = self.text(number)
        values = parse(texts)
        if if_missing and texts.null_count():
            self._findings.add(if_missing, self.rows[texts.is_null().to_numpy()], self._name(number))
        if values.null_count() > texts.null_count():
            is_malformed = (values.is_null() & texts.is_not_null()).to_numpy()
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
