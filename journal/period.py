"""A period that people close: a day, a week from Monday, or a month, of one location or of all.

Belongs here: its names and its first and last day. Does not belong here: what is true of it
(`journal.close_state`).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from journal.entry import DraftError

PeriodKind = Literal["day", "week", "month"]
KINDS: tuple[PeriodKind, ...] = ("day", "week", "month")
ALL_LOCATIONS = "all"

_BAR = "|"
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``start_on`` is its first day; ``location_id`` is `ALL_LOCATIONS` for the whole practice group."""

    kind: PeriodKind
    start_on: date
    location_id: str = ALL_LOCATIONS

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DraftError("A period is a day, a week or a month.")
        if (self.kind == "week" and self.start_on.weekday() != 0) or (
            self.kind == "month" and self.start_on.day != 1
        ):
            raise DraftError("A week starts on a Monday, a month on its first day.")
        if not self.location_id.strip() or _BAR in self.location_id:
            raise DraftError("Name one location, or leave it out for all of them.")

    @property
    def end_on(self) -> date:
        """Its last day."""
        if self.kind == "day":
            return self.start_on
        if self.kind == "week":
            return self.start_on + timedelta(days=6)
        return (self.start_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def name(self) -> str:
        """The span as people write it: 2026-03-15, 2026-W11 or 2026-03."""
        if self.kind == "day":
            return self.start_on.isoformat()
        if self.kind == "week":
            year, week, _ = self.start_on.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.start_on:%Y-%m}"

    @property
    def key(self) -> str:
        """Kind, first day and location as one id: what an entry of the journal is about."""
        return _BAR.join((self.kind, self.start_on.isoformat(), self.location_id))

    def __str__(self) -> str:
        place = "all locations" if self.location_id == ALL_LOCATIONS else self.location_id
        return f"{self.name} of {place}"


def period_of_key(key: str) -> Period:
    """The period of a key. Raises DraftError for a text that is no key."""
    try:
        kind, start_on, location_id = key.split(_BAR)
        return Period(kind, date.fromisoformat(start_on), location_id)  # type: ignore[arg-type]
    except ValueError:
        raise DraftError("The entry names a period that this version does not know.") from None


def period_named(name: str, location_id: str = ALL_LOCATIONS) -> Period:
    """The period that people call ``name``. Raises DraftError for a name that is none."""
    try:
        if found := _WEEK.fullmatch(name):
            return Period("week", date.fromisocalendar(int(found[1]), int(found[2]), 1), location_id)
        if found := _MONTH.fullmatch(name):
            return Period("month", date(int(found[1]), int(found[2]), 1), location_id)
        return Period("day", date.fromisoformat(name), location_id)
    except DraftError:
        raise
    except ValueError:
        raise DraftError("Write a month as 2026-03, a week as 2026-W11, a day as 2026-03-15.") from None
