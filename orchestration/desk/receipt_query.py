"""Reading receipts from the published file, as the desk needs them.

Belongs here: which columns of the marts say where a receipt stands. Where the posting engine's own figures
are published (``computed_*``), they decide, because the next run carries entries out on them; a file without
them has the billing system's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from ingestion.money import cents_of
from journal.receipt_state import ReceiptState
from orchestration.desk.receipt_filter import ReceiptFilter
from orchestration.failures import NotFoundError
from orchestration.named_rows import named_rows
from orchestration.run.tables import quote

_CHOICES = {
    "status": ("computed_status", "receipt_status"),
    "code": ("computed_code",),
    "message": ("computed_message",),
    "applied_amount": ("computed_applied_amount", "applied_amount"),
    "disbursed_amount": ("computed_disbursed_amount", "disbursed_amount"),
    "refunded_amount": ("computed_refunded_amount", "refunded_amount"),
    "linked_claim_id": ("linked_claim_id",),
}
"""What is wanted -> the columns of marts.receipts that have it, the best first."""

_CREDIT_SOURCES = {
    "patient_accounts": "select patient_id, credit_amount from marts.patient_accounts",
    # A claim's lines in credit are hidden behind its open ones here, so the credit is never overstated.
    "claims": (
        "select patient_id, sum(greatest(-balance_amount, 0)) as credit_amount from marts.claims"
        " where voided_on is null group by patient_id"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReceipt:
    """A receipt as the last run left it."""

    state: ReceiptState
    code: str | None
    message: str | None
    receipt_type: str
    location_id: str
    payment_method: str | None


class ReceiptQuery:
    """Asks one published file for receipts. The connection stays the caller's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._columns = self._names("column_name", "duckdb_columns()", "table_name = 'receipts'")
        self._tables = self._names("table_name", "duckdb_tables()", "true")

    def _names(self, name: str, catalogue: str, condition: str) -> frozenset[str]:
        found = self._connection.execute(
            f"select {name} from {catalogue} where schema_name = 'marts' and {condition}"  # noqa: S608
        )
        return frozenset(row[0] for row in found.fetchall())

    def receipts(self, wanted: ReceiptFilter, always: Iterable[str] = ()) -> list[PublishedReceipt]:
        """The receipts that fit, by id, and besides them those in ``always`` whatever their status and code.

        Raises `NotFoundError` when codes are asked for and the file has none.
        """
        if wanted.codes and not self._columns.intersection(_CHOICES["code"]):
            raise NotFoundError("the published receipts carry no codes; select by --status instead")
        credit = next(sql for table, sql in _CREDIT_SOURCES.items() if table in self._tables)
        conditions, values = _conditions(wanted, always)
        rows = self._rows(
            f"""
            with standing as (
                select receipt_id, patient_id, received_on, amount, receipt_type, location_id, payment_method,
                    hold_until, appointment_id, reversal_of_receipt_id, {self._chosen_columns()}
                from marts.receipts
            )
            select standing.*, coalesce(credits.credit_amount, 0)::decimal(18, 2) as credit_amount,
                standing.receipt_id in (
                    select reversal_of_receipt_id from marts.receipts where reversal_of_receipt_id is not null
                ) as has_reversal
            from standing left join ({credit}) as credits on standing.patient_id = credits.patient_id
            where {conditions} order by standing.receipt_id""",  # noqa: S608
            values,
        )
        standing = self._standing_disbursements([row["receipt_id"] for row in rows])
        return [_published(row, standing.get(row["receipt_id"], {})) for row in rows]

    def patients_of(self, column: str, ids: Iterable[str]) -> dict[str, str]:
        """The patient of each of these claims (``claim_id``, void ones left out) or appointments
        (``appointment_id``) that the published file knows.
        """
        sources = {
            "claim_id": ["select claim_id as id, patient_id from marts.claims where voided_on is null"],
            "appointment_id": [
                f"select appointment_id as id, patient_id from marts.{table}"  # noqa: S608
                for table in ("appointments", "claims", "receipts")
                if table in self._tables
            ],
        }
        rows = self._rows(
            f"select distinct id, patient_id from ({' union all '.join(sources[column])})"  # noqa: S608
            " where list_contains($ids, id) and patient_id is not null",
            {"ids": list(ids)},
        )
        return {row["id"]: row["patient_id"] for row in rows}

    def equal_receipts(self, patient_id: str, received_on: date, amount: Decimal) -> dict[str, str]:
        """The published receipts of that patient, day and amount: id -> location. Reversals are none."""
        rows = self._rows(
            "select receipt_id, location_id from marts.receipts"  # noqa: S608 (a constant)
            " where patient_id = $patient_id and received_on = $received_on and amount = $amount"
            f" and reversal_of_receipt_id is null{self._of_patients()} order by receipt_id",
            {"patient_id": patient_id, "received_on": received_on, "amount": amount},
        )
        return {row["receipt_id"]: row["location_id"] for row in rows}

    def used(self, column: str) -> frozenset[str]:
        """The values of a column of patients' receipts (``receipt_type``, ``payment_method``)."""
        rows = self._rows(
            f"select distinct {quote(column)} as value from marts.receipts"  # noqa: S608
            f" where {quote(column)} is not null{self._of_patients()}",
            {},
        )
        return frozenset(row["value"] for row in rows)

    def locations(self) -> frozenset[str]:
        """Every location that has receipts or claims."""
        sources = [
            f"select location_id from marts.{table}"  # noqa: S608 (a constant)
            for table in ("receipts", "claims")
            if table in self._tables and "location_id" in self._columns_of(table)
        ]
        rows = self._rows(f"select distinct location_id from ({' union all '.join(sources)})", {})  # noqa: S608
        return frozenset(row["location_id"] for row in rows if row["location_id"])

    def _of_patients(self) -> str:
        return " and payer_class = 'Patient'" if "payer_class" in self._columns else ""

    def _columns_of(self, table: str) -> frozenset[str]:
        return self._names("column_name", "duckdb_columns()", f"table_name = '{table}'")

    def _chosen_columns(self) -> str:
        chosen = []
        for name, choices in _CHOICES.items():
            present = [quote(choice) for choice in choices if choice in self._columns]
            chosen.append(f"coalesce({', '.join([*present, 'null'])}) as {name}")
        return ", ".join(chosen)

    def _standing_disbursements(self, receipt_ids: list[str]) -> dict[str, dict[str, int]]:
        """By receipt, the billing system's disbursements that were not undone: id -> cents."""
        if "disbursements" not in self._tables:
            return {}
        rows = self._rows(
            "select receipt_id, disbursement_id, amount from marts.disbursements"
            " where list_contains($ids, receipt_id) and not is_undone and amount > 0",
            {"ids": receipt_ids},
        )
        standing: dict[str, dict[str, int]] = {}
        for row in rows:
            standing.setdefault(row["receipt_id"], {})[row["disbursement_id"]] = cents_of(row["amount"])
        return standing

    def _rows(self, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return named_rows(self._connection.execute(sql, dict(values)))


def _conditions(wanted: ReceiptFilter, always: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The filter as SQL. What entries can change is not asked of the receipts in ``always``."""
    values: dict[str, Any] = {}
    lists = {"receipt_id": wanted.receipt_ids, "location_id": wanted.locations,
             "receipt_type": wanted.receipt_types, "patient_id": wanted.patients}  # fmt: skip
    conditions = ["true"]
    for column, choices in lists.items():
        if choices:
            values[column] = list(choices)
            conditions.append(f"list_contains(${column}, standing.{column})")
    for column, choices in {"status": wanted.statuses, "code": wanted.codes}.items():
        if choices:
            values |= {column: list(choices), "always": list(always)}
            conditions.append(
                f"(list_contains(${column}, standing.{column})"
                " or list_contains($always, standing.receipt_id))"
            )
    for name, comparison, day in (
        ("received_from", ">=", wanted.received_from),
        ("received_to", "<=", wanted.received_to),
    ):
        if day is not None:
            values[name] = day
            conditions.append(f"standing.received_on {comparison} ${name}")
    return " and ".join(conditions), values


def _published(row: Mapping[str, Any], disbursements: Mapping[str, int]) -> PublishedReceipt:
    received_on: date = row["received_on"]
    state = ReceiptState(
        receipt_id=row["receipt_id"],
        patient_id=row["patient_id"],
        received_on=received_on,
        status=row["status"],
        amount_cents=cents_of(row["amount"]),
        applied_cents=cents_of(row["applied_amount"]),
        disbursed_cents=cents_of(row["disbursed_amount"]),
        refunded_cents=cents_of(row["refunded_amount"]),
        patient_credit_cents=cents_of(row["credit_amount"]),
        is_reversed=row["has_reversal"] or row["status"] == "Reversed",
        is_reversal=row["reversal_of_receipt_id"] is not None,
        hold_until=row["hold_until"],
        claim_id=row["linked_claim_id"],
        appointment_id=row["appointment_id"],
        disbursements=dict(disbursements),
    )
    return PublishedReceipt(
        state=state,
        code=row["code"],
        message=row["message"],
        receipt_type=row["receipt_type"],
        location_id=row["location_id"],
        payment_method=row["payment_method"],
    )
