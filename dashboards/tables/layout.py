"""A table as a page shows it: headings, cells, links, totals and groups, ready for a template.

Belongs here: what stands in which cell and where it leads. Does not belong here: the rows (`query`), the
marks around them (the templates).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.tables.columns import DECIDED, Column, Kind, Table, without_underscores
from dashboards.tables.descriptor import Link
from dashboards.tables.query import Row, TableQuery, Totals
from dashboards.tables.view import Group, View

_LONG = 32
_PLACE = re.compile(r"\{(\w+)\}")

TONES = {
    "critical": "bad",
    "error": "bad",
    "failed": "bad",
    "rejected": "bad",
    "mismatch": "bad",
    "missing": "bad",
    "overdue": "bad",
    "past_limit": "bad",
    "returned": "bad",
    "set_aside": "bad",
    "denied": "bad",
    "warning": "warn",
    "hold": "warn",
    "late": "warn",
    "ambiguous": "warn",
    "not_evaluable": "warn",
    "small": "warn",
    "near_limit": "warn",
    "amount_differs": "warn",
    "wrong_account": "warn",
    "empty": "warn",
    "partial": "warn",
    "completed": "good",
    "matched": "good",
    "balanced": "good",
    "on_time": "good",
    "loaded": "good",
    "paid": "good",
    "posted": "good",
    "cleared": "good",
}
"""Words of state and how they are tinted; the word itself always stands there as well."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading. ``direction`` is ascending, descending or none."""

    column: Column
    sort_query: str
    direction: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``href`` is where it leads, ``hint`` what is there."""

    value: Any
    kind: str
    href: str = ""
    hint: str = ""
    tone: str = ""

    @property
    def manner(self) -> str:
        """How it is drawn besides its kind: sentences wrap, nothing is quiet, what is owed stands out."""
        if self.kind == Kind.TEXT:
            return " long" if isinstance(self.value, str) and len(self.value) > _LONG else ""
        if self.kind == Kind.MONEY and self.value is not None:
            return " negative" if self.value < 0 else "" if self.value else " zero"
        return ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells, and its key as it is sent with a decision."""

    cells: tuple[Cell, ...]
    key: str
    record_href: str
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: its value, how many rows, its sums, and the address of what is in it."""

    value: Any
    kind: str
    count: int
    cells: tuple[Cell, ...]
    drill_query: str
    is_last_level: bool
    depth: int
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table, ready to be drawn."""

    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    group_lines: tuple[GroupLine, ...]
    group_title: str
    totals: Totals
    total_cells: tuple[Cell, ...]
    page_count: int
    item_count: int


def laid_out(
    query: TableQuery,
    table: Table,
    view: View,
    totals: Totals,
    depth: int = 0,
    rows: Sequence[Row] | None = None,
) -> Layout:
    """The page of a view: groups where it has some, else rows, which may have been read already."""
    names = view.columns or table.default_columns
    if view.groups:
        shown = tuple(name for name in names if table.columns[name].is_summed)
        grouped, item_count = query.groups(view, shown)
        group = view.groups[0]
        group_lines = tuple(_group_line(table, view, group, row, shown, depth) for row in grouped)
        lines: tuple[Line, ...] = ()
        title = group_title(table, group)
    else:
        shown, item_count, group_lines, title = names, totals.count, (), ""
        if rows is None:
            rows = query.rows(view, needed(table, names)) if totals.count else ()
        lines = tuple(_line(table, row, shown) for row in rows)
    return Layout(
        headings=tuple(_heading(table, view, name) for name in shown),
        lines=lines,
        group_lines=group_lines,
        group_title=title,
        totals=totals,
        total_cells=tuple(_total(table, totals, name) for name in shown),
        page_count=max(1, -(-item_count // view.size)),
        item_count=item_count,
    )


def group_title(table: Table, group: Group) -> str:
    """How a way of putting rows together is called."""
    title = table.columns[group.column].title
    return f"{title}, by {group.bucket}" if group.bucket else title


def address(link: Link, row: Mapping[str, Any]) -> str:
    """Where a link leads from a row; empty when the row lacks a value that it needs."""
    if any(row.get(name) is None for name in _PLACE.findall(link.to)):
        return ""
    return _PLACE.sub(lambda found: quote(str(row[found[1]]), safe=""), link.to)


def record_address(table: Table, row: Mapping[str, Any]) -> str:
    """The address of everything that is known about a row."""
    key = [("key", _key_text(row[name])) for name in table.described.key]
    return f"{table.described.path}/record?{urlencode(key)}"


def _key_text(value: object) -> str:
    """A part of a key as the engine writes it as text; what is missing is blank."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def needed(table: Table, names: Sequence[str]) -> list[str]:
    """The columns that must be read to show the columns ``names``: what their links say as well."""
    found = list(names)
    for link in table.described.links:
        if link.column in names:
            found += [name for name in _PLACE.findall(link.to) if name in table.columns]
    if DECIDED in table.columns:
        found.append(DECIDED)
    return list(dict.fromkeys(found))


def _heading(table: Table, view: View, name: str) -> Heading:
    direction = "none"
    if view.sort and view.sort[0][0] == name:
        direction = "descending" if view.sort[0][1] else "ascending"
    elif not view.sort and not view.groups:
        own = table.described.sort.split(",")[0]
        if own.removeprefix("-") == name:
            direction = "descending" if own.startswith("-") else "ascending"
    return Heading(table.columns[name], view.sorted_by(name).query, direction)


def _line(table: Table, row: Row, names: Sequence[str]) -> Line:
    links = {link.column: link for link in reversed(table.described.links)}
    cells = []
    for name in names:
        column = table.columns[name]
        link = links.get(name)
        # An amount of nothing has no rows behind it.
        leads = link and row[name] is not None and not (column.kind is Kind.MONEY and not row[name])
        href = address(link, row) if link and leads else ""
        cells.append(
            Cell(
                spelled(table, name, row[name]),
                column.kind,
                href,
                link.title if link else "",
                tone_of(column, row[name]),
            )
        )
    return Line(
        tuple(cells),
        "\x1f".join(_key_text(row[name]) for name in table.described.key),
        record_address(table, row),
        bool(row.get(DECIDED)),
    )


def spelled(table: Table, name: str, value: object) -> object:
    """Words of lists of words without their underscores; everything else as it is."""
    if isinstance(value, str) and name in (*table.described.choices, *table.described.sentences):
        return without_underscores(value)
    return value


def tone_of(column: Column, value: object) -> str:
    """How a word of state is tinted, empty for everything else."""
    if column.kind is not Kind.TEXT or not isinstance(value, str):
        return ""
    return TONES.get(value.lower().replace(" ", "_"), "")


def _group_line(
    table: Table, view: View, group: Group, row: Row, shown: Sequence[str], depth: int
) -> GroupLine:
    column = table.columns[group.column]
    drilled = replace(view.drilled(table, [row["group"]]), size=view.size)
    return GroupLine(
        value=spelled(table, group.column, row["group"]),
        kind="text" if group.bucket else column.kind,
        count=row["count"],
        cells=tuple(Cell(row[name], table.columns[name].kind) for name in shown),
        drill_query=drilled.query,
        is_last_level=len(view.groups) == 1,
        depth=depth,
        tone=tone_of(column, row["group"]),
    )


def _total(table: Table, totals: Totals, name: str) -> Cell:
    return Cell(totals.sums.get(name), table.columns[name].kind)
