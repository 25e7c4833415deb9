"""How integer cents are written as text in the files that the world exports.

Inside the synthetic world every amount is an integer number of cents in a column that ends in `_cents`.
Belongs here: the one way out of cents. Does not belong here: reading amounts, which is `ingestion.money`.
"""

import polars as pl


def plain(cents: pl.Expr) -> pl.Expr:
    """Two decimals, a leading minus, no grouping: ``-1200.50``. Null stays null."""
    return pl.concat_str(
        pl.when(cents < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        (cents.abs() // 100).cast(pl.String),
        pl.lit("."),
        (cents.abs() % 100).cast(pl.String).str.zfill(2),
    )


def accounting(cents: pl.Expr) -> pl.Expr:
    """As people's reports print money: ``$1,200.50``, and ``($12.00)`` when it is negative."""
    dollars = cents.abs() // 100
    # Amounts of this world stay below a thousand million, so two separators are enough.
    grouped = (
        pl.when(dollars < 1_000)
        .then(dollars.cast(pl.String))
        .when(dollars < 1_000_000)
        .then(pl.concat_str((dollars // 1_000).cast(pl.String), _three_digits(dollars), separator=","))
        .otherwise(
            pl.concat_str(
                (dollars // 1_000_000).cast(pl.String),
                _three_digits(dollars // 1_000),
                _three_digits(dollars),
                separator=",",
            )
        )
    )
    unsigned = pl.concat_str(
        pl.lit("$"), grouped, pl.lit("."), (cents.abs() % 100).cast(pl.String).str.zfill(2)
    )
    return pl.when(cents < 0).then(pl.concat_str(pl.lit("("), unsigned, pl.lit(")"))).otherwise(unsigned)


def x12(cents: pl.Expr) -> pl.Expr:
    """As X12 writes an amount: no cents when they are zero, no other zero dropped: ``120``, ``45.50``."""
    return plain(cents).str.strip_suffix(".00")


def x12_amount(cents: int) -> str:
    """The same for one amount."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}{dollars}.{rest:02}" if rest else f"{sign}{dollars}"


def _three_digits(number: pl.Expr) -> pl.Expr:
    return (number % 1_000).cast(pl.String).str.zfill(3)
