"""A practice of two clinics in May and June 2026, small enough to know every figure by heart.

Belongs here: the bronze rows. Does not belong here: what they should add up to; the tests say that.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.warehouse.building import Row

YEAR_START = date(2026, 1, 1)
MONTH_END = date(2026, 5, 31)
AS_OF = date(2026, 6, 30)


def may(day: int) -> date:
    return date(2026, 5, day)


def june(day: int) -> date:
    return date(2026, 6, day)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)


def receipt(receipt_id: str, received_on: date, amount: str, **other: Any) -> Row:
    return {
        "receipt_id": receipt_id,
        "patient_id": "P1",
        "payer_class": "Patient",
        "receipt_type": "General",
        "location_id": "L1",
        "received_at": noon(received_on),
        "receipt_status": "New",
        "amount": Decimal(amount),
        "loaded_on": received_on,
        "load_id": f"load-{received_on}",
    } | other


def posting(payment_id: str, receipt_id: str | None, posting_on: date, amount: str, **other: Any) -> Row:
    return {
        "payment_id": payment_id,
        "entry_type": "patient_payment" if receipt_id else "adjustment",
        "receipt_id": receipt_id,
        "claim_id": "C1",
        "line_number": 1,
        "posting_on": posting_on,
        "amount": Decimal(amount),
        "loaded_on": posting_on,
        "load_id": f"load-{posting_on}",
    } | other


def emr_payment(emr_payment_id: str, on: date, charge_type: str, amount: str, **other: Any) -> Row:
    return {
        "emr_payment_id": emr_payment_id,
        "patient_id": "P1",
        "emr_location_id": "C1",
        "transaction_on": on,
        "charge_type": charge_type,
        "payment_status": "Paid",
        "due_amount": Decimal(amount),
        "paid_amount": Decimal(amount),
        "loaded_on": on,
        "load_id": f"load-{on}",
    } | other


def billing_payment(
    billing_payment_id: str, deposit_on: date, posting_on: date, amount: str, **other: Any
) -> Row:
    return {
        "billing_payment_id": billing_payment_id,
        "patient_id": "P1",
        "billing_location_id": "B1",
        "deposit_on": deposit_on,
        "posting_on": posting_on,
        "posted_by": "Integration Import",
        "charge_type": "Copay",
        "amount": Decimal(amount),
        "loaded_on": posting_on,
        "load_id": f"load-{posting_on}",
    } | other


def row(loaded_on: date, **columns: Any) -> dict[str, Any]:
    """A row of any table, loaded on a day; text columns that are named `*_amount` hold exact amounts."""
    exact = {name: Decimal(value) for name, value in columns.items() if name.endswith("amount")}
    return {"loaded_on": loaded_on, "load_id": f"load-{loaded_on}"} | columns | exact


PRACTICE: dict[str, list[Row]] = {
    "company_settings": [
        {
            "setting_name": "integration_users",
            "effective_from": YEAR_START,
            "item_number": number,
            "setting_value": user,
        }
        for number, user in enumerate(("Integration Import", "Not mapped to a user"), start=1)
    ],
    "locations": [
        row(YEAR_START, location_id=f"L{n}", emr_location_id=f"C{n}", billing_location_id=f"B{n}")
        | {"location_name": name, "practice_id": "P", "company_id": "C"}
        for n, name in enumerate(("North", "South"), start=1)
    ],
    "clinic_settings": [
        row(
            YEAR_START,
            emr_location_id=clinic,
            effective_from=day,
            soap_version=version,
            is_integration_on=is_on,
        )
        for clinic, day, version, is_on in (
            ("C1", YEAR_START, "1.0", True),
            ("C1", june(1), "2.0", True),
            ("C2", YEAR_START, "2.0", False),
        )
    ],
    "emr_payments": [
        # By deposit date in May: deposited the same day, posted two days later.
        emr_payment("E1", may(29), "Copay", "30.00"),
        emr_payment("E2", may(29), "Internal Payment", "12.00"),
        # By posting date in June.
        emr_payment("E3", june(2), "Copay", "40.00"),
        # Corrected in June from 25.00 to 20.00.
        emr_payment("E4", may(30), "Copay", "25.00", last_modified_at=noon(may(30))),
        emr_payment("E4", may(30), "Copay", "20.00", last_modified_at=noon(june(3)), loaded_on=june(3)),
        emr_payment("E5", june(2), "Copay", "15.00", emr_location_id="C2"),
        emr_payment("E6", june(2), "Copay", "9.00", payment_status="Voided"),
        emr_payment("E7", june(2), "Copay", "11.00", emr_location_id="C404"),
    ],
    "billing_payments": [
        billing_payment("B1", may(29), may(31), "30.00"),
        billing_payment("B3", june(1), june(2), "40.00", posted_by="Not mapped to a user"),
        billing_payment("B4", may(30), june(1), "20.00"),
        billing_payment("B5", may(29), may(31), "500.00", posted_by="a.clerk"),
    ],
    "receipts": [
        # Entered on May 30, posted on June 2, both in the reference batch of May 30.
        receipt("R1", may(30), "100.00", payer_class="Insurance", reference_batch_on=may(30)),
        receipt("R2", may(10), "50.00", receipt_status="Reversed"),
        receipt("R2-R", june(4), "-50.00", reversal_of_receipt_id="R2", receipt_status="Completed"),
        receipt("R3", june(5), "80.00", location_id="L2"),
    ],
    "payments": [
        posting("T1", "R1", june(2), "70.00", reference_batch_on=may(30), entry_type="insurance_payment"),
        posting("T2", None, june(2), "20.00", reference_batch_on=may(30)),
        posting("T3", "R2", may(11), "10.00"),
        posting("T4", "R2", june(4), "-10.00"),
        posting("T5", "R404", june(6), "5.00", line_number=2),
    ],
    "disbursements": [
        row(
            june(3),
            disbursement_id="D1",
            receipt_id="R1",
            disbursement_code="O",
            disbursed_on=june(3),
            amount="30",
        ),
    ],
    "refunds": [
        row(june(20), refund_id="F1", receipt_id="R3", refunded_on=june(20), amount="5"),
    ],
    "claims": [
        row(may(2), claim_id="C1", patient_id="P1", location_id="L1", charge_amount="120")
        | {"service_on": may(1), "created_on": may(2)},
    ],
    "claim_lines": [
        row(may(2), claim_id="C1", line_number=1, procedure_code="97110", charge_amount="100")
        | {"is_copay_line": True},
        row(may(2), claim_id="C1", line_number=2, procedure_code="97140", charge_amount="20")
        | {"is_copay_line": False},
    ],
    "claim_statuses": [
        row(
            day, claim_id="C1", changed_on=day, change_sequence=number, claim_level=level, claim_status=status
        )
        for number, day, level, status in (
            (1, may(2), "Insurance", "Billed"),
            (2, june(3), "Statement", "Statement 1"),
        )
    ],
    "loads": [
        row(may(10), file_name="2026-05-10/receipts.csv", source="receipts", verdict="loaded")
        | {"records_read": 2, "records_kept": 1, "records_quarantined": 1},
    ],
    "quarantine": [
        row(may(10), record_number=3, problem_number=number, rule="money", problem="not an amount")
        | {"file_name": "2026-05-10/receipts.csv", "source": "receipts"}
        for number in (1, 2)
    ]
    # R1 and E3 are taken on later days; R2 on the day of the refusal, which may be before or after it.
    + [
        row(may(10), record_number=number, problem_number=1, rule="money", problem="not an amount")
        | {"file_name": f"2026-05-10/{source}.csv", "source": source, "business_key": key}
        for number, source, key in ((4, "receipts", "R1"), (5, "receipts", "R2"), (6, "emr_payments", "E3"))
    ],
}
