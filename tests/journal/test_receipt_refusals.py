"""One test for each reason to refuse, with the case beside it that is allowed."""

from datetime import date, timedelta

import pytest

from journal.receipt_entries import SETTABLE_STATUSES, ForcePass, Reverse, UndoDisbursement
from journal.receipt_refusals import refusal, refusals
from tests.journal.receipts import (
    DESK,
    TODAY,
    a_posted_receipt,
    a_receipt,
    disburse,
    link,
    new_receipt,
    refund,
    set_status,
)

STATUSES = ("New", "Hold", "Completed", "Error", "Reversed", "Ignore")
EVERY_ACTION = [
    set_status(),
    link(claim_id="C1"),
    disburse("1.00"),
    refund("1.00"),
    UndoDisbursement(receipt_id="R1", disbursement_id="journal-1"),
    Reverse(receipt_id="R1"),
    ForcePass(receipt_id="R1"),
]


def refused(draft, receipt, desk=DESK) -> str:
    sentence = refusal(draft, receipt, desk)
    assert sentence is not None, "it was allowed"
    return sentence


def allowed(draft, receipt, desk=DESK) -> bool:
    return refusal(draft, receipt, desk) is None


@pytest.mark.parametrize("draft", EVERY_ACTION)
def test_unknown_receipt(draft):
    assert "There is no receipt R1" in refused(draft, None)
    assert "There is no receipt R1" in refused(draft, a_receipt(receipt_id="R2"))


@pytest.mark.parametrize("draft", EVERY_ACTION)
def test_receipt_of_a_later_day(draft):
    assert "dated after today" in refused(draft, a_receipt(received_on=TODAY + timedelta(days=1)))
    assert allowed(set_status(), a_receipt(received_on=TODAY))


@pytest.mark.parametrize("draft", EVERY_ACTION)
def test_negative_receipt_of_a_reversal(draft):
    reversal = a_receipt(status="Reversed", amount_cents=-10_000, is_reversal=True)
    assert "cancels a reversed one" in refused(draft, reversal)


def test_a_new_receipt_of_tomorrow():
    assert "dated after today" in refused(new_receipt(received_on=TODAY + timedelta(days=1)), None)
    assert allowed(new_receipt(received_on=TODAY), None)


def test_a_new_receipt_under_a_number_that_is_taken():
    assert "There is a receipt J-1 already" in refused(new_receipt(), a_receipt(receipt_id="J-1"))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"receipt_type": "Copay"}, "choose one of: Co-Pay, General."),
        ({"payment_method": "cash"}, "choose one of: Cash, Check."),
        ({"location_id": "L2"}, "no such location"),
    ],
)
def test_a_new_receipt_that_names_what_the_practice_has_not(facts, sentence):
    assert sentence in refused(new_receipt(**facts), None)


def test_a_new_receipt_can_be_acted_on_at_once():
    drafts = [new_receipt(), disburse("25.00", receipt_id="J-1"), disburse("0.01", receipt_id="J-1")]
    assert list(refusals(drafts, {}, DESK)) == [2]


