"""One column of text -> one typed column, and for every value that cannot be read the kind of problem.

Belongs here: what a date, a time, a number or a flag may look like in an export. Amounts are in
`ingestion.money`. Does not belong here: whether a value is required or allowed; that is the contract's. No
value is ever turned into a silent null: where text was there and nothing came of it, `Typed.problems` says
why. Inputs are trimmed text with null for blank. The usual spelling of a whole column is tried first and the
others only for what it leaves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl

from ingestion.kernels import (
    are_identifiers,
    are_plain_texts,
    plain_amounts,
    plain_dates,
    plain_timestamps,
)
from ingestion.money import parse_amounts

DATE_UNREADABLE = "date_is_not_readable"
DATE_OUT_OF_RANGE = "date_is_out_of_range"
TIMESTAMP_UNREADABLE = "timestamp_is_not_readable"
TIMESTAMP_OUT_OF_RANGE = "timestamp_is_out_of_range"
NOT_A_WHOLE_NUMBER = "not_a_whole_number"
NOT_YES_OR_NO = "not_yes_or_no"

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 1, 1)

# Each spelling is a shape and how to read it; the shape comes first because a date parser forgives too much.
_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_US_DAY = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_DATES = ((rf"^{_ISO_DAY}$", "%Y-%m-%d"), (rf"^{_US_DAY}$", "%m/%d/%Y"))
_SHORT_YEAR = (
    r"^([0-9]{1,2}/[0-9]{1,2}/)([0-9]{2})$"  # always of this century: no contract holds a date of birth
)
_MIDNIGHT = r"[ T](?:00?:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$"
_TIMESTAMPS = (
    (rf"^{_ISO_DAY} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}$", "%Y-%m-%d %H:%M:%S"),
    (rf"^{_ISO_DAY} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{1,6}}$", "%Y-%m-%d %H:%M:%S%.f"),
    (rf"^{_ISO_DAY} [0-9]{{2}}:[0-9]{{2}}$", "%Y-%m-%d %H:%M"),
    (rf"^{_US_DAY} [0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}$", "%m/%d/%Y %H:%M:%S"),
    (rf"^{_US_DAY} [0-9]{{1,2}}:[0-9]{{2}}$", "%m/%d/%Y %H:%M"),
    (rf"^{_US_DAY} [0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}} [AP]M$", "%m/%d/%Y %I:%M:%S %p"),
    (rf"^{_US_DAY} [0-9]{{1,2}}:[0-9]{{2}} [AP]M$", "%m/%d/%Y %I:%M %p"),
)
_YES = ("y", "yes", "true", "1", "on")
_NO = ("n", "no", "false", "0", "off")


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed column and, as long as it, the kinds of problem, null where none; None without any."""

    values: pl.Series
    problems: pl.Series | None = None


def typed(kind: str, texts: pl.Series, allowed: Sequence[str] = ()) -> Typed:
    """Read ``texts`` as ``kind``, one of the factory names of `ingestion.contracts.columns`.

    ``allowed`` is the closed list of a ``one_of`` column. A text outside the list stays as it is, for the
    contract to refuse. Raises KeyError for a kind that is not known.
    """
    if kind == "one_of":
        return Typed(_as_listed(texts, allowed))
    return _READERS[kind](texts)


def holds(kind: str, values: pl.Series, allowed: Sequence[str] = (), at_most: int = 0) -> bool:
    """Whether the values of a column are so plain that no rule of its kind can refuse any.

    ``at_most`` is how long a ``text`` may be. Where the answer is no, the rules themselves must say.
    """
    if values.null_count() == len(values):
        return True
    match kind:
        case "identifier":
            return are_identifiers(values)
        case "text":
            return are_plain_texts(values, at_most)
        case "one_of":
            return bool(values.is_in([*allowed, None], nulls_equal=True).all())
        case _:
            return kind in ("money", "date", "timestamp", "flag")


def _text(texts: pl.Series) -> Typed:
    return Typed(texts)


def _money(texts: pl.Series) -> Typed:
    if (plain := plain_amounts(texts)) is not None:
        return Typed(plain)
    amounts, problems = parse_amounts(texts)
    return Typed(amounts, problems if problems.null_count() < len(problems) else None)


