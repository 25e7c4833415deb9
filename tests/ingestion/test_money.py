"""The money parser is exact both ways, and refuses what it cannot read exactly."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion import money
from ingestion.money import (
    LARGEST,
    MONEY,
    amount_expression,
    cents_expression,
    cents_of,
    decimal_of,
    parse_amounts,
)

CENTS = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1)


def parsed(text: str | None) -> tuple[Decimal | None, str | None]:
    amounts, problems = parse_amounts(pl.Series([text], dtype=pl.String))
    return amounts[0], problems[0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", "1200.00"),
        ("1,200.5", "1200.50"),
        ("$1,200.00", "1200.00"),
        ("-12", "-12.00"),
        ("+12", "12.00"),
        ("-$12", "-12.00"),
        ("$-12", "-12.00"),
        ("12.00-", "-12.00"),
        ("(12.00)", "-12.00"),
        ("($1,012.00)", "-1012.00"),
        ("$(12.00)", "-12.00"),
        (".50", "0.50"),
        ("-.5", "-0.50"),
        ("12.", "12.00"),
        ("  7.10\t", "7.10"),
        ("-0.00", "0.00"),
        ("007.00", "7.00"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("0000000000000000001.50", "1.50"),
    ],
)
def test_accepted_spellings(text: str, amount: str):
    assert parsed(text) == (Decimal(amount), None)


@pytest.mark.parametrize("text", [None, "", "   "])
def test_a_blank_is_absent_and_not_zero(text: str | None):
    assert parsed(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("10.005", money.TOO_MANY_DECIMALS),
        ("10.000", money.TOO_MANY_DECIMALS),
        ("1,234.567", money.TOO_MANY_DECIMALS),
        ("12,00", money.WRONG_GROUPING),
        ("1,20,0", money.WRONG_GROUPING),
        ("1234,567", money.WRONG_GROUPING),
        (",123", money.WRONG_GROUPING),
        ("1E3", money.SCIENTIFIC),
        ("1.5e-2", money.SCIENTIFIC),
        ("12345678901234567", money.TOO_LARGE),
        ("-12345678901234567.89", money.TOO_LARGE),
        ("NaN", money.NOT_A_NUMBER),
        ("inf", money.NOT_A_NUMBER),
        ("1.234,56", money.NOT_A_NUMBER),
        ("twelve", money.NOT_A_NUMBER),
        ("12 000", money.NOT_A_NUMBER),
        ("€12", money.NOT_A_NUMBER),
        ("--1", money.NOT_A_NUMBER),
        ("-1-", money.NOT_A_NUMBER),
        ("(-1)", money.NOT_A_NUMBER),
        ("(1", money.NOT_A_NUMBER),
        ("$", money.NOT_A_NUMBER),
        (".", money.NOT_A_NUMBER),
        ("()", money.NOT_A_NUMBER),
        ("١٢", money.NOT_A_NUMBER),
        ("12.00 CR", money.NOT_A_NUMBER),
        ("0x10", money.NOT_A_NUMBER),
        ("1_000", money.NOT_A_NUMBER),
    ],
)
def test_refused_spellings(text: str, problem: str):
    assert parsed(text) == (None, problem)


@given(CENTS, st.sampled_from(["plain", "minus", "brackets", "trailing", "dollar"]), st.booleans())
def test_every_amount_comes_back_exactly_in_every_spelling(cents: int, spelling: str, is_grouped: bool):
    amount = decimal_of(cents)
    digits = f"{abs(amount):,.2f}" if is_grouped else f"{abs(amount):.2f}"
    negative = {
        "plain": f"-{digits}",
        "minus": f"- {digits}".replace(" ", ""),
        "brackets": f"({digits})",
        "trailing": f"{digits}-",
        "dollar": f"-${digits}",
    }[spelling]
    assert parsed(negative if cents < 0 else digits) == (amount, None)


@given(st.lists(st.one_of(st.none(), CENTS.map(lambda cents: str(decimal_of(cents))), st.text(max_size=12))))
def test_a_column_reads_as_its_values_one_by_one(texts: list[str | None]):
    amounts, problems = parse_amounts(pl.Series(texts, dtype=pl.String))
    assert amounts.dtype == MONEY
    assert list(zip(amounts, problems, strict=True)) == [parsed(text) for text in texts]


@given(st.text(max_size=20))
def test_text_is_read_or_refused_or_blank(text: str):
    amount, problem = parsed(text)
    is_blank = pl.Series([text]).str.strip_chars()[0] == ""
    assert [is_blank, amount is not None, problem is not None].count(True) == 1


@given(CENTS)
def test_cents_and_decimals_are_the_same_number(cents: int):
    amount = decimal_of(cents)
    assert amount * 100 == cents
    assert amount.as_tuple().exponent == -2
    assert cents_of(amount) == cents


@given(st.lists(st.one_of(st.none(), CENTS), min_size=1))
def test_the_expressions_are_exact(cents: list[int | None]):
    frame = pl.DataFrame({"cents": cents}, schema={"cents": pl.Int64})
    there = frame.select(amount=amount_expression(pl.col("cents")))
    assert there["amount"].to_list() == [None if each is None else decimal_of(each) for each in cents]
    back = there.select(cents=cents_expression(pl.col("amount")))
    assert back["cents"].to_list() == cents


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1E+30", str(LARGEST + 1)])
def test_an_amount_that_is_not_whole_cents_is_refused(amount: str):
    with pytest.raises(ValueError, match="an amount must"):
        cents_of(Decimal(amount))
