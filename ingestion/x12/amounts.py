"""Amounts, quantities and dates as X12 writes them, exact, and whole columns at a time.

A cast of the engine alone would take `1E3` as a thousand, round 10.005 and turn overflow into null without a
word. So the text must have the form of an X12 decimal first; what has not is null here and a finding at the
caller, and never a zero.
"""

from __future__ import annotations

import polars as pl

from ingestion.kernels import plain_amounts, plain_dates

AMOUNT = pl.Decimal(18, 2)
QUANTITY = pl.Decimal(18, 4)

_AMOUNT_FORM = r"^-?([0-9]{1,16}(\.[0-9]{0,2})?|\.[0-9]{1,2})$"
_QUANTITY_FORM = r"^-?([0-9]{1,14}(\.[0-9]{0,4})?|\.[0-9]{1,4})$"
_COUNT_FORM = r"^[0-9]{1,15}$"
_DATE_FORM = r"^[0-9]{8}$"


def _of_form(texts: pl.Series, form: str) -> pl.Series:
    """Keep the texts of this form and null the rest."""
    if texts.null_count() == len(texts):
        return texts
    is_formed = texts.str.contains(form)
    return (
        texts
        if is_formed.all()
        else texts.zip_with(is_formed.fill_null(False), pl.Series([None], dtype=pl.String))
    )


def amounts(texts: pl.Series) -> pl.Series:
    """Return X12 amounts as DECIMAL(18,2); null where the text is null or no such amount."""
    plain = plain_amounts(texts)
    return _of_form(texts, _AMOUNT_FORM).cast(AMOUNT, strict=False) if plain is None else plain


def quantities(texts: pl.Series) -> pl.Series:
    """Return X12 quantities as DECIMAL(18,4); null where the text is null or no such quantity."""
    plain = plain_amounts(texts, decimals=4)
    return _of_form(texts, _QUANTITY_FORM).cast(QUANTITY, strict=False) if plain is None else plain


def counts(texts: pl.Series) -> pl.Series:
    """Return X12 whole numbers as integers; null where the text is null or no such number."""
    return _of_form(texts, _COUNT_FORM).cast(pl.Int64, strict=False)


def dates(texts: pl.Series) -> pl.Series:
    """Return CCYYMMDD texts as dates; null where the text is null or no day of the calendar."""
    plain = plain_dates(texts, has_hyphens=False)
    return _of_form(texts, _DATE_FORM).str.to_date("%Y%m%d", strict=False) if plain is None else plain
