"""A day, a week and a month have one name, one key and the days that a calendar gives them."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.entry import DraftError
from journal.period import KINDS, Period, period_named, period_of_key

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DAYS, st.sampled_from(KINDS), st.sampled_from(["all", "L01", "unmapped:9"]))
def test_a_period_is_found_again_by_its_name_and_by_its_key(day: date, kind: str, location_id: str) -> None:
    start_on = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[kind]
    period = Period(kind, start_on, location_id)  # type: ignore[arg-type]
    assert period_named(period.name, location_id) == period
    assert period_of_key(period.key) == period
    lengths = {"day": 1, "week": 7, "month": calendar.monthrange(day.year, day.month)[1]}
    assert (period.end_on - period.start_on).days + 1 == lengths[kind]


@pytest.mark.parametrize(
    "name", ["2026", "2026-3", "2026-13", "2026-W54", "2026-W00", "2026-02-30", "march", ""]
)
def test_what_is_no_period_is_told_how_to_write_one(name: str) -> None:
    with pytest.raises(DraftError, match="2026-03"):
        period_named(name)


def test_a_period_starts_where_its_kind_starts() -> None:
    with pytest.raises(DraftError):
        Period("week", date(2026, 3, 3))
    with pytest.raises(DraftError):
        Period("month", date(2026, 3, 2))
    with pytest.raises(DraftError):
        Period("year", date(2026, 1, 1))  # type: ignore[arg-type]
    with pytest.raises(DraftError):
        period_named("2026-03", "L1|L2")


@pytest.mark.parametrize("key", ["month|2026-03-01", "month|2026-03-02|L1", "decade|2026-01-01|L1", "x"])
def test_a_key_of_something_else_is_refused(key: str) -> None:
    with pytest.raises(DraftError):
        period_of_key(key)
