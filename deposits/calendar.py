"""The days on which banks move money: no weekends, no holidays of the Federal Reserve.

Belongs here: which days these are and how to count them. Does not belong here: how many of them anything may
take. A holiday that falls on a Sunday is kept on the Monday; one on a Saturday is not kept by the banks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_DAY = timedelta(days=1)
# (month, day, first year) and (month, weekday, which one of the month, 0 is the last).
_FIXED = ((1, 1, 0), (6, 19, 2021), (7, 4, 0), (11, 11, 0), (12, 25, 0))
_FLOATING = (
    (1, _MONDAY, 3),
    (2, _MONDAY, 3),
    (5, _MONDAY, 0),
    (9, _MONDAY, 1),
    (10, _MONDAY, 2),
    (11, _THURSDAY, 4),
)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The weekdays of a year on which the Federal Reserve is closed."""
    fixed = [date(year, month, day) for month, day, first_year in _FIXED if year >= first_year]
    kept = {day + _DAY if day.weekday() == _SUNDAY else day for day in fixed}
    kept |= {_nth(year, month, weekday, number) for month, weekday, number in _FLOATING}
    return frozenset(day for day in kept if day.weekday() < _SATURDAY)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    if number == 0:
        last = date(year, month + 1, 1) - _DAY
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


class BankCalendar:
    """Counts business days; `more` are days on which the practice's own bank is closed as well."""

    def __init__(self, more: Iterable[date] = ()) -> None:
        closed = {day for year in range(_FIRST_YEAR, _LAST_YEAR) for day in federal_holidays(year)}
        closed |= {day for day in more if day.weekday() < _SATURDAY}
        self._closed = sorted(day.toordinal() for day in closed)

    def number(self, day: date) -> int:
        """How many business days there are up to and with `day`; a closed day counts as the next open one."""
        day = self.open_on(day)
        ordinal = day.toordinal()
        # Ordinal 1 is a Monday.
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._closed, ordinal)

    def open_on(self, day: date) -> date:
        """The day itself, or the next one on which banks are open."""
        closed = self._closed
        while day.weekday() >= _SATURDAY or _holds(closed, day.toordinal()):
            day += _DAY
        return day


def _holds(ordinals: list[int], ordinal: int) -> bool:
    place = bisect_right(ordinals, ordinal)
    return place > 0 and ordinals[place - 1] == ordinal