def _date(texts: pl.Series) -> Typed:
    plain = plain_dates(texts, has_hyphens=True)
    usual = _read_as(texts, _DATES[:1], _to_day) if plain is None else plain
    if usual.null_count() > texts.null_count():
        plainer = texts.str.to_uppercase().str.replace(_MIDNIGHT, "").str.replace(_SHORT_YEAR, "${1}20$2")
        usual = _read_as(plainer, _DATES, _to_day)
    return _within_range(texts, usual, EARLIEST, LATEST, (DATE_UNREADABLE, DATE_OUT_OF_RANGE))


def _timestamp(texts: pl.Series) -> Typed:
    plain = plain_timestamps(texts)
    usual = _read_as(texts, _TIMESTAMPS[:1], _to_time) if plain is None else plain
    if usual.null_count() > texts.null_count():
        plainer = texts.str.to_uppercase().str.replace("T", " ").str.replace(r" ?([AP]M)$", " $1")
        at_midnight = _read_as(plainer, _DATES, _to_day).cast(pl.Datetime("us"))
        usual = _filled(_read_as(plainer, _TIMESTAMPS, _to_time), at_midnight)
    limits = datetime.combine(EARLIEST, time()), datetime.combine(LATEST, time())
    return _within_range(texts, usual, *limits, (TIMESTAMP_UNREADABLE, TIMESTAMP_OUT_OF_RANGE))


def _whole_number(texts: pl.Series) -> Typed:
    digits = _where(texts, texts.str.contains(r"^[+-]?[0-9]{1,18}$"))
    numbers = digits.str.strip_prefix("+").cast(pl.Int64)
    return Typed(numbers, _problems(texts, numbers, NOT_A_WHOLE_NUMBER))


def _flag(texts: pl.Series) -> Typed:
    meanings = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
    flags = texts.str.to_lowercase().replace_strict(meanings, default=None, return_dtype=pl.Boolean)
    return Typed(flags, _problems(texts, flags, NOT_YES_OR_NO))


_READERS: dict[str, Callable[[pl.Series], Typed]] = {
    "identifier": _text,
    "text": _text,
    "money": _money,
    "date": _date,
    "timestamp": _timestamp,
    "whole_number": _whole_number,
    "flag": _flag,
}


def _as_listed(texts: pl.Series, allowed: Sequence[str]) -> pl.Series:
    if texts.is_in([*allowed, None], nulls_equal=True).all():
        return texts
    listed = {spelling.lower(): spelling for spelling in allowed}
    known = texts.str.to_lowercase().replace_strict(listed, default=None, return_dtype=pl.String)
    return _filled(known, texts)


def _to_day(texts: pl.Series, form: str) -> pl.Series:
    return texts.str.to_date(form, strict=False)


def _to_time(texts: pl.Series, form: str) -> pl.Series:
    return texts.str.to_datetime(form, time_unit="us", strict=False)


def _read_as(
    texts: pl.Series, spellings: Sequence[tuple[str, str]], read: Callable[[pl.Series, str], pl.Series]
) -> pl.Series:
    """Read every text in the first of ``spellings`` whose shape it has; null where it has none of them."""
    values: pl.Series | None = None
    for shape, form in spellings:
        found = read(_where(texts, texts.str.contains(shape)), form)
        values = found if values is None else _filled(values, found)
        if values.null_count() == texts.null_count():
            break
    if values is None:
        raise ValueError("at least one spelling is needed")
    return values


def _where(texts: pl.Series, condition: pl.Series) -> pl.Series:
    return (
        texts if condition.all() else texts.to_frame().select(pl.when(condition).then(pl.first())).to_series()
    )


def _filled(values: pl.Series, others: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(values, others)).to_series()


def _problems(texts: pl.Series, values: pl.Series, problem: str) -> pl.Series | None:
    if values.null_count() == texts.null_count():
        return None
    return pl.select(pl.when(texts.is_not_null() & values.is_null()).then(pl.lit(problem))).to_series()


def _within_range(
    texts: pl.Series, values: pl.Series, earliest: date, latest: date, problems: tuple[str, str]
) -> Typed:
    unreadable, out_of_range = problems
    inside = values.is_between(earliest, latest, closed="left")
    found = _problems(texts, values, unreadable)
    if inside.all():
        return Typed(values, found)
    outside = pl.select(pl.when(~inside).then(pl.lit(out_of_range))).to_series()
    kept = pl.select(pl.when(inside).then(values)).to_series()
    return Typed(kept, outside if found is None else _filled(outside, found))
