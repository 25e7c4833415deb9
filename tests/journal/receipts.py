"""Receipts and drafts for the tests of what a person may do."""

from datetime import date
from decimal import Decimal

from journal.receipt_entries import Disburse, Link, NewReceipt, Refund, SetStatus
from journal.receipt_refusals import Circumstances
from journal.receipt_state import ReceiptState

TODAY = date(2026, 3, 2)

DESK = Circumstances(
    entered_on=TODAY,
    disbursement_codes=frozenset({"O", "E", "CP", "V"}),
    patient_of_claim={"C1": "P1", "C2": "P2"},
    patient_of_appointment={"A1": "P1", "A2": "P2"},
    receipt_types=frozenset({"Co-Pay", "General"}),
    payment_methods=frozenset({"Cash", "Check"}),
    locations=frozenset({"L1"}),
)


def a_receipt(**facts) -> ReceiptState:
    """A receipt of 100.00, a week old, of which nothing has been used."""
    usual = {"receipt_id": "R1", "patient_id": "P1", "received_on": date(2026, 2, 23), "status": "Error"}
    return ReceiptState(**{**usual, "amount_cents": 10_000, **facts})


def a_posted_receipt(**facts) -> ReceiptState:
    """A receipt of 100.00, all of it on lines, of which 40.00 is the patient's credit."""
    return a_receipt(
        **{"status": "Completed", "applied_cents": 10_000, "patient_credit_cents": 4_000, **facts}
    )


def set_status(status: str = "New", **more) -> SetStatus:
    return SetStatus(receipt_id="R1", status=status, **more)


def link(**to) -> Link:
    return Link(receipt_id="R1", **to)


def disburse(amount: str, code: str = "O", receipt_id: str = "R1") -> Disburse:
    return Disburse(receipt_id=receipt_id, disbursement_code=code, amount=Decimal(amount))


def refund(amount: str, receipt_id: str = "R1") -> Refund:
    return Refund(receipt_id=receipt_id, amount=Decimal(amount), refund_method="Check")


def new_receipt(receipt_id: str = "J-1", **facts) -> NewReceipt:
    """25.00 in cash of the day, of patient P1."""
    usual = {"patient_id": "P1", "received_on": TODAY, "amount": Decimal("25.00"), "location_id": "L1"}
    usual |= {"receipt_type": "Co-Pay", "payment_method": "Cash"}
    return NewReceipt(receipt_id=receipt_id, **{**usual, **facts})
