"""Money in frames, `DECIMAL(18,2)`, and money in kernels, int64 cents. Exact both ways, never a float
between.
"""

from decimal import Decimal
from typing import TypeAlias

import polars as pl

#: What a schema may name as the type of a column.
PolarsType: TypeAlias = pl.DataType | type[pl.DataType]

AMOUNT = pl.Decimal(18, 2)


def cents(amount: str) -> pl.Expr:
    """The `DECIMAL(18,2)` column `amount` as int64 cents."""
    return pl.col(amount).cast(AMOUNT).to_physical().cast(pl.Int64)


def amount(cents_column: str) -> pl.Expr:
    """The int64 cents column as `DECIMAL(18,2)`."""
    return (pl.col(cents_column).cast(AMOUNT) * Decimal("0.01")).cast(AMOUNT)
