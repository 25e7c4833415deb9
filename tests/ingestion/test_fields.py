"""Every value is read or has a problem; none becomes null in silence."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers import fields
from ingestion.readers.fields import typed

DAY = date(2026, 1, 5)


def read(kind: str, text: str | None, allowed: tuple[str, ...] = ()) -> tuple[object, str | None]:
    found = typed(kind, pl.Series([text], dtype=pl.String), allowed)
    return found.values[0], None if found.problems is None else found.problems[0]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "1/5/2026",
        "01/05/2026",
        "01/05/26",
        "2026-01-05 00:00:00",
        "2026-01-05T00:00:00.000",
        "1/5/2026 12:00 AM",
        "1/5/2026 12:00:00 am",
    ],
)
def test_spellings_of_a_day(text: str):
    assert read("date", text) == (DAY, None)


@pytest.mark.parametrize(
    "text",
    ["2026-1-5", "2026-02-30", "13/01/2026", "45000", "yesterday", "2026-01-05 10:00", "1/5/2026 12:00 PM"],
)
def test_what_is_no_day(text: str):
    assert read("date", text) == (None, fields.DATE_UNREADABLE)


@pytest.mark.parametrize("text", ["0026-01-05", "1/5/0202", "2100-01-01"])
def test_days_out_of_range(text: str):
    assert read("date", text) == (None, fields.DATE_OUT_OF_RANGE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05 14:05:06", datetime(2026, 1, 5, 14, 5, 6)),
        ("2026-01-05T14:05:06.25", datetime(2026, 1, 5, 14, 5, 6, 250_000)),
        ("2026-01-05 14:05", datetime(2026, 1, 5, 14, 5)),
        ("1/5/2026 14:05", datetime(2026, 1, 5, 14, 5)),
        ("1/5/2026 2:05 PM", datetime(2026, 1, 5, 14, 5)),
        ("1/5/2026 2:05:06pm", datetime(2026, 1, 5, 14, 5, 6)),
        ("01/05/2026 12:00:00 AM", datetime(2026, 1, 5)),
        ("2026-01-05", datetime(2026, 1, 5)),
    ],
)
def test_spellings_of_a_moment(text: str, moment: datetime):
    assert read("timestamp", text) == (moment, None)


@pytest.mark.parametrize(
    "text", ["2026-01-05T10:00:00Z", "2026-01-05 10:00:00+01:00", "2026-01-05 25:00:00", "noon"]
)
def test_a_moment_with_a_zone_or_without_sense_is_refused(text: str):
    assert read("timestamp", text) == (None, fields.TIMESTAMP_UNREADABLE)


@pytest.mark.parametrize(
    ("text", "flag"), [("Y", True), ("no", False), ("TRUE", True), ("0", False), ("On", True)]
)
def test_flags(text: str, flag: bool):
    assert read("flag", text) == (flag, None)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("flag", "maybe", fields.NOT_YES_OR_NO),
        ("whole_number", "1.0", fields.NOT_A_WHOLE_NUMBER),
        ("whole_number", "1e3", fields.NOT_A_WHOLE_NUMBER),
        ("whole_number", "9999999999999999999", fields.NOT_A_WHOLE_NUMBER),
        ("whole_number", "٣", fields.NOT_A_WHOLE_NUMBER),
    ],
)
def test_problems_of_flags_and_numbers(kind: str, text: str, problem: str):
    assert read(kind, text) == (None, problem)


def test_a_closed_list_is_compared_without_regard_to_case_and_keeps_what_is_not_in_it():
    allowed = ("Patient", "Insurance")
    found = typed("one_of", pl.Series(["PATIENT", "insurance", "Nobody", None]), allowed)
    assert found.values.to_list() == ["Patient", "Insurance", "Nobody", None]


def test_an_identifier_keeps_its_leading_zeros():
    assert read("identifier", "00012345") == ("00012345", None)


@given(
    st.sampled_from(["date", "timestamp", "money", "flag", "whole_number"]),
    st.lists(st.text(min_size=1, max_size=12)),
)
def test_no_text_becomes_null_without_a_problem(kind: str, texts: list[str]):
    trimmed = pl.Series(texts, dtype=pl.String).str.strip_chars().replace("", None)
    found = typed(kind, trimmed)
    problems = [None] * len(texts) if found.problems is None else found.problems
    for text, value, problem in zip(trimmed, found.values, problems, strict=True):
        assert (text is None) == (value is None and problem is None)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back_in_both_spellings(day: date):
    texts = pl.Series([day.isoformat(), f"{day.month}/{day.day}/{day.year}"])
    assert typed("date", texts).values.to_list() == [day, day]


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)))
def test_every_moment_comes_back(moment: datetime):
    texts = pl.Series([moment.isoformat(sep=" "), moment.isoformat()])
    assert typed("timestamp", texts).values.to_list() == [moment, moment]
