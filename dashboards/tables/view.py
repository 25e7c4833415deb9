"""What of a table is looked at, as a URL says it: filters, order, groups, columns and page.

The same address gives the same view to anybody with the same scope. Nothing from the address reaches SQL
except as a value: every name is looked up in the table's columns, and an unknown one is refused with a
sentence.

    receipt_status=Error&receipt_status=Hold   one of these
    receipt_type.not=Refund                    none of these
    check_number.has=77                        contains, whatever its case
    amount.min=10&received_on.max=2026-03-31   from, to, both included
    hold_until.none=yes                        is empty; no: is not
    received_on.month=2026-03                  of the month; .week=2026-03-02 of the week from that Monday
    q=text                                     contained in any text column that is shown
    sort=-amount,received_on  group=location_id,receipt_status  columns=…  page=2  size=100
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlencode

from dashboards.tables.columns import Column, Kind, Table, without_underscores

Value = str | int | bool | date | Decimal

OPERATORS = ("is", "not", "has", "min", "max", "none", "month", "week")
_WORDS = {"is": "is", "not": "is not", "has": "contains", "min": "from", "max": "up to"}
RESERVED = ("q", "sort", "group", "columns", "page", "size", "part", "level")
SIZES = (25, 50, 100, 250)
DEFAULT_SIZE = 50
_LONGEST = 300
_MOST_VALUES = 200
_MOST_GROUPS = 4
_MOST_PAGE = 1_000_000
_LARGEST = Decimal(10) ** 16


class ViewError(ValueError):
    """An address that cannot be read. The message names the part, never its value."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. ``texts`` are the values as the address has them."""

    column: str
    operator: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]

    @property
    def parameter(self) -> str:
        """The name in the address."""
        return self.column if self.operator == "is" else f"{self.column}.{self.operator}"

    @property
    def words(self) -> str:
        """The condition in words, after the column's title."""
        if self.operator == "none":
            return "is empty" if self.values == (True,) else "is not empty"
        told = " or ".join(without_underscores(text) if text else "empty" for text in self.texts[:4])
        more = f" or {len(self.texts) - 4} more" if len(self.texts) > 4 else ""
        return f"{_WORDS.get(self.operator, self.operator)} {told}{more}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows are put together by a column, or by the month or week of a date."""

    column: str
    bucket: str = ""

    def __str__(self) -> str:
        return f"{self.column}.{self.bucket}" if self.bucket else self.column


@dataclass(frozen=True, slots=True)
class View:
    """A view of one table. Immutable; links are made from changed copies."""

    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    """(column, whether descending); empty is the table's own order."""
    groups: tuple[Group, ...] = ()
    columns: tuple[str, ...] = ()
    """Empty: the default ones."""
    page: int = 1
    size: int = DEFAULT_SIZE

    def pairs(self) -> list[tuple[str, str]]:
        """The view as parts of an address, in a fixed order."""
        found = [(one.parameter, text) for one in self.filters for text in one.texts]
        if self.search:
            found.append(("q", self.search))
        if self.sort:
            found.append(("sort", ",".join(f"-{name}" if down else name for name, down in self.sort)))
        if self.groups:
            found.append(("group", ",".join(map(str, self.groups))))
        if self.columns:
            found.append(("columns", ",".join(self.columns)))
        if self.page > 1:
            found.append(("page", str(self.page)))
        if self.size != DEFAULT_SIZE:
            found.append(("size", str(self.size)))
        return found

    @property
    def query(self) -> str:
        """The view as the query of an address."""
        return urlencode(self.pairs())

    @property
    def filter_query(self) -> str:
        """Only what decides which rows are meant."""
        return replace(self, sort=(), groups=(), columns=(), page=1, size=DEFAULT_SIZE).query

    def without(self, unwanted: Filter) -> "View":
        """The view without a condition."""
        return replace(self, filters=tuple(one for one in self.filters if one is not unwanted), page=1)

    def sorted_by(self, column: str) -> "View":
        """The view in the order of a column; asked for again, the other way round."""
        down = self.sort[:1] == ((column, False),)
        return replace(self, sort=((column, down),), page=1)

    def drilled(self, table: Table, values: Iterable[object]) -> "View":
        """The rows of one group: its values become conditions and its level goes away."""
        first, *rest = self.groups
        value = next(iter(values))
        made = _condition_of(first, value)
        others = [one for one in self.filters if one.parameter != made.parameter]
        return replace(
            self, filters=(*others, made), groups=tuple(rest), page=1, sort=_kept(self.sort, table)
        )

    def held_to(self, column: str, value: str) -> str:
        """The address of the view with a column held to one value."""
        others = [one for one in self.pairs() if one[0] not in {column, "page"}]
        return urlencode([(column, value), *others])

    @property
    def query_without_columns(self) -> str:
        """The address of the view with the default columns."""
        return replace(self, columns=()).query

    def value_of(self, column: str) -> str | None:
        """The one value that a column is held to, None when it is not."""
        for one in self.filters:
            if one.column == column and one.operator == "is" and len(one.texts) == 1:
                return one.texts[0]
        return None


def _kept(sort: tuple[tuple[str, bool], ...], table: Table) -> tuple[tuple[str, bool], ...]:
    return tuple(part for part in sort if part[0] in table.columns)


