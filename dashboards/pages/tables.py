"""Every page that is a table: look, filter, sort, group, drill, choose columns, export, and save the view."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any

from starlette.responses import Response, StreamingResponse

from dashboards.access.accounts import AccountError
from dashboards.access.roles import Permission
from dashboards.allocation import give_back
from dashboards.office import RefusedError
from dashboards.pages.decisions import DECISIONS
from dashboards.pages.source import source_page
from dashboards.routing import guarded
from dashboards.tables.columns import DECIDED, Column, Kind, Table
from dashboards.tables.csv_export import csv_lines
from dashboards.tables.descriptor import described, page_of
from dashboards.tables.layout import Layout, group_title, laid_out, needed
from dashboards.tables.query import Row, Totals, is_looked_at_once, reads_decided
from dashboards.tables.view import SIZES, Group, View, ViewError, parse
from dashboards.tables.xlsx_export import MOST_ROWS, write_xlsx
from dashboards.visit import Visit

_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 256 * 1024
_LARGE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FilterField:
    """What the filter form asks about a column, with what is set now."""

    column: Column
    texts: dict[str, list[str]]
    choices: list[tuple[str, int]] | None

    @property
    def is_set(self) -> bool:
        """Whether the view has a condition on the column."""
        return any(self.texts.values())


def table_page(visit: Visit, name: str) -> Response:
    """The page of a table, or only the part of it that changes."""
    table = visit.table(name)
    query = visit.request.url.query
    part = visit.request.query_params.get("part", "")
    if not query and table.described.start:
        return visit.to(f"{table.described.path}?{table.described.start}")
    view = visit.view(table, query)
    if part == "nested":
        level = min(4, max(1, int(visit.request.query_params.get("level", "1")[:1] or "1")))
        layout, _ = look_at(visit, table, view, level)
        return visit.page("nested.html", table=table, view=view, layout=layout)
    layout, totals = look_at(visit, table, view)
    values = _values(visit, table, view, layout)
    _log_patients(visit, table, view, totals)
    is_part = visit.request.headers.get("hx-target") == "table"
    response = visit.page("table_part.html" if is_part else "table.html", **values)
    response.headers["vary"] = "HX-Request, HX-Target"
    return response


def _values(visit: Visit, table: Table, view: View, layout: Layout) -> dict[str, Any]:
    described_table = table.described
    saved = visit.house.accounts.saved_views(visit.account.name, described_table.name)
    page = page_of(described_table.name)
    return {
        "page": page,
        "tabs": [one for one in page.tables if visit.has_table(one.name)],
        "table": table,
        "view": view,
        "layout": layout,
        "fields": _fields(visit, table, view),
        "group_options": _group_options(table),
        "views": _named_views(table, view, described_table.views.items()),
        "saved_views": _named_views(table, view, saved),
        "sizes": SIZES,
        "title": described_table.title if len(page.tables) > 1 else page.page,
        "link_to_page": partial(_page_link, view),
        "decisions": DECISIONS[described_table.decisions] if described_table.decisions else (),
        "disbursement_codes": visit.house.office.disbursement_codes,
    }


def _page_link(view: View, number: int) -> str:
    return replace(view, page=number).query


def look_at(visit: Visit, table: Table, view: View, depth: int = 0) -> tuple[Layout, Totals]:
    """A page of a view, laid out, and the totals over all of it. Both are kept while the file stays."""
    names = view.columns or table.default_columns
    found: list[list[Row]] = []

    def add_up() -> Totals:
        query = visit.query(table)
        if view.groups or not is_looked_at_once(view):
            return query.totals(view, names)
        totals, rows = query.totals_and_rows(view, names, needed(table, names))
        found.append(rows)
        return totals

    depends = reads_decided(table, view)
    totals = visit.cached(_totals_key(table, view), add_up, on_pending=depends)
    key = ("page", table.described.name, view.query, depth)
    layout = visit.cached(
        key,
        lambda: laid_out(visit.query(table), table, view, totals, depth, rows=found[0] if found else None),
        on_pending=depends or (table.described.decisions is not None and not view.groups),
        is_page=True,
    )
    return layout, totals


def make_ready(visit: Visit, name: str) -> None:
    """Work out what the page of a table begins with: its first view, all of it, and what can be chosen."""
    table = visit.table(name)
    for query in dict.fromkeys([table.described.start, ""]):
        look_at(visit, table, visit.view(table, query))
    for column in table.described.choices:
        if column in table.columns:
            _choices(visit, table, column)


def _totals_key(table: Table, view: View) -> tuple[object, ...]:
    return ("totals", table.described.name, view.filter_query, view.columns, view.search)


def _totals(visit: Visit, table: Table, view: View) -> Totals:
    names = view.columns or table.default_columns
    return visit.cached(
        _totals_key(table, view),
        lambda: visit.query(table).totals(view, names),
        on_pending=reads_decided(table, view),
    )


def _fields(visit: Visit, table: Table, view: View) -> list[FilterField]:
    modes = table.mode_columns
    first = [name for name in table.default_columns if name not in modes]
    others = [name for name in table.columns if name not in modes and name not in first]
    found = []
    for name in [*first, *others]:
        column = table.columns[name]
        if column.is_protected and not visit.session.is_revealed:
            continue
        texts = {one.operator: list(one.texts) for one in view.filters if one.column == name}
        found.append(FilterField(column, texts, _choices(visit, table, name)))
    return found


def _choices(visit: Visit, table: Table, name: str) -> list[tuple[str, int]] | None:
    column = table.columns[name]
    if name not in table.described.choices or column.kind is not Kind.TEXT:
        return None
    key = ("choices", table.described.name, name)
    return visit.cached(key, lambda: visit.query(table).choices(name), on_pending=name == DECIDED)


def _group_options(table: Table) -> list[tuple[str, str]]:
    """(value of the address, words) for each way of putting rows together that makes sense to offer."""
    offered: dict[str, str] = {}
    for levels in table.described.groups:
        groups = [Group(*level.split(".")) for level in levels]
        offered[",".join(levels)] = ", then ".join(group_title(table, group) for group in groups)
    for name in table.described.choices:
        offered.setdefault(name, table.columns[name].title)
    for name in table.default_columns:
        if table.columns[name].kind is Kind.DATE and name not in table.mode_columns:
            for bucket in ("month", "week"):
                offered.setdefault(f"{name}.{bucket}", group_title(table, Group(name, bucket)))
    return list(offered.items())


def _named_views(table: Table, view: View, named: Any) -> list[tuple[str, str, bool]]:  # noqa: ANN401 (pairs)
    found = []
    for title, query in named:
        try:
            is_here = sorted(parse(table, query).pairs()) == sorted(view.pairs())
        except ViewError:
            # A view saved against an older published file may name what this one lacks.
            continue
        found.append((title, query, is_here))
    return found


def _log_patients(visit: Visit, table: Table, view: View, totals: Totals) -> None:
    """A table narrowed down to one patient is a view of that patient."""
    patient = view.value_of("patient_id")
    if patient is not None:
        visit.log("viewed", "patient", patient, {"table": table.described.name, "rows": totals.count})


# Exports ---------------------------------------------------------------------------------------------------


def export(visit: Visit, name: str, style: str) -> Response:
    """Every row of the view as a file. What leaves is logged, with its hash, before it is sent."""
    table = visit.table(name)
    view = visit.view(table, visit.request.url.query)
    names = list(view.columns or table.default_columns)
    query = visit.query(table)
    count = _totals(visit, table, view).count
    if style == "xlsx" and count > MOST_ROWS:
        raise RefusedError(
            f"A workbook holds {MOST_ROWS:,} rows and this is more. Filter it, or export it as CSV."
        )
    # Nameless, so that nothing of it stays behind when the server stops.
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    if style == "xlsx":
        write_xlsx(query, table, view, names, file)
    else:
        for piece in csv_lines(query, table, view, names):
            file.write(piece)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    visit.log(
        "exported",
        "table",
        name,
        {
            "format": style,
            "filter": view.filter_query,
            "columns": names,
            "rows": count,
            "sha256": digest,
            "run": visit.snapshot.run_id,
            "revealed": visit.session.is_revealed,
        },
    )
    size = file.tell()
    file.seek(0)
    if size > _LARGE:
        give_back()
    file_name = f"{name}-{visit.snapshot.as_of.isoformat()}.{style}"
    headers = {"content-disposition": f'attachment; filename="{file_name}"', "content-length": str(size)}
    return StreamingResponse(_pieces(file), media_type=_XLSX if style == "xlsx" else _CSV, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


# Records and saved views -----------------------------------------------------------------------------------


def record(visit: Visit, name: str) -> Response:
    """Everything that is known about one row, and where it comes from."""
    from dashboards.pages.records import record_page

    return record_page(visit, visit.table(name), visit.request.query_params.getlist("key"))


def save_view(visit: Visit, name: str) -> Response:
    """Keep the view under a title, or forget it."""
    table = visit.table(name)
    title, query = visit.text("title"), visit.text("query")
    view = visit.view(table, query)
    if visit.text("action") == "forget":
        visit.house.accounts.forget_view(visit.account.name, name, title)
    else:
        try:
            visit.house.accounts.save_view(visit.account.name, name, title, view.query)
        except AccountError as error:
            raise RefusedError(str(error)) from None
    return visit.to(f"{table.described.path}?{view.query}")


def _declare(name: str) -> None:
    def bind(handler: Callable[..., Response], *more: object) -> Callable[[Visit], Response]:
        return lambda visit: handler(visit, name, *more)

    path = described()[name].path
    guarded(path, Permission.SEE)(bind(table_page))
    guarded(f"{path}/export.csv", Permission.EXPORT)(bind(export, "csv"))
    guarded(f"{path}/export.xlsx", Permission.EXPORT)(bind(export, "xlsx"))
    guarded(f"{path}/record", Permission.SEE)(bind(record))
    guarded(f"{path}/source", Permission.SEE)(bind(source_page))
    guarded(f"{path}/views", Permission.SEE, method="POST")(bind(save_view))


for _name in described():
    _declare(_name)
