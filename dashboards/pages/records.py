"""One thing and everything about it: a row with its source, a receipt, a claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.causes import CAUSES
from dashboards.pages.decisions import DECISIONS
from dashboards.pages.linking import linking
from dashboards.pages.panel import panel
from dashboards.routing import guarded
from dashboards.tables.columns import Column, Table
from dashboards.tables.layout import Cell, address, spelled, tone_of
from dashboards.templating import money
from dashboards.visit import MissingError, Visit

_TELLS = {"exceptions": "exception"}
_LEADS = (
    ("receipts", "receipt_id", "receipt", "/receipt/{}"),
    ("claims", "claim_id", "claim", "/claim/{}"),
    ("differences", "emr_payment_id", "difference of EMR payment", "/differences?emr_payment_id={}"),
    (
        "differences",
        "billing_payment_id",
        "difference of billing payment",
        "/differences?billing_payment_id={}",
    ),
    ("remittances", "remittance_key", "remittance", "/remittances?remittance_key={}"),
    ("deposits", "deposit_id", "deposit", "/deposits?deposit_id={}"),
    ("failed-charges", "charge_record_id", "charge", "/failed-charges?charge_record_id={}"),
)
"""What the keys of an exception may be: table, column, words, and where it leads."""

_SIDES = {
    "EMR": (
        "emr_payment_id",
        "emr_amount",
        "transaction_on",
        "feed_status",
        "feed_reason",
    ),
    "Billing": (
        "billing_payment_id",
        "billing_amount",
        "deposit_on",
        "posting_on",
        "adjustment_payment_id",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of a row with its value."""

    column: Column
    cell: Cell


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row is written."""

    title: str
    file_name: str
    row_number: int | None


def record_page(visit: Visit, table: Table, key: Sequence[str]) -> Response:
    """Every column of one row, both sides where it has two, and the file and row it comes from."""
    if len(key) != len(table.described.key):
        raise MissingError
    row = _row_of(visit, table, key)
    patient = row.get("patient_id")
    if patient:
        visit.log("viewed", "patient", str(patient), {"table": table.described.name, "key": list(key)})
    told = _TELLS.get(table.described.name)
    return visit.page(
        "record.html",
        title=_title(table, row),
        cause=_cause(row),
        table=table,
        facts=facts_of(table, row),
        sides={side: _side(table, row, names) for side, names in _SIDES.items()}
        if "emr_payment_id" in row and "billing_payment_id" in row
        else {},
        sources=sources_of(visit, row),
        key=list(key),
        related=_related(visit, row) if told else [],
        story=_story(visit, told, str(key[0])) if told else None,
    )


def _cause(row: Mapping[str, Any]) -> str:
    """Why a difference is there, in a sentence; empty for other rows."""
    return CAUSES.get(str(row.get("difference_class")), ("", ""))[1]


def _title(table: Table, row: Mapping[str, Any]) -> str:
    """What the row is called: why it differs and by how much, else what its table shows first."""
    headline, _ = CAUSES.get(str(row.get("difference_class")), ("", ""))
    if headline:
        return f"{headline}: {money(row['difference_amount'])}"
    first = row[table.default_columns[0]]
    return f"{table.described.title}: {first}" if first is not None else table.described.title


def _row_of(visit: Visit, table: Table, key: Sequence[str]) -> dict[str, Any]:
    # A blank part of a key stands for nothing: the row is looked up by the others first.
    row = visit.query(table).one(key)
    if row is None:
        raise MissingError
    return row


def _story(visit: Visit, kind: str, subject_id: str) -> object:
    """The story, kept while the published file stays; whoever asks has the row in scope already."""
    return visit.cached(("story", kind, subject_id), lambda: visit.house.office.story(kind, subject_id))


def facts_of(table: Table, row: Mapping[str, Any]) -> list[Fact]:
    """The row's columns in the order of reading: what the table shows first, then the rest."""
    first = [name for name in table.default_columns if name in row]
    names = [*first, *(name for name in row if name not in first)]
    links = {link.column: link for link in reversed(table.described.links)}
    found = []
    for name in names:
        column = table.columns[name]
        link = links.get(name)
        href = address(link, row) if link and row[name] is not None else ""
        found.append(
            Fact(
                column,
                Cell(spelled(table, name, row[name]), column.kind, href, tone=tone_of(column, row[name])),
            )
        )
    return found


