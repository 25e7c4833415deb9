"""What a receipt can be linked to: the appointments and claims of its patient, past and future.

Belongs here: which are offered and what each is called. Does not belong here: linking, which is a decision
like any other (`dashboards.pages.decisions`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dashboards.tables.query import Row
from dashboards.visit import Visit

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment of the patient, the ``claims`` made of it, and whether a receipt may wait for it."""

    appointment_id: str
    day: date | None
    status: str
    location_id: str
    resource_id: str
    claims: tuple[str, ...]
    is_linked: bool
    is_future: bool
    may_hold: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the patient that is not void."""

    claim_id: str
    service_on: date | None
    level: str
    status: str
    charge: Decimal | None
    balance: Decimal | None
    appointment_id: str
    is_linked: bool
    is_applied: bool


@dataclass(frozen=True, slots=True)
class Linking:
    """Both, the latest first, with how many there are in all."""

    appointments: tuple[Appointment, ...]
    claims: tuple[Claim, ...]
    appointment_count: int
    claim_count: int


def linking(visit: Visit, receipt: Mapping[str, Any]) -> Linking | None:
    """What the receipt can be linked to within scope; None when its patient is not known."""
    patient_id = receipt.get("patient_id")
    if not patient_id:
        return None
    claims, claim_count = _rows(visit, "claims", str(patient_id), "-service_on")
    appointments, appointment_count = _rows(visit, "appointments", str(patient_id), "-appointment_on")
    paid = _paid_claims(visit, str(receipt["receipt_id"]))
    linked_appointment = receipt.get("linked_appointment_id") or receipt.get("appointment_id")
    as_of, today = visit.snapshot.as_of, visit.house.office.today()
    return Linking(
        appointments=tuple(
            Appointment(
                appointment_id=str(row["appointment_id"]),
                day=row.get("appointment_on"),
                status=str(row.get("appointment_status") or ""),
                location_id=str(row.get("location_id") or ""),
                resource_id=str(row.get("resource_id") or ""),
                claims=tuple(
                    str(claim["claim_id"])
                    for claim in claims
                    if claim.get("appointment_id") == row["appointment_id"]
                ),
                is_linked=row["appointment_id"] == linked_appointment,
                is_future=bool(row.get("appointment_on") and row["appointment_on"] > as_of),
                may_hold=bool(row.get("appointment_on") and row["appointment_on"] >= today),
            )
            for row in appointments
        ),
        claims=tuple(
            Claim(
                claim_id=str(row["claim_id"]),
                service_on=row.get("service_on"),
                level=str(row.get("claim_level") or ""),
                status=str(row.get("claim_status") or ""),
                charge=row.get("charge_amount"),
                balance=row.get("balance_amount"),
                appointment_id=str(row.get("appointment_id") or ""),
                is_linked=row["claim_id"] == receipt.get("linked_claim_id"),
                is_applied=row["claim_id"] in paid,
            )
            for row in claims
        ),
        appointment_count=appointment_count,
        claim_count=claim_count,
    )


def _rows(visit: Visit, name: str, patient_id: str, sort: str) -> tuple[list[Row], int]:
    if not visit.has_table(name):
        return [], 0
    table = visit.table(name)
    conditions = {"patient_id": patient_id, "sort": sort, "size": "50"}
    if "voided_on" in table.columns:
        conditions["voided_on.none"] = "yes"
    view = visit.view(table, urlencode(conditions))
    query = visit.query(table)
    return query.rows(view, list(table.columns))[:MOST_SHOWN], query.totals(view, ()).count


def _paid_claims(visit: Visit, receipt_id: str) -> set[str]:
    if not visit.has_table("payment-log"):
        return set()
    table = visit.table("payment-log")
    view = visit.view(table, urlencode({"receipt_id": receipt_id, "size": "200"}))
    return {str(row["claim_id"]) for row in visit.query(table).rows(view, ["claim_id"])}
