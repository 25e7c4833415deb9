"""The one place where SQL is made for pages, and where it is decided which rows a person may see.

Every count, total, group, choice, export and key comes from `TableQuery`, which puts the scope into every
statement. Names in SQL come from the table's columns, values are always parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from dashboards.access.scope import Scope
from dashboards.tables.columns import DECIDED, MASK, PLACE, Column, Kind, Table, quote, source_sql
from dashboards.tables.descriptor import ScopeRule, Via
from dashboards.tables.view import Filter, Group, View

Row = dict[str, Any]
_ROWS_AT_ONCE = 5_000
MOST_CHOICES = 60


class OutOfScopeError(Exception):
    """The rows of the table cover several locations and the person may see only some."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows a view has, and the sums of its amounts and counts by column."""

    count: int
    sums: dict[str, Any]


@dataclass(slots=True)
class _Where:
    parts: list[str] = field(default_factory=lambda: ["true"])
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    @property
    def sql(self) -> str:
        return " and ".join(self.parts)


class TableQuery:
    """Questions about one table within one scope. ``is_revealed`` shows what is protected."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        scope: Scope,
        *,
        is_revealed: bool = False,
    ) -> None:
        if not may_see(table, scope):
            raise OutOfScopeError
        self._connection = connection
        self._table = table
        self._scope = scope
        self._is_revealed = is_revealed

    def rows(self, view: View, names: Sequence[str]) -> list[Row]:
        """One page of rows with the columns ``names`` and the key."""
        where = self._where(view)
        chosen = self._connection.execute(
            f"select {PLACE} from {self._source(view)} where {where.sql} order by {self._order(view)}"  # noqa: S608
            f" limit {view.size} offset {(view.page - 1) * view.size}",
            where.values,
        )
        return self._at([row[0] for row in chosen.fetchall()], names)

    def totals(self, view: View, names: Sequence[str]) -> Totals:
        """The count and the sums over every row of the view."""
        where = self._where(view)
        sums = self._sums(names)
        row = self._asked(
            f'select count(*) as "count"{sums} from {self._source(view)} where {where.sql}',  # noqa: S608
            where.values,
        )[0]
        return Totals(row.pop("count"), row)

    def totals_and_rows(
        self, view: View, summed: Sequence[str], names: Sequence[str]
    ) -> tuple[Totals, list[Row]]:
        """Both, the conditions looked at once: where they read texts, that is most of the work."""
        where = self._where(view)
        ordering, order = self._order_of_found(view)
        sums = [self._table.columns[name] for name in summed if self._table.columns[name].is_summed]
        read = "".join(f", {column.sql} as {quote(column.name)}" for column in sums)
        totals = "".join(
            f", {_sum_sql(column, quote(column.name))} as {quote(column.name)}" for column in sums
        )
        limit = f"limit {view.size} offset {(view.page - 1) * view.size}"
        row = self._asked(
            f"with found as materialized (select {PLACE} as place{ordering}{read}"  # noqa: S608
            f" from {self._source(view)} where {where.sql}),"
            f" page as (select place from found order by {order} {limit})"
            f' select (select list(place) from page) as places, count(*) as "count"{totals} from found',
            where.values,
        )[0]
        places, count = row.pop("places"), row.pop("count")
        return Totals(count, row), self._at(places or [], names)

    def _at(self, places: Sequence[int], names: Sequence[str]) -> list[Row]:
        """The rows that lie at ``places``, in that order. A statement with the scope has found the places."""
        wanted = list(dict.fromkeys([*names, *self._table.described.key]))
        source = source_sql(self._table, with_decided=DECIDED in wanted, places="$places::bigint[]")
        cursor = self._connection.execute(
            f"select {PLACE}, {self._selected(wanted)} from {source}",  # noqa: S608
            {"places": list(places)},
        )
        found = {place: dict(zip(wanted, values, strict=True)) for place, *values in cursor.fetchall()}
        return [found[place] for place in places]

    def groups(self, view: View, names: Sequence[str]) -> tuple[list[Row], int]:
        """One page of the first level of groups, each with ``count`` and sums, and how many there are."""
        where = self._where(view)
        group = view.groups[0]
        value = _bucket_sql(self._table, group)
        order = self._group_order(view, names)
        grouped = (
            f'select {value} as "group", count(*) as "count"{self._sums(names)}'  # noqa: S608
            f" from {self._source(view)} where {where.sql} group by 1"
        )
        limit = f"limit {view.size} offset {(view.page - 1) * view.size}"
        rows = self._asked(
            f"select *, count(*) over () as group_count from ({grouped}) order by {order} {limit}",  # noqa: S608
            where.values,
        )
        return rows, (rows[0]["group_count"] if rows else 0)

    def choices(self, name: str) -> list[tuple[str, int]]:
        """The values of a column within the scope with their counts, the commonest first; cut at
        `MOST_CHOICES`.
        """
        where = self._where(View())
        column = self._table.columns[name]
        rows = self._asked(
            f"select {column.sql} as value, count(*) as rows from {self._source(View(), [name])}"  # noqa: S608
            f" where {where.sql} and {column.sql} is not null"
            f" group by 1 order by 2 desc, 1 limit {MOST_CHOICES}",
            where.values,
        )
        return [(str(row["value"]), row["rows"]) for row in rows]

    def one(self, key: Sequence[str]) -> Row | None:
        """The row with that key, None when there is none within the scope."""
        where = self._where(View())
        names = list(self._table.columns)
        for name, value in zip(self._table.described.key, key, strict=True):
            where.parts.append(f"{_key_sql(self._table, name)} = {where.value(value)}")
        rows = self._asked(
            f"select {self._selected(names)} from {self._source(View(), names)}"  # noqa: S608
            f" where {where.sql} limit 1",
            where.values,
        )
        return rows[0] if rows else None

    def keys(self, view: View, most: int) -> list[tuple[str, ...]]:
        """The keys of every row of the view, at most ``most`` and one more, so that too many is noticed."""
        where = self._where(view)
        selected = ", ".join(_key_sql(self._table, name) for name in self._table.described.key)
        found = self._connection.execute(
            f"select {selected} from {self._source(view)} where {where.sql}"  # noqa: S608
            f" order by {self._order(view)} limit {most + 1}",
            where.values,
        )
        return [tuple(row) for row in found.fetchall()]

    def keys_within(self, keys: Sequence[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """Those of ``keys`` that are rows of this table within the scope."""
        return set(self.facts_of(keys, ()))

    def facts_of(self, keys: Sequence[tuple[str, ...]], names: Sequence[str]) -> dict[tuple[str, ...], Row]:
        """The columns ``names`` of those of ``keys`` that are rows of this table within the scope, by key."""
        where = self._where(View())
        parts = [_key_sql(self._table, name) for name in self._table.described.key]
        joined = " || chr(31) || ".join(parts)
        wanted = where.value(["\x1f".join(key) for key in keys])
        selected = ", ".join([f"{joined} as joined_key", *([self._selected(names)] if names else [])])
        rows = self._asked(
            f"select {selected} from {self._source(View(), names)}"  # noqa: S608
            f" where {where.sql} and {joined} in (select unnest({wanted}))",
            where.values,
        )
        return {tuple(row.pop("joined_key").split("\x1f")): row for row in rows}

    def lines(self, view: View, names: Sequence[str], as_line: str) -> Iterator[list[str]]:
        """Every row of the view as one text each, made in the engine; in lists of some thousands.

        ``as_line`` is SQL over the columns c0, c1, … in the order of ``names``.
        """
        where = self._where(view)
        selected = ", ".join(f"{self._shown(name)} as c{number}" for number, name in enumerate(names))
        cursor = self._connection.execute(
            f"select {as_line} from (select {selected} from {self._source(view, names)}"  # noqa: S608
            f" where {where.sql} order by {self._order(view)})",
            where.values,
        )
        while batch := cursor.fetchmany(_ROWS_AT_ONCE):
            yield [row[0] for row in batch]

    # Making SQL --------------------------------------------------------------------------------------------

    def _source(self, view: View, names: Sequence[str] = ()) -> str:
        """What a statement about the view and the columns ``names`` reads from."""
        return source_sql(self._table, with_decided=DECIDED in names or reads_decided(self._table, view))

    def _where(self, view: View) -> _Where:
        where = _Where()
        self._add_scope(where)
        for one in view.filters:
            where.parts.append(_condition(self._table, one, where))
        if view.search:
            self._add_search(where, view)
        return where

    def _add_scope(self, where: _Where) -> None:
        if self._scope.is_full:
            return
        rule = self._table.described.scope
        if rule is ScopeRule.LOCATION:
            where.parts.append(
                f"location_id in (select unnest({where.value(list(self._scope.locations or ()))}))"
            )
        elif isinstance(rule, Via):
            key = ", ".join(quote(name) for name in rule.key)
            where.parts.append(
                f"({key}) in (select {key} from wh.{rule.table}"  # noqa: S608
                f" where location_id in (select unnest({where.value(list(self._scope.locations or ()))})))"
            )

    def _add_search(self, where: _Where, view: View) -> None:
        names = view.columns or self._table.default_columns
        texts = [self._table.columns[name] for name in names]
        searched = [
            one for one in texts if one.kind is Kind.TEXT and (self._is_revealed or not one.is_protected)
        ]
        text = where.value(view.search)
        parts = [_contains(column.sql, view.search, text) for column in searched]
        where.parts.append(f"({' or '.join(parts) or 'false'})")

    def _shown(self, name: str) -> str:
        column = self._table.columns[name]
        if column.is_protected and not self._is_revealed:
            return f"case when {column.sql} is not null then '{MASK}' end"
        return column.sql

    def _selected(self, names: Sequence[str]) -> str:
        return ", ".join(f"{self._shown(name)} as {quote(name)}" for name in names)

    def _sums(self, names: Sequence[str]) -> str:
        summed = [self._table.columns[name] for name in names if self._table.columns[name].is_summed]
        return "".join(f", {_sum_sql(column)} as {quote(column.name)}" for column in summed)

    def _order(self, view: View) -> str:
        parts = [
            f"{self._table.columns[name].sql} {_direction(down)}" for name, down in self._ordered_by(view)
        ]
        return ", ".join([*parts, PLACE])

    def _order_of_found(self, view: View) -> tuple[str, str]:
        """The order for rows that were put aside: what must be kept of each, and the order by it."""
        by = list(enumerate(self._ordered_by(view)))
        kept = "".join(f", {self._table.columns[name].sql} as o{number}" for number, (name, _) in by)
        return kept, ", ".join([*(f"o{number} {_direction(down)}" for number, (_, down) in by), "place"])

    def _ordered_by(self, view: View) -> list[tuple[str, bool]]:
        sort = view.sort or _own_order(self._table)
        return [(name, down) for name, down in sort if name in self._table.columns]

    def _group_order(self, view: View, names: Sequence[str]) -> str:
        summed = {name for name in names if self._table.columns[name].is_summed}
        parts = []
        for name, down in view.sort:
            if name == "count" or name in summed:
                parts.append(f"{quote(name)} {'desc' if down else 'asc'} nulls last")
            elif name == view.groups[0].column:
                parts.append(f'"group" {"desc" if down else "asc"} nulls last')
        return ", ".join([*parts, '"group" nulls last'])

    def _asked(self, sql: str, values: dict[str, Any]) -> list[Row]:
        cursor = self._connection.execute(sql, values)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def reads_decided(table: Table, view: View) -> bool:
    """Whether a view asks about what people decided since the run, to find, order or group its rows."""
    if not table.has_pending:
        return False
    named = {one.column for one in view.filters} | {name for name, _ in view.sort or _own_order(table)}
    named |= {group.column for group in view.groups}
    if view.search:
        named |= set(view.columns or table.default_columns)
    return DECIDED in named


def is_looked_at_once(view: View) -> bool:
    """Whether it is quicker to put aside what the conditions leave than to look at them once more.

    It is wherever there are any: half of the time for some thousands of a million rows, two thirds for a
    third of them. Where there are none, every row would be put aside.
    """
    return bool(view.search or view.filters)


def may_see(table: Table, scope: Scope) -> bool:
    """Whether a person with that scope may see rows of the table at all."""
    return scope.is_full or table.described.scope is not ScopeRule.FULL


def _key_sql(table: Table, name: str) -> str:
    """A part of a key as text; what is missing is blank, as an address spells it."""
    return f"coalesce({table.columns[name].sql}::varchar, '')"


def _own_order(table: Table) -> list[tuple[str, bool]]:
    return [(part.removeprefix("-"), part.startswith("-")) for part in table.described.sort.split(",")]


def _direction(down: bool) -> str:
    return f"{'desc' if down else 'asc'} nulls last"


def _sum_sql(column: Column, read: str = "") -> str:
    total = f"coalesce(sum({read or column.sql}), 0)"
    return f"{total}::decimal(38, 2)" if column.kind is Kind.MONEY else f"{total}::hugeint"


def _bucket_sql(table: Table, group: Group) -> str:
    column = table.columns[group.column]
    if group.bucket == "month":
        return f"strftime({column.sql}, '%Y-%m')"
    if group.bucket == "week":
        return f"strftime(date_trunc('week', {column.sql}), '%Y-%m-%d')"
    return column.sql


def _condition(table: Table, one: Filter, where: _Where) -> str:
    column = table.columns[one.column]
    match one.operator:
        case "none":
            return f"{column.sql} is {'null' if one.values == (True,) else 'not null'}"
        case "has":
            read = column.sql if column.kind is Kind.TEXT else f"{column.sql}::varchar"
            return f"({' or '.join(_contains(read, str(text), where.value(text)) for text in one.values)})"
        case "min":
            return f"{column.sql} >= {where.value(one.values[0])}"
        case "max":
            return f"{column.sql} <= {where.value(one.values[0])}"
        case "month" | "week":
            bucket = _bucket_sql(table, Group(one.column, one.operator))
            return f"{bucket} = {where.value(one.values[0])}"
        case "not":
            return f"({column.sql} is null or {column.sql} not in ({_listed(one, where)}))"
    return f"{column.sql} in ({_listed(one, where)})"


def _contains(read: str, text: str, value: str) -> str:
    """Whatever its case; figures have none, and comparing them as they are is much quicker."""
    if text.upper() == text.lower() == text.casefold():
        return f"contains({read}, {value})"
    return f"contains(lower({read}), lower({value}))"


def _listed(one: Filter, where: _Where) -> str:
    return ", ".join(where.value(value) for value in one.values)