def _related(visit: Visit, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(words, address) of what an exception is about, as far as its keys lead to something within scope."""
    keys = [row["left_key"], row["right_key"], *str(row["business_key"]).split("|")]
    names = list(dict.fromkeys(str(key) for key in keys if key))
    found = []
    for table_name, column, words, to in _LEADS:
        if not visit.has_table(table_name):
            continue
        table = visit.table(table_name)
        for name in names:
            view = visit.view(table, urlencode({column: name}))
            if visit.query(table).totals(view, ()).count:
                found.append((f"{words} {name}", to.format(quote(name, safe=""))))
    if row["kind"]:
        found.append(("all of this kind", f"/exceptions?kind={quote(row['kind'], safe='')}"))
    return found


def _side(table: Table, row: Mapping[str, Any], names: Sequence[str]) -> list[Fact]:
    return [
        Fact(table.columns[name], Cell(row[name], table.columns[name].kind)) for name in names if name in row
    ]


def sources_of(visit: Visit, row: Mapping[str, Any]) -> list[Source]:
    """The files and rows that a row was read from."""
    found = []
    for title, hash_name, number_name in (
        ("Source", "file_hash", "row_number"),
        ("EMR line", "emr_file_hash", "emr_row_number"),
        ("Billing line", "billing_file_hash", "billing_row_number"),
    ):
        if row.get(hash_name):
            name = row.get("file_name") or _file_name(visit, str(row[hash_name]))
            found.append(Source(title, name, row.get(number_name)))
    return found


def _file_name(visit: Visit, file_hash: str) -> str:
    if "marts.loads" not in visit.snapshot.tables:
        return file_hash[:12]
    found = visit.connection.execute(
        "select min(file_name) from wh.marts.loads where file_hash = ?", [file_hash]
    ).fetchone()
    return str(found[0]) if found and found[0] else file_hash[:12]


@guarded("/receipt/{receipt_id}", Permission.SEE)
def receipt(visit: Visit) -> Response:
    """A receipt: where it stands, where its money went, what was done with it, what can be decided."""
    receipt_id = visit.request.path_params["receipt_id"]
    table = visit.table("receipts")
    row = visit.query(table).one([receipt_id])
    if row is None:
        return visit.to(f"/receipt/{quote(_taken_over(visit, table, receipt_id), safe='')}")
    patient = row.get("patient_id")
    visit.log(
        "viewed", "patient" if patient else "receipt", str(patient or receipt_id), {"receipt": receipt_id}
    )
    of_receipt = [("receipt_id", receipt_id)]
    panels = [
        panel(
            visit,
            "Procedures it was applied to",
            "payment-log",
            of_receipt,
            size=50,
            columns=(
                "claim_id",
                "service_on",
                "line_number",
                "procedure_code",
                "charge_amount",
                "amount",
                "line_balance_amount",
                "claim_location_id",
                "posting_on",
                "made_by",
            ),
        ),
        panel(
            visit,
            "What the posting rules do with it",
            "applications",
            [*of_receipt, ("sort", "sequence")],
            size=50,
            columns=(
                "posted_on",
                "claim_id",
                "line_number",
                "amount",
                "step",
                "balance_before_amount",
                "order_key",
            ),
        ),
        panel(
            visit,
            "Messages",
            "receipt-messages",
            [*of_receipt, ("sort", "-sequence")],
            size=50,
            columns=("changed_on", "status", "code", "message"),
        ),
        panel(
            visit,
            "Disbursements",
            "disbursements",
            of_receipt,
            size=50,
            columns=(
                "disbursement_id",
                "disbursement_code",
                "disbursed_on",
                "amount",
                "is_undone",
                "made_by",
            ),
        ),
        panel(
            visit,
            "Refunds",
            "refunds",
            of_receipt,
            size=50,
            columns=("refund_id", "refund_method", "refunded_on", "amount", "outcome"),
        ),
    ]
    return visit.page(
        "receipt.html",
        title=f"Receipt {receipt_id}",
        row=row,
        table=table,
        facts=facts_of(table, row),
        sources=sources_of(visit, row),
        panels=[one for one in panels if one and one.layout.totals.count],
        to_link=linking(visit, row),
        story=_story(visit, "receipt", receipt_id),
        entries=_entries_of(visit, row),
        decisions=DECISIONS["receipt"],
        disbursement_codes=visit.house.office.disbursement_codes,
    )


def _taken_over(visit: Visit, table: Table, entered_as: str) -> str:
    """The receipt of billing that took the place of one that a person entered. Raises `MissingError`."""
    if "entered_as" in table.columns:
        view = visit.view(table, urlencode({"entered_as": entered_as}))
        for row in visit.query(table).rows(view, ["receipt_id"]):
            if row["receipt_id"] != entered_as:
                return str(row["receipt_id"])
    raise MissingError


def _entries_of(visit: Visit, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What people entered about the receipt, under the number that it was entered by as well."""
    office = visit.house.office
    found = list(office.entries_of("receipt", row["receipt_id"]))
    if row.get("entered_as") and row["entered_as"] != row["receipt_id"]:
        found.extend(office.entries_of("receipt", row["entered_as"]))
    return sorted(found, key=lambda one: one["entry_number"])


@guarded("/claim/{claim_id}", Permission.SEE)
def claim(visit: Visit) -> Response:
    """A claim: its money, its answers from payers and its statuses."""
    claim_id = visit.request.path_params["claim_id"]
    table = visit.table("claims")
    row = _row_of(visit, table, [claim_id])
    visit.log("viewed", "patient", str(row.get("patient_id") or "unknown"), {"claim": claim_id})
    of_claim = [("claim_id", claim_id)]
    panels = [
        panel(visit, "Payments of the patient", "payment-log", of_claim, size=50),
        panel(visit, "Answers of payers", "era-claims", of_claim, size=50),
        panel(visit, "Statuses", "claim-changes", of_claim, size=50),
        panel(visit, "Not billed", "failed-charges", of_claim, size=50),
    ]
    return visit.page(
        "claim.html",
        title=f"Claim {claim_id}",
        row=row,
        table=table,
        facts=facts_of(table, row),
        sources=sources_of(visit, row),
        panels=[one for one in panels if one and one.layout.totals.count],
        story=_story(visit, "claim", claim_id),
    )
