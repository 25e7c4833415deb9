"""From day numbers to calendar dates and times in frames.

Day 0 is the first day of the world. Columns that end in `_day` hold day numbers, columns that end in `_on`
dates.
"""

from datetime import datetime, time

import polars as pl

from synthetic.practice import FIRST_ON

_MIDNIGHT = datetime.combine(FIRST_ON, time())


def date_of(day: pl.Expr) -> pl.Expr:
    """The calendar date of a day number; null stays null."""
    return (pl.lit(FIRST_ON) + pl.duration(days=day)).cast(pl.Date)


def moment_of(day: pl.Expr, minute: pl.Expr) -> pl.Expr:
    """The wall-clock time `minute` minutes after midnight of a day."""
    return (pl.lit(_MIDNIGHT) + pl.duration(days=day, minutes=minute)).cast(pl.Datetime("us"))


def digits_of(day: pl.Expr) -> pl.Expr:
    """The date as eight digits, as batch numbers and X12 write it."""
    return date_of(day).dt.strftime("%Y%m%d")
