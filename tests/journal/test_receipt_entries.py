"""What a draft is refused for before anybody looks at the receipt."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from journal.entry import DraftError, Subject
from journal.receipt_entries import (
    Disburse,
    ForcePass,
    Link,
    NewReceipt,
    Refund,
    Reverse,
    SetStatus,
    UndoDisbursement,
    receipt_draft_of,
)
from journal.store import Journal
from tests.journal.receipts import new_receipt
from tests.journal.writing import write

EVERY_KIND = [
    SetStatus(receipt_id="R1", status="New"),
    SetStatus(receipt_id="R1", status="Hold", hold_until=date(2026, 4, 1), reason="a claim is coming"),
    SetStatus(receipt_id="R1", status="Ignore"),
    SetStatus(receipt_id="R1", status="Error"),
    Link(receipt_id="R1", claim_id="C1"),
    Link(receipt_id="R1", appointment_id="A1"),
    Disburse(receipt_id="R1", disbursement_code="CP", amount=Decimal("12.5")),
    UndoDisbursement(receipt_id="R1", disbursement_id="journal-7"),
    Refund(receipt_id="R1", amount=Decimal("0.01"), refund_method="Check"),
    Reverse(receipt_id="R1", reason="paid twice"),
    ForcePass(receipt_id="R1"),
    NewReceipt(
        receipt_id="R1",
        patient_id="P1",
        received_on=date(2026, 3, 2),
        amount=Decimal("25"),
        receipt_type="Co-Pay",
        payment_method="Check",
        location_id="L1",
        check_number="1234",
        statement_id="S9",
        besides=("R7", "R8"),
        reason="brought by a friend",
    ),
]


def test_every_draft_comes_back_from_the_journal_as_it_went_in(path):
    with Journal.open(path) as journal:
        accepted = write(journal, [draft.draft() for draft in EVERY_KIND])
        assert [receipt_draft_of(entry) for entry in journal.entries()] == EVERY_KIND
    assert {entry.subject for entry in accepted} == {Subject("receipt", "R1")}


def test_amounts_are_kept_as_text_with_two_decimals():
    draft = Disburse(receipt_id="R1", disbursement_code="O", amount=Decimal("12.5")).draft()
    assert draft.details == {"disbursement_code": "O", "amount": "12.50"}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"amount": Decimal("0")}, "more than zero"),
        ({"amount": Decimal("1.005")}, "whole cents"),
        ({"amount": 1.5}, "decimal number"),
        ({"received_on": "2026-03-02"}, "must be a date"),
        ({"patient_id": " "}, "patient"),
        ({"patient_id": "=P1"}, "letters, digits"),
        ({"check_number": "12 34"}, "letters, digits"),
        ({"statement_id": "S" * 65}, "64 at most"),
        ({"receipt_type": ""}, "type"),
        ({"payment_method": ""}, "method"),
    ],
)
def test_a_new_receipt_with_something_that_cannot_be_is_refused(facts, sentence):
    with pytest.raises(DraftError, match=sentence):
        new_receipt(**facts)


@pytest.mark.parametrize("status", ["Completed", "Reversed", "new", "", "Held"])
def test_a_status_that_only_the_rules_give_is_refused(status):
    with pytest.raises(DraftError, match="can set New, Hold, Ignore or Error"):
        SetStatus(receipt_id="R1", status=status)


@pytest.mark.parametrize("hold_until", ["2026-04-01", datetime(2026, 4, 1)])
def test_a_hold_date_that_is_no_date_is_refused(hold_until):
    with pytest.raises(DraftError, match="hold date must be a date"):
        SetStatus(receipt_id="R1", status="Hold", hold_until=hold_until)


@pytest.mark.parametrize("to", [{}, {"claim_id": "C1", "appointment_id": "A1"}, {"claim_id": ""}])
def test_a_link_to_nothing_or_to_two_things_is_refused(to):
    with pytest.raises(DraftError):
        Link(receipt_id="R1", **to)


def amount_drafts(amount):
    yield lambda: Disburse(receipt_id="R1", disbursement_code="O", amount=amount)
    yield lambda: Refund(receipt_id="R1", amount=amount, refund_method="Check")


@pytest.mark.parametrize("amount", ["0", "0.00", "-0.01", "-5"])
def test_an_amount_of_zero_or_less_is_refused(amount):
    for made in amount_drafts(Decimal(amount)):
        with pytest.raises(DraftError, match="more than zero"):
            made()


@pytest.mark.parametrize("amount", ["0.001", "12.345", "NaN", "Infinity", "1e30"])
def test_an_amount_with_more_than_two_decimals_or_none_at_all_is_refused(amount):
    for made in amount_drafts(Decimal(amount)):
        with pytest.raises(DraftError, match="two decimals at most"):
            made()


@pytest.mark.parametrize("amount", [12.5, "12.50", 12, None])
def test_an_amount_that_is_not_exact_is_refused(amount):
    for made in amount_drafts(amount):
        with pytest.raises(DraftError, match="decimal number"):
            made()


@pytest.mark.parametrize(
    "made",
    [
        lambda: SetStatus(receipt_id="", status="New"),
        lambda: Reverse(receipt_id="  "),
        lambda: Disburse(receipt_id="R1", disbursement_code="", amount=Decimal(1)),
        lambda: Refund(receipt_id="R1", amount=Decimal(1), refund_method=""),
        lambda: UndoDisbursement(receipt_id="R1", disbursement_id=""),
    ],
)
def test_a_blank_is_refused(made):
    with pytest.raises(DraftError, match="blank"):
        made()
