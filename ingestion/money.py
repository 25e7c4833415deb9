"""The one money parser, and exact ways between text, decimals and integer cents.

Belongs here: everything that turns something into an amount. Does not belong here: what an amount means. An
amount is DECIMAL(18,2) at rest and int64 cents in kernels; no float comes near it. Parsing never rounds: what
cannot be read exactly is a problem with a name, and a blank is absent, which is not zero.

Accepted: ``1200``, ``1,200.5``, ``$1,200.00``, ``-12``, ``+12``, ``-$12``, ``$-12``, ``12.00-``, ``(12.00)``,
``($12.00)``, ``$(12.00)``, ``.50``, ``12.``, with blanks around. Refused: more than two decimals, commas that
do not group by three, letters, scientific notation, two signs, more than 16 digits before the point.
"""

from decimal import Decimal, InvalidOperation

import polars as pl

MONEY = pl.Decimal(18, 2)
LARGEST = Decimal("9999999999999999.99")

NOT_A_NUMBER = "amount_is_not_a_number"
TOO_MANY_DECIMALS = "amount_has_more_than_two_decimals"
WRONG_GROUPING = "amount_is_grouped_wrongly"
SCIENTIFIC = "amount_is_in_scientific_notation"
TOO_LARGE = "amount_has_more_than_16_digits"

_CENT = Decimal("0.01")

# One sign at most: in front, behind, or as a pair of brackets. The dollar stands before or after a leading
# sign.
_PLAIN = r"^[-+]?(?:[0-9]+(?:\.[0-9]{0,2})?|\.[0-9]{1,2})$"
_NUMBER = r"(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{0,2})?|\.[0-9]{1,2})"
_SIGNED = rf"^(?:(?:[-+]\$?|\$[-+]?)?{_NUMBER}|\$?{_NUMBER}-|\(\$?{_NUMBER}\)|\$\({_NUMBER}\))$"
_DECORATION = r"[$,()+-]"
_TOO_MANY_DIGITS = r"^0*[1-9][0-9]{16,}"

# What looks like a number but is refused, told apart for the person who has to mend the file.
_WITH_MORE_DECIMALS = r"^[-+$(]*[0-9,]*\.[0-9]{3,}[)-]?$"
_WITH_COMMAS = r"^[-+$(]*[0-9,]*,[0-9,]*(?:\.[0-9]*)?[)-]?$"
_WITH_EXPONENT = r"^[-+$(]*[0-9]*\.?[0-9]+[eE][-+]?[0-9]+[)-]?$"


def _trimmed(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars()


def _unsigned(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_DECORATION, "")


def parsed_amount(text: pl.Expr) -> pl.Expr:
    """Expression text -> DECIMAL(18,2); null where blank or refused (`amount_problem` says which)."""
    trimmed = _trimmed(text)
    digits = _unsigned(trimmed)
    readable = trimmed.str.contains(_SIGNED) & ~digits.str.contains(_TOO_MANY_DIGITS)
    magnitude = pl.when(readable).then(digits).cast(MONEY, strict=False)
    is_negative = trimmed.str.contains(r"[-(]")
    return pl.when(is_negative).then(-magnitude).otherwise(magnitude).cast(MONEY)


def amount_problem(text: pl.Expr) -> pl.Expr:
    """Expression text -> the kind of problem that `parsed_amount` found, null where it found none."""
    trimmed = _trimmed(text)
    return (
        pl.when(trimmed.is_null() | (trimmed == ""))
        .then(None)
        .when(trimmed.str.contains(_SIGNED))
        .then(pl.when(_unsigned(trimmed).str.contains(_TOO_MANY_DIGITS)).then(pl.lit(TOO_LARGE)))
        .when(trimmed.str.contains(_WITH_EXPONENT))
        .then(pl.lit(SCIENTIFIC))
        .when(trimmed.str.contains(_WITH_MORE_DECIMALS))
        .then(pl.lit(TOO_MANY_DECIMALS))
        .when(trimmed.str.contains(_WITH_COMMAS))
        .then(pl.lit(WRONG_GROUPING))
        .otherwise(pl.lit(NOT_A_NUMBER))
    )


def parse_amounts(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """A column of text -> (DECIMAL(18,2) amounts, problems as text), both as long as ``texts``.

    The usual export writes plain ``-?digits.digits``; when the whole column does, the costly forms are never
    tried.
    """
    frame = texts.alias("text").to_frame()
    plain = frame.select(
        pl.col("text").str.contains(_PLAIN).all(ignore_nulls=True)
        & (pl.col("text").str.len_bytes().max().fill_null(0) <= 16)
    ).item()
    if plain:
        amounts = texts.str.strip_prefix("+").cast(MONEY)
        return amounts, pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    text = pl.col("text")
    read = frame.select(amount=parsed_amount(text), problem=amount_problem(text))
    return read["amount"], read["problem"]


def cents_of(amount: Decimal) -> int:
    """Exact integer cents of ``amount``.

    Raises ValueError when it has a fraction of a cent or is not finite.
    """
    if not amount.is_finite():
        raise ValueError("an amount must be finite")
    try:
        hundredfold = amount.scaleb(2)
        cents = int(hundredfold)
    except InvalidOperation:
        raise ValueError("an amount must fit DECIMAL(18,2)") from None
    if hundredfold != cents or abs(amount) > LARGEST:
        raise ValueError("an amount must be whole cents and fit DECIMAL(18,2)")
    return cents


def decimal_of(cents: int) -> Decimal:
    """Exact decimal of integer ``cents``, always with two places."""
    return Decimal(cents).scaleb(-2).quantize(_CENT)


def cents_expression(amount: pl.Expr) -> pl.Expr:
    """Expression DECIMAL(18,2) -> int64 cents, exact: the decimal's own unscaled integer."""
    return amount.cast(MONEY).to_physical().cast(pl.Int64)


def amount_expression(cents: pl.Expr) -> pl.Expr:
    """Expression int64 cents -> DECIMAL(18,2), exact."""
    return (cents.cast(pl.Decimal(38, 0)) * pl.lit(_CENT)).cast(MONEY)
