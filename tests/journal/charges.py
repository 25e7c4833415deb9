"""Charges and drafts for the tests of what a person may do about a failed charge."""

from datetime import date

from journal.charge_entries import Delay, Release, Reprocess
from journal.charge_state import ChargeState

TODAY = date(2026, 3, 2)
LATER = date(2026, 3, 20)


def a_charge(**facts) -> ChargeState:
    """A charge of company A that the last run refused, to be filed by May 28."""
    usual = {"company_id": "A", "charge_record_id": "CH1", "status": "failing"}
    return ChargeState(**{**usual, "filing_due_on": date(2026, 5, 28), **facts})


def reprocess(charge_record_id: str = "CH1") -> Reprocess:
    return Reprocess(company_id="A", charge_record_id=charge_record_id)


def delay(until: date = LATER, charge_record_id: str = "CH1") -> Delay:
    return Delay(company_id="A", charge_record_id=charge_record_id, until=until, reason="card asked for")


def release(charge_record_id: str = "CH1") -> Release:
    return Release(company_id="A", charge_record_id=charge_record_id)
