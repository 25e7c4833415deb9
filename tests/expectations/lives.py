"""Nights by hand, for tests of how exceptions live: what runs saw, and what people entered in between."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from expectations.changes import Sightings, changes_of
from expectations.life import lives_of
from expectations.observations import (
    EXCEPTION_ENTRIES,
    EXCEPTION_OBSERVATIONS,
    FOUND,
    RUN_OBSERVATIONS,
    ObservationHistory,
    no_entries,
)
from expectations.worked import Entry, Sighting

START = date(2026, 3, 1)
KIND = "over_applied"
USUAL = Sighting("used_beyond_amount", Decimal("10.00"))

Night = Mapping[str, Sighting]


def day(number: int) -> date:
    return START + timedelta(days=number)


def night(*ids: str, **others: Sighting) -> Night:
    """A night that found these as usual, and the others otherwise."""
    return dict.fromkeys(ids, USUAL) | others


def history(nights: Mapping[int, Iterable[str]]) -> ObservationHistory:
    """What the runs of these days saw; the ids alone are found as usual."""
    seen = [
        (day(number), one, KIND, sighting.amount, sighting.finding, "L1")
        for number, found in nights.items()
        for one, sighting in sorted(_sightings(found).items())
    ]
    runs = [(day(number), len(_sightings(found))) for number, found in nights.items()]
    return ObservationHistory(
        pl.LazyFrame(seen, schema=EXCEPTION_OBSERVATIONS, orient="row"),
        pl.LazyFrame(runs, schema=RUN_OBSERVATIONS, orient="row"),
    )


def found(*ids: str, **others: Sighting) -> pl.DataFrame:
    """What the run of today found."""
    return found_by(night(*ids, **others))


def found_by(sightings: Night) -> pl.DataFrame:
    rows = [(one, KIND, sighting.amount, sighting.finding, "L1") for one, sighting in sightings.items()]
    return pl.DataFrame(rows, schema=FOUND, orient="row")


def entries_frame(entries: Mapping[str, Iterable[Entry]]) -> pl.DataFrame:
    """What people entered, by exception."""
    rows = [{"exception_id": one, **entry._asdict()} for one, told in entries.items() for entry in told]
    return pl.DataFrame(rows, schema=EXCEPTION_ENTRIES, orient="row") if rows else no_entries()


def told(
    seen: ObservationHistory,
    current: pl.DataFrame,
    as_of: date,
    *,
    entries: pl.DataFrame | None = None,
    undecided: Iterable[str] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lives and the changes as of a day."""
    sightings = Sightings.up_to(seen, current, as_of, undecided=list(undecided))
    changes = changes_of(sightings, no_entries() if entries is None else entries)
    return lives_of(sightings, changes), changes


def _sightings(found: Iterable[str]) -> Night:
    return found if isinstance(found, Mapping) else dict.fromkeys(found, USUAL)