def _condition_of(group: Group, value: object) -> Filter:
    if value is None:
        return Filter(group.column, "none", (True,), ("yes",))
    text = _text(value)
    operator = group.bucket or "is"
    return Filter(group.column, operator, (value if operator == "is" else text,), (text,))  # type: ignore[arg-type]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def parse(table: Table, query: str, *, is_revealed: bool = False) -> View:
    """The view of an address. Raises `ViewError` for what the table does not have or a value does not fit."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=600, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise ViewError("the address cannot be read") from None
    collected: dict[str, list[str]] = {}
    for name, text in pairs:
        if text != "" and name not in {"part", "level"}:
            collected.setdefault(name, []).append(text)
    named = {name: values for name, values in collected.items() if name not in RESERVED}
    view = View(
        filters=tuple(_filter(table, name, values, is_revealed) for name, values in named.items()),
        search=_plain("q", _single(collected, "q")),
        sort=_sort(table, _single(collected, "sort"), is_revealed),
        groups=_groups(table, _single(collected, "group"), is_revealed),
        columns=_columns(table, collected.get("columns", [])),
        page=_whole("page", _single(collected, "page") or "1", 1, _MOST_PAGE),
        size=_whole("size", _single(collected, "size") or str(DEFAULT_SIZE), 1, max(SIZES)),
    )
    return with_modes(table, view)


def with_modes(table: Table, view: View) -> View:
    """The view with exactly one value for each column that tells the same money again."""
    filters = list(view.filters)
    for mode in table.described.modes:
        given = [one for one in filters if one.column == mode.column]
        if not given:
            default = next(iter(mode.options))
            value = _value(table.columns[mode.column], "is", default)
            filters.insert(0, Filter(mode.column, "is", (value,), (default,)))
        elif len(given) > 1 or given[0].operator != "is" or len(given[0].values) != 1:
            raise ViewError(f"choose one {mode.title.lower()}")
    return replace(view, filters=tuple(filters))


def _single(collected: Mapping[str, list[str]], name: str) -> str:
    values = collected.get(name, [])
    if len(values) > 1:
        raise ViewError(f"{name} is given twice")
    return values[0] if values else ""


def _plain(what: str, text: str) -> str:
    if len(text) > _LONGEST or "\x00" in text:
        raise ViewError(f"{what} cannot be read")
    return text


def _known(table: Table, name: str, is_revealed: bool) -> Column:
    column = table.columns.get(name)
    if column is None:
        raise ViewError("there is no such column")
    if column.is_protected and not is_revealed:
        raise ViewError(f"{column.title} is masked; reveal it first")
    return column


def _filter(table: Table, parameter: str, texts: list[str], is_revealed: bool) -> Filter:
    name, dot, operator = parameter.partition(".")
    column = _known(table, name, is_revealed)
    operator = operator if dot else "is"
    if operator not in OPERATORS:
        raise ViewError(f"{column.title}: there is no such condition")
    if len(texts) > _MOST_VALUES or (operator in {"min", "max", "none", "month", "week"} and len(texts) > 1):
        raise ViewError(f"{column.title}: too many values")
    values = tuple(_value(column, operator, text) for text in texts)
    return Filter(name, operator, values, tuple(texts))


def _value(column: Column, operator: str, text: str) -> Value:
    problem = ViewError(f"{column.title}: the value cannot be read")
    if len(text) > _LONGEST or "\x00" in text:
        raise problem
    if operator == "has":
        return text
    if operator == "none":
        return _yes_no(text, problem)
    try:
        if operator in {"month", "week"}:
            return _start_of(column, operator, text)
        match column.kind:
            case Kind.DATE:
                return date.fromisoformat(text)
            case Kind.MOMENT:
                return datetime.fromisoformat(text)
            case Kind.NUMBER:
                return _number(text)
            case Kind.MONEY:
                return _number(text.replace(",", "").removeprefix("$"))
            case Kind.YES_NO:
                return _yes_no(text, problem)
    except (ValueError, InvalidOperation):
        raise problem from None
    return text


def _start_of(column: Column, operator: str, text: str) -> str:
    if column.kind is not Kind.DATE:
        raise ValueError(operator)
    if operator == "month":
        return date.fromisoformat(f"{text}-01").isoformat()[:7]
    day = date.fromisoformat(text)
    return (day - timedelta(days=day.weekday())).isoformat()


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= _LARGEST or abs(int(number.as_tuple().exponent)) > 18:
        raise ValueError
    return number


def _yes_no(text: str, problem: ViewError) -> bool:
    if text not in {"yes", "no"}:
        raise problem
    return text == "yes"


def _sort(table: Table, text: str, is_revealed: bool) -> tuple[tuple[str, bool], ...]:
    found = []
    for part in filter(None, text.split(",")):
        name = part.removeprefix("-")
        if name != "count":
            _known(table, name, is_revealed)
        found.append((name, part.startswith("-")))
    return tuple(dict(found).items())


def _groups(table: Table, text: str, is_revealed: bool) -> tuple[Group, ...]:
    found = []
    for part in filter(None, text.split(",")):
        name, _, bucket = part.partition(".")
        column = _known(table, name, is_revealed)
        if bucket and (bucket not in {"month", "week"} or column.kind is not Kind.DATE):
            raise ViewError(f"{column.title}: rows cannot be put together so")
        found.append(Group(name, bucket))
    if len(found) > _MOST_GROUPS:
        raise ViewError(f"rows are put together by at most {_MOST_GROUPS} columns")
    return tuple(dict.fromkeys(found))


def _columns(table: Table, texts: list[str]) -> tuple[str, ...]:
    names = [name for text in texts for name in text.split(",") if name]
    for name in names:
        if name not in table.columns:
            raise ViewError("there is no such column")
    chosen = tuple(dict.fromkeys(names))
    return () if chosen == table.default_columns else chosen


def _whole(what: str, text: str, least: int, most: int) -> int:
    if len(text) > 7 or not text.isdecimal() or not least <= int(text) <= most:
        raise ViewError(f"{what} must be a number from {least} to {most:,}")
    return int(text)