@pytest.mark.parametrize("to", SETTABLE_STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_person_may_leave_every_status_for_each_of_the_four(status, to):
    assert allowed(set_status(to), a_receipt(status=status))


@pytest.mark.parametrize("status", SETTABLE_STATUSES)
def test_hold_date_in_the_past(status):
    yesterday = TODAY - timedelta(days=1)
    assert "hold date is in the past" in refused(set_status(status, hold_until=yesterday), a_receipt())
    assert allowed(set_status(status, hold_until=TODAY), a_receipt())
    assert allowed(set_status(status, hold_until=date(2026, 4, 1)), a_receipt())


def test_hold_without_a_date():
    assert allowed(set_status("Hold"), a_receipt())


def test_claim_of_another_patient():
    assert "claim C2 belongs to another patient" in refused(link(claim_id="C2"), a_receipt())
    assert allowed(link(claim_id="C1"), a_receipt())


def test_appointment_of_another_patient():
    assert "appointment A2 belongs to another patient" in refused(link(appointment_id="A2"), a_receipt())
    assert allowed(link(appointment_id="A1"), a_receipt())


@pytest.mark.parametrize("to", [{"claim_id": "C9"}, {"appointment_id": "C1"}])
def test_unknown_or_void_claim_or_appointment(to):
    assert "or it is void" in refused(link(**to), a_receipt())


def test_link_of_a_receipt_whose_patient_is_unknown():
    assert "patient is unknown" in refused(link(claim_id="C1"), a_receipt(patient_id=None))


def test_unknown_disbursement_code():
    assert "code is unknown" in refused(disburse("1.00", code="X"), a_receipt())
    assert "code is unknown" in refused(disburse("1.00", code="o"), a_receipt())
    assert allowed(disburse("1.00", code="CP"), a_receipt())


def test_disbursement_of_more_than_escrow():
    receipt = a_receipt(applied_cents=3_000, disbursed_cents=2_000, refunded_cents=1_000)
    assert "less money in escrow" in refused(disburse("40.01"), receipt)
    assert allowed(disburse("40.00"), receipt)


@pytest.mark.parametrize("cents", [0, -10_000])
def test_disbursement_of_a_receipt_without_money(cents):
    assert "less money in escrow" in refused(disburse("0.01"), a_receipt(amount_cents=cents))


@pytest.mark.parametrize("status", ["Reversed", "New"])
def test_disbursement_of_a_reversed_receipt(status):
    receipt = a_receipt(status=status, is_reversed=True)
    assert "no money left to disburse" in refused(disburse("1.00"), receipt)


def test_undoing_a_disbursement_that_is_not_there():
    undo = UndoDisbursement(receipt_id="R1", disbursement_id="journal-7")
    assert "no such disbursement" in refused(undo, a_receipt(disbursements={"journal-8": 100}))
    assert allowed(undo, a_receipt(disbursed_cents=100, disbursements={"journal-7": 100}))


def test_refund_of_money_still_in_escrow():
    waiting = a_posted_receipt(status="Hold", applied_cents=9_999)
    assert "still has money in escrow" in refused(refund("1.00"), waiting)
    assert allowed(refund("1.00"), a_posted_receipt())


def test_refund_without_a_patient_credit():
    assert "no credit to refund" in refused(refund("1.00"), a_posted_receipt(patient_credit_cents=0))


def test_refund_of_more_than_the_credit():
    assert "larger than the patient's credit" in refused(refund("40.01"), a_posted_receipt())
    assert allowed(refund("40.00"), a_posted_receipt())


def test_refund_of_more_than_the_receipt_posted():
    mostly_disbursed = a_posted_receipt(applied_cents=1_000, disbursed_cents=9_000)
    assert "larger than what this receipt posted" in refused(refund("10.01"), mostly_disbursed)
    assert allowed(refund("10.00"), mostly_disbursed)


@pytest.mark.parametrize("status", ["Reversed", "Error"])
def test_refund_of_a_reversed_receipt(status):
    receipt = a_posted_receipt(status=status, is_reversed=True)
    assert "no money left to refund" in refused(refund("1.00"), receipt)


def test_reversing_twice():
    reverse = Reverse(receipt_id="R1")
    assert "cannot be reversed twice" in refused(reverse, a_receipt(status="Reversed", is_reversed=True))
    assert "cannot be reversed twice" in refused(reverse, a_receipt(status="New", is_reversed=True))
    for status in STATUSES:
        assert allowed(reverse, a_receipt(status=status))


@pytest.mark.parametrize("status", STATUSES)
def test_forcing_a_pass_on_what_a_pass_does_not_take(status):
    force = ForcePass(receipt_id="R1")
    if status in ("New", "Hold"):
        assert allowed(force, a_receipt(status=status))
    else:
        assert "New and Hold receipts only" in refused(force, a_receipt(status=status))


def test_a_batch_is_judged_one_after_the_other():
    receipts = {"R1": a_receipt(status="New")}
    batch = [
        disburse("60.00"),
        disburse("60.00"),
        disburse("40.00"),
        ForcePass(receipt_id="R1"),  # complete by now
        set_status("New"),
        ForcePass(receipt_id="R1"),
        Reverse(receipt_id="R1"),
        Reverse(receipt_id="R1"),
        disburse("1.00", receipt_id="R7"),
    ]
    assert sorted(refusals(batch, receipts, DESK)) == [1, 3, 7, 8]


def test_two_receipts_of_one_patient_cannot_refund_the_same_credit():
    receipts = {
        "R1": a_posted_receipt(),
        "R2": a_posted_receipt(receipt_id="R2"),
        "R3": a_posted_receipt(receipt_id="R3", patient_id="P2"),
    }
    batch = [refund("30.00"), refund("30.00", "R2"), refund("10.00", "R2"), refund("30.00", "R3")]
    assert list(refusals(batch, receipts, DESK)) == [1]


def test_no_refusal_shows_an_amount():
    sentences = [
        refused(disburse("123.45"), a_receipt()),
        refused(refund("123.45"), a_posted_receipt()),
        refused(refund("123.45"), a_receipt()),
    ]
    assert not any(digit in sentence for sentence in sentences for digit in "0123456789")
