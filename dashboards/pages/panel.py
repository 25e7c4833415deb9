"""A part of a page that shows one view of one table, with the address where all of it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from dashboards.tables.columns import Table
from dashboards.tables.layout import Layout, laid_out
from dashboards.tables.query import Totals, reads_decided
from dashboards.visit import Visit


@dataclass(frozen=True, slots=True)
class Panel:
    """A view of a table, laid out. ``chart`` is SVG that shows the same figures."""

    title: str
    about: str
    table: Table
    layout: Layout
    href: str
    chart: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether the panel shows only the first of what there is."""
        return self.layout.item_count > len(self.layout.lines) + len(self.layout.group_lines)


def panel(
    visit: Visit,
    title: str,
    name: str,
    conditions: Sequence[tuple[str, str]],
    *,
    columns: Sequence[str] = (),
    size: int = 12,
    about: str = "",
) -> Panel | None:
    """The panel of a view, None when the person may not see the table or the file lacks it."""
    if not visit.has_table(name):
        return None
    table = visit.table(name)
    known = [column for column in columns if column in table.columns]
    view = visit.view(table, urlencode([*conditions, *([("columns", ",".join(known))] if known else [])]))
    view = replace(view, size=size)
    shown = view.columns or table.default_columns

    def lay_out() -> Layout:
        query = visit.query(table)
        totals: Totals = query.totals(view, shown)
        return laid_out(query, table, view, totals)

    on_pending = reads_decided(table, view) or (table.described.decisions is not None and not view.groups)
    layout = visit.cached(("panel", name, view.query, size), lay_out, on_pending=on_pending)
    whole = replace(view, columns=(), size=50).query
    return Panel(
        title, about, table, layout, f"{table.described.path}?{whole or 'sort=' + table.described.sort}"
    )
