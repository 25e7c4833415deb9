"""The lines of the files that a row comes from, side by side as they were delivered.

Belongs here: which lines belong to a row. Does not belong here: opening files (the office), and who may see
the row: it is looked up within the person's scope before anything is opened. What is protected, and what
nobody reads, is masked until it is revealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from dashboards.office import SourceLine
from dashboards.tables.columns import Table
from dashboards.visit import MissingError, Visit

_SIDES = (
    ("Where it was read", "file_hash", "row_number"),
    ("EMR", "emr_file_hash", "emr_row_number"),
    ("Billing", "billing_file_hash", "billing_row_number"),
)
_NOTHING = {
    "EMR": "The EMR has no line for it.",
    "Billing": "Billing has no line for it.",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One line: what it is called, where it is written, and what is there."""

    title: str
    file_name: str
    row_number: int | None
    line: SourceLine


def source_page(visit: Visit, name: str) -> Response:
    """The lines of one row, as a part of its page or alone."""
    table = visit.table(name)
    key = visit.request.query_params.getlist("key")
    if len(key) != len(table.described.key):
        raise MissingError
    row = visit.query(table).one(key)
    if row is None:
        raise MissingError
    sides = _sides(visit, table, row)
    patient = row.get("patient_id")
    visit.log(
        "viewed",
        "patient" if patient else "row",
        str(patient or "|".join(key)),
        {
            "table": name,
            "key": list(key),
            "lines": [f"{side.file_name}, row {side.row_number}" for side in sides if side.file_name],
            "revealed": visit.session.is_revealed,
        },
    )
    is_part = visit.request.headers.get("hx-request") == "true"
    return visit.page(
        "source_part.html" if is_part else "source.html",
        title="The lines as they were delivered",
        sides=sides,
        back=visit.request.headers.get("hx-current-url", table.described.path),
        table=table,
        key=key,
    )


def _sides(visit: Visit, table: Table, row: Mapping[str, Any]) -> list[Side]:
    found = []
    for title, hash_name, number_name in _SIDES:
        if hash_name not in table.columns:
            continue
        if row.get(hash_name) and row.get(number_name) is not None:
            found.append(_side(visit, title, str(row[hash_name]), int(row[number_name])))
        elif title in _NOTHING:
            found.append(Side(title, "", None, SourceLine(problem=_NOTHING[title])))
        elif row.get("entered_as"):
            told = f"It is no line of a file: a person entered it as {row['entered_as']}."
            found.append(Side(title, "", None, SourceLine(problem=told)))
    if table.described.name == "receipts":
        found.extend(_desk_payment(visit, str(row["receipt_id"])))
    return found


def _desk_payment(visit: Visit, receipt_id: str) -> list[Side]:
    """The line of the EMR in which the patient's payment was taken, where the money trail knows it."""
    if not visit.has_table("money-trail"):
        return []
    table = visit.table("money-trail")
    view = visit.view(table, urlencode({"receipt_id": receipt_id, "emr_payment_id.none": "no"}))
    names = [name for name in ("file_hash", "row_number", "load_id") if name in table.columns]
    rows = visit.query(table).rows(view, names)
    places = {(row["file_hash"], row["row_number"]) for row in rows if row["file_hash"]}
    return [_side(visit, "EMR payment", str(place[0]), int(place[1])) for place in sorted(places)]


def _side(visit: Visit, title: str, file_hash: str, row_number: int) -> Side:
    found = visit.connection.execute(
        "select min(file_name) from wh.marts.loads where file_hash = ? and verdict = 'loaded'", [file_hash]
    ).fetchone()
    if not found or not found[0]:
        return Side(title, "", row_number, SourceLine(problem="No load of this file is published."))
    name = str(found[0])
    return Side(title, name, row_number, visit.house.office.sources.line(name, file_hash, row_number))
