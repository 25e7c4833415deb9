"""A vendor's values -> the text that every contract reads, by what the profile and the file format say.

Belongs here: value maps, constants, decimal marks, signs, date formats, serial dates, widths of ids. Does not
belong here: types and rules (`ingestion.checking`). Nothing is guessed: a text that is not written as the
profile says is refused with a rule of this module. Frames hold one text column for each contract column,
trimmed, null for blank.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ingestion.contracts import Contract
from ingestion.money import amount_problem, parsed_amount
from ingestion.profiles.profile import PARTS_OF_DATES, Column, Profile

NOT_AS_PROFILE_SAYS = "date_is_not_written_as_the_profile_says"
OTHER_WIDTH = "not_as_long_as_the_profile_says"

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$"
_SERIAL = r"^[1-9][0-9]{4}(?:\.[0-9]{1,12})?$"  # 1927 to 2173; a serial of fewer digits is too old to mean
_MICROSECONDS_OF_DAY = 86_400 * 1_000_000
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Values of one column that are not written as the profile says: their rows, from 0, and the rule."""

    column: str
    rule: str
    rows: pl.Series

    def moved_down(self, by: int) -> "Refusal":
        """The same refusal where ``by`` rows come before."""
        return Refusal(self.column, self.rule, self.rows + by)


def rewritten(
    contract: Contract, texts: pl.DataFrame, profile: Profile | None, serial_dates_from: str | None
) -> tuple[pl.DataFrame, list[Refusal]]:
    """``texts`` as the contract reads them, and what was refused.

    ``serial_dates_from`` is the day that serial dates of a workbook count from, None for other files. A
    refused value is null in the frame.
    """
    if profile is None and serial_dates_from is None:
        return texts, []
    columns = {} if profile is None else profile.columns
    refused: list[Refusal] = []
    changes = []
    for name in texts.columns:
        if name not in contract.columns:
            continue
        text, is_refused, rule = pl.col(name), None, ""
        if serial_dates_from and contract.kind(name) in ("date", "timestamp"):
            text = _without_serials(text, serial_dates_from)
        if profile is not None and name in columns:
            text, is_refused, rule = _by_column(text, columns[name], profile, contract.kind(name))
        if is_refused is not None:
            rows = texts.select(is_refused).to_series().arg_true().cast(pl.UInt32)
            refused.append(Refusal(name, rule, rows))
            text = pl.when(~is_refused).then(text)
        changes.append(text.alias(name))
    return texts.with_columns(changes), [each for each in refused if len(each.rows)]


def _by_column(
    text: pl.Expr, column: Column, profile: Profile, kind: str
) -> tuple[pl.Expr, pl.Expr | None, str]:
    """The rewritten text; and, where something may be refused, what is, and by which rule."""
    if column.constant is not None:
        return pl.lit(column.constant), None, ""
    if column.values:
        text = _mapped(text, column.values)
    match kind:
        case "money":
            return _amount(text, column, profile), None, ""
        case "date" | "timestamp":
            forms = column.dates or profile.dates
            if forms:
                day = _day(text, list(forms))
                return day, (text.is_not_null() & day.is_null()).fill_null(False), NOT_AS_PROFILE_SAYS
        case "identifier" if column.width is not None:
            is_other = text.is_not_null() & (text.str.len_chars() != column.width)
            return text, is_other.fill_null(False), OTHER_WIDTH
    return text, None, ""


def _mapped(text: pl.Expr, values: dict[str, str]) -> pl.Expr:
    """Each of ``values`` in place of its key, compared without regard to case; other texts as they are."""
    folded = {key.strip().lower(): value for key, value in values.items()}
    known = text.str.to_lowercase().replace_strict(folded, default=None, return_dtype=pl.String)
    return pl.coalesce(known, text)


def _amount(text: pl.Expr, column: Column, profile: Profile) -> pl.Expr:
    if (column.decimal_mark or profile.decimal_mark) == ",":
        # The one money parser then reads it, as strict about points as it is about commas.
        text = text.str.replace_all(",", "\x00", literal=True).str.replace_all(".", ",", literal=True)
        text = text.str.replace_all("\x00", ".", literal=True)
    if column.sign == "reversed":
        negated = (-parsed_amount(text)).cast(pl.String)
        text = pl.when(amount_problem(text).is_null()).then(negated).otherwise(text)
    return text


def _day(text: pl.Expr, forms: list[str]) -> pl.Expr:
    """The day or time in ISO's spelling, null where it is written in none of ``forms`` nor in ISO's."""
    in_iso = pl.when(text.str.contains(_ISO)).then(text)
    others = [_moment(pl.when(text.str.contains(_shape(form))).then(text), form) for form in forms]
    return pl.coalesce(in_iso, *(other.dt.strftime("%Y-%m-%d %H:%M:%S") for other in others))


def _moment(text: pl.Expr, form: str) -> pl.Expr:
    has_time = "%H" in form or "%I" in form
    kind = pl.Datetime("us") if has_time else pl.Date()
    return text.str.strptime(kind, form, strict=False).cast(pl.Datetime("us"))


def _shape(form: str) -> str:
    """A pattern of what ``form`` writes; a date parser alone forgives too much."""
    return f"^{''.join(_pieces(form))}$"


def _pieces(form: str) -> Iterator[str]:
    place = 0
    while place < len(form):
        part = form[place : place + 2]
        known = part in PARTS_OF_DATES
        yield PARTS_OF_DATES[part] if known else f"\\x{{{ord(form[place]):x}}}"
        place += 2 if known else 1


def _without_serials(text: pl.Expr, counted_from: str) -> pl.Expr:
    """A number of days in ISO's spelling, to the second; other texts as they are."""
    days = pl.when(text.str.contains(_SERIAL)).then(text).cast(pl.Float64)
    seconds = (days * (_MICROSECONDS_OF_DAY // _SECOND)).round().cast(pl.Int64)
    moment = pl.lit(counted_from).str.to_datetime("%Y-%m-%d") + pl.duration(seconds=seconds)
    return pl.coalesce(moment.dt.strftime("%Y-%m-%d %H:%M:%S"), text)
