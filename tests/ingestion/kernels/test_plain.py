"""What a kernel reads, the general readers read the same; what it does not read, it leaves to them."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts.columns import IDENTIFIER_PATTERN
from ingestion.kernels import are_identifiers, are_plain_texts, plain_amounts, plain_dates, plain_timestamps
from ingestion.money import parsed_amount

NEAR_AMOUNTS = st.one_of(
    st.none(),
    st.from_regex(r"^-?[0-9]{0,11}\.?[0-9]{0,3}$", fullmatch=True),
    st.text(alphabet="0123456789.-+,$() eE", min_size=1, max_size=14),
)
NEAR_DATES = st.one_of(
    st.none(),
    st.dates().map(str),
    st.from_regex(r"^(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]$", fullmatch=True),
    st.text(alphabet="0123456789-", min_size=1, max_size=11),
)
NEAR_TIMES = st.one_of(
    st.none(),
    st.datetimes().map(lambda moment: str(moment.replace(microsecond=0))),
    st.from_regex(r"^20[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-9]{2}$", fullmatch=True),
)


def column(texts: list[str | None]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


@given(st.lists(NEAR_AMOUNTS.filter(lambda text: text != ""), max_size=6))
def test_amounts(texts: list[str | None]):
    general = column(texts).to_frame("text").select(parsed_amount(pl.col("text"))).to_series()
    for each, expected in zip(texts, general, strict=True):
        found = plain_amounts(column([each]))
        assert found is None or found.to_list() == [expected]
    found = plain_amounts(column(texts))
    assert found is None or (found.to_list() == general.to_list() and found.dtype == pl.Decimal(18, 2))


@pytest.mark.parametrize("text", ["0", "-0.00", "12.", ".5", "-.50", "120.5", "999999999.99", "-12345678.90"])
def test_an_amount_as_machines_write_it_is_plain(text: str):
    found = plain_amounts(column([None, text]))
    assert found is not None
    assert found.to_list() == [None, Decimal(text)]


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1.234", "+1", "1,0", "$1", "(1)", "1-", "1e3", "1234567890.123"]
)
def test_any_other_amount_is_left_to_the_general_reader(text: str):
    assert plain_amounts(column(["1", text])) is None


def test_quantities_have_four_decimals():
    found = plain_amounts(column(["1.25", "3", "-.0001"]), decimals=4)
    assert found is not None
    assert found.to_list() == [Decimal("1.25"), Decimal(3), Decimal("-0.0001")]
    assert found.dtype == pl.Decimal(18, 4)


@given(st.lists(NEAR_DATES.filter(lambda text: text != ""), max_size=6))
def test_dates(texts: list[str | None]):
    found = plain_dates(column(texts), has_hyphens=True)
    if found is not None:
        assert found.to_list() == column(texts).str.to_date("%Y-%m-%d", strict=True).to_list()
    compact = column([text and text.replace("-", "") for text in texts])
    found = plain_dates(compact, has_hyphens=False)
    if found is not None:
        assert found.to_list() == compact.str.to_date("%Y%m%d", strict=True).to_list()


@given(st.lists(st.dates(), max_size=20))
def test_every_day_of_the_calendar_is_plain(days):
    for has_hyphens, form in ((True, "%Y-%m-%d"), (False, "%Y%m%d")):
        texts = [day.isoformat() if has_hyphens else day.isoformat().replace("-", "") for day in days]
        found = plain_dates(column(texts), has_hyphens=has_hyphens)
        assert found is not None, form
        assert found.to_list() == days


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "0000-01-01"]
)
def test_no_other_day_is(text: str):
    assert plain_dates(column([text]), has_hyphens=True) is None
    assert plain_timestamps(column([f"{text} 10:00:00"])) is None


@given(st.lists(NEAR_TIMES, max_size=6))
def test_timestamps(texts: list[str | None]):
    found = plain_timestamps(column(texts))
    if found is not None:
        expected = column(texts).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=True)
        assert found.to_list() == expected.to_list()


@pytest.mark.parametrize("clock", ["24:00:00", "10:60:00", "10:00:60", "10.00.00"])
def test_no_other_time_is(clock: str):
    assert plain_timestamps(column([f"2026-01-05 {clock}"])) is None


@given(st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=70)), max_size=5))
def test_texts_and_ids(texts: list[str | None]):
    told = column(texts)
    of_ids = told.str.contains(IDENTIFIER_PATTERN).fill_null(True).all()
    assert are_identifiers(told) == of_ids
    is_plain = all(text is None or (text.isascii() and text.isprintable()) for text in texts)
    assert are_plain_texts(told, 70) == is_plain


def test_texts_longer_than_a_view_and_slices_of_columns():
    texts = column(["x", None, "A" * 64, "0123456789-ab", "2026-01-05 10:00:01"])
    assert are_identifiers(texts[:4])
    assert not are_identifiers(texts)
    assert not are_identifiers(column(["A" * 65]))
    assert not are_plain_texts(texts, 63)
    found = plain_timestamps(texts[4:])
    assert found is not None
    assert str(found[0]) == "2026-01-05 10:00:01"


def test_a_column_put_together_of_several_is_read_like_another_or_not_at_all():
    columns = [column([f"2026-01-05 10:00:{second:02}"] * 5_000) for second in range(3)]
    texts = pl.concat(columns, rechunk=False)
    found = plain_timestamps(texts)
    assert found is None or found.to_list() == texts.str.to_datetime(time_unit="us").to_list()
