"""The tables of `web_pages` in a Dash application, as its documentation shows a grid over many rows.

    python dash_peer.py FILE

Run by a Python that has dash, dash-ag-grid, duckdb, gunicorn, pandas and xlsxwriter. The grid's rows come
in blocks from the server (`rowModelType="infinite"`): a callback gets what is sorted and filtered, asks the
engine for the block, the number of rows and the sums, and sends them as JSON. One process, eight threads, a
cursor of one connection for each request.
"""

# mypy: ignore-errors

import io
import sys

import dash_ag_grid as dag
import duckdb
from dash import Dash, Input, Output, dcc, html
from flask import send_file

COLUMNS = {
    "receipts": (
        "receipt_id", "computed_status", "received_on", "patient_id", "receipt_type", "payment_method",
        "location_id", "amount", "escrow_amount", "computed_message", "hold_until", "days_left",
        "computed_code",
    ),
    "exceptions": (
        "kind", "state", "severity", "amount_at_stake", "location_id", "patient_id", "what_was_found",
        "what_to_do", "next_step", "first_seen_on", "age_bucket", "owner", "dependent_count",
    ),
}  # fmt: skip
SOURCES = {"receipts": "marts.receipts", "exceptions": "exceptions.exceptions"}
SUMS = {
    "receipts": "sum(amount)::varchar, sum(escrow_amount)::varchar",
    "exceptions": "sum(amount_at_stake)::varchar",
}
HOW = {"equals": "{} = ?", "contains": "{}::varchar ilike '%' || ? || '%'", "greaterThanOrEqual": "{} >= ?"}

database = duckdb.connect(sys.argv[1], read_only=True)
app = Dash(__name__)
app.layout = html.Div(
    [
        dag.AgGrid(
            id="grid", rowModelType="infinite", columnDefs=[{"field": c} for c in COLUMNS["receipts"]]
        ),
        dcc.Download(id="download"),
    ]
)


@app.callback(Output("grid", "getRowsResponse"), Input("grid", "getRowsRequest"), prevent_initial_call=True)
def rows(asked):
    """The block that the grid asks for, how many rows there are, and the sums."""
    table = asked["table"]
    columns = COLUMNS[table]
    conditions, values = ["true"], []
    for name, one in asked["filterModel"].items():
        conditions.append(HOW[one["type"]].format(name))
        values.append(one["filter"])
    where = " and ".join(conditions)
    source = SOURCES[table]
    with database.cursor() as cursor:
        count, *sums = cursor.execute(
            f"select count(*), {SUMS[table]} from {source} where {where}", values
        ).fetchone()
        if asked["group"]:
            group = asked["group"]
            found = cursor.execute(
                f"select {group}, count(*) as rows, {SUMS[table]} from {source} where {where}"
                " group by 1 order by 1",
                values,
            ).fetchall()
            return {
                "rowData": [list(map(str, row)) for row in found],
                "rowCount": len(found),
                "context": sums,
            }
        order = ", ".join(
            f"{one['colId']} {one['sort']} nulls last"
            for one in asked["sortModel"]
            if one["colId"] in columns
        )
        limit = asked["endRow"] - asked["startRow"]
        found = cursor.execute(
            f"select {', '.join(columns)} from {source} where {where}"
            f"{' order by ' + order if order else ''} limit {limit} offset {asked['startRow']}",
            values,
        ).fetchall()
    data = [dict(zip(columns, (None if v is None else str(v) for v in row), strict=True)) for row in found]
    return {"rowData": data, "rowCount": count, "context": sums}


@app.server.route("/export.<style>")
def export(style):
    """The first 100,000 rows as a data frame, written as pandas does it."""
    with database.cursor() as cursor:
        frame = cursor.execute(
            f"select {', '.join(COLUMNS['receipts'])} from marts.receipts where row_number <= 99999"
            " order by received_on desc"
        ).df()
    out = io.BytesIO()
    if style == "csv":
        frame.to_csv(out, index=False)
    else:
        frame.to_excel(out, index=False, engine="xlsxwriter")
    out.seek(0)
    return send_file(out, download_name=f"receipts.{style}")


if __name__ == "__main__":
    from gunicorn.app.base import BaseApplication

    def tell(server):
        """Say where it is."""
        print(f"http://127.0.0.1:{server.LISTENERS[0].getsockname()[1]}", flush=True)

    class Server(BaseApplication):
        """Gunicorn on a free port of loopback, which it prints."""

        def load_config(self):
            more = {"bind": "127.0.0.1:0", "threads": 8, "workers": 1, "loglevel": "error", "timeout": 300}
            for name, value in more.items():
                self.cfg.set(name, value)
            self.cfg.set("when_ready", tell)

        def load(self):
            return app.server

    Server().run()
