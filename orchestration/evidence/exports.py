"""Tables of a period as CSV, exact and harmless to the spreadsheet that opens them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from journal.period import ALL_LOCATIONS, Period
from orchestration.close.open_exceptions import DATED
from orchestration.spreadsheet_text import harmless

_QUERIES = {
    "tie_outs.csv": (
        "marts.period_tie_outs",
        "select * from marts.period_tie_outs"
        " where period_kind = $kind and period_start_on = $start_on"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " order by location_id, tie_out, figure_number",
    ),
    "rollforward.csv": (
        "marts.escrow_rollforward",
        "select * from marts.escrow_rollforward"
        " where window_kind = case when $kind = 'month' then 'month' else 'day' end"
        " and window_start_on between $start_on and $end_on"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " order by date_basis, window_start_on, location_id, payer_class",
    ),
    "bridge.csv": (
        "marts.receipt_payment_bridge",
        "select * from marts.receipt_payment_bridge"
        " where period_start_on = date_trunc('month', $start_on::date) and $end_on <= period_end_on"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " order by date_basis, location_id, payer_class, side, is_total desc, item",
    ),
    "closed_reports.csv": (
        "marts.closed_period_reports",
        "select * from marts.closed_period_reports"
        " where period_start_on = date_trunc('month', $start_on::date) and $start_on <= $end_on"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " and $kind = 'month' order by location_id, close_version, date_basis, charge_type",
    ),
    "restatements.csv": (
        "marts.restatement_log",
        "select * from marts.restatement_log"
        " where period_start_on = date_trunc('month', $start_on::date) and $start_on <= $end_on"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " and $kind = 'month' order by location_id, close_version, date_basis, restated_on, source_system,"
        " payment_id, charge_type",
    ),
    "exceptions.csv": (
        "exceptions.exceptions",
        f"{DATED} select * from dated"  # noqa: S608 (a text of this project)
        " where happened_on between $start_on and $end_on and $kind is not null"
        " and ($location_id = $all_locations or location_id = $location_id)"
        " order by kind, business_key",
    ),
}


def exports(connection: duckdb.DuckDBPyConnection, period: Period) -> dict[str, bytes]:
    """File name -> CSV of every table that the published file has."""
    there = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    }
    values = {
        "kind": period.kind,
        "start_on": period.start_on,
        "end_on": period.end_on,
        "location_id": period.location_id,
        "all_locations": ALL_LOCATIONS,
    }
    found = {}
    for name, (table, query) in _QUERIES.items():
        if table not in there:
            continue
        used = {key: value for key, value in values.items() if f"${key}" in query}
        cursor = connection.execute(query, used)
        heads = [column[0] for column in cursor.description]
        found[name] = as_csv(heads, cursor.fetchall())
    return found


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows under their heads; amounts stay exact text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) else harmless(str(value))
