"""The state between two runs: what people entered is seen at once, and money stays whole."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.entry import Entry, canonical_details
from journal.receipt_entries import (
    SETTABLE_STATUSES,
    Disburse,
    ForcePass,
    Link,
    Refund,
    Reverse,
    SetStatus,
    UndoDisbursement,
)
from journal.receipt_refusals import refusal
from journal.receipt_state import state_with, states_with
from journal.store import Journal
from tests.journal.receipts import DESK, a_posted_receipt, a_receipt, disburse, link, refund, set_status
from tests.journal.writing import write


@pytest.fixture
def enter(path):
    """Write drafts and return the entries."""
    with Journal.open(path) as journal:
        yield lambda *written: write(journal, [draft.draft() for draft in written])


def test_entries_since_the_last_run_are_seen_at_once(enter):
    entries = enter(set_status("Hold", hold_until=date(2026, 4, 1)), link(claim_id="C1"), disburse("30.00"))
    state = state_with(a_receipt(), entries)
    assert (state.status, state.hold_until, state.claim_id) == ("Hold", date(2026, 4, 1), "C1")
    assert (state.disbursed_cents, state.unapplied_cents) == (3_000, 7_000)
    assert state.last_entry_number == 3


def test_what_the_run_already_contains_is_not_counted_twice(enter):
    entries = enter(disburse("30.00"), disburse("20.00"))
    published = a_receipt(disbursed_cents=3_000, disbursements={"journal-1": 3_000}, last_entry_number=1)
    once = state_with(published, entries)
    assert once.disbursed_cents == 5_000
    assert state_with(once, entries) == once


def test_entries_about_other_receipts_change_nothing(enter):
    entries = enter(disburse("30.00", receipt_id="R2"))
    assert state_with(a_receipt(), entries) == a_receipt()


def test_a_hold_date_stays_until_another_is_set(enter):
    entries = enter(set_status("Hold", hold_until=date(2026, 4, 1)), set_status("New"))
    assert state_with(a_receipt(), entries).hold_until == date(2026, 4, 1)


def test_using_up_the_money_completes_the_receipt(enter):
    state = state_with(a_receipt(status="Hold"), enter(disburse("100.00")))
    assert (state.status, state.unapplied_cents) == ("Completed", 0)
    ignored = state_with(a_receipt(status="Ignore"), enter(disburse("100.00")))
    assert ignored.status == "Ignore"


def test_an_undone_disbursement_brings_the_money_back(enter):
    entries = enter(disburse("100.00"), UndoDisbursement(receipt_id="R1", disbursement_id="journal-1"))
    state = state_with(a_receipt(), entries)
    assert (state.status, state.unapplied_cents, dict(state.disbursements)) == ("New", 10_000, {})


def test_a_refund_moves_money_from_lines_and_lowers_the_credit(enter):
    state = state_with(a_posted_receipt(), enter(refund("15.00")))
    assert (state.applied_cents, state.refunded_cents, state.unapplied_cents) == (8_500, 1_500, 0)
    assert state.patient_credit_cents == 2_500


def test_a_refund_is_seen_by_the_patients_other_receipts(enter):
    before = {"R1": a_posted_receipt(), "R2": a_posted_receipt(receipt_id="R2")}
    entries = enter(refund("15.00"), set_status("Hold"))
    after = states_with(before, entries)
    assert after["R2"] == replace(before["R2"], patient_credit_cents=2_500)
    assert after["R1"] == state_with(before["R1"], entries)


def test_a_reversal_takes_everything_back(enter):
    used = a_posted_receipt(applied_cents=5_000, disbursed_cents=5_000, disbursements={"journal-9": 5_000})
    state = state_with(used, enter(Reverse(receipt_id="R1")))
    assert (state.status, state.is_reversed, dict(state.disbursements)) == ("Reversed", True, {})
    assert (state.applied_cents, state.disbursed_cents, state.refunded_cents) == (0, 0, 0)
    assert state.patient_credit_cents == 0


amounts = st.integers(1, 12_000).map(lambda cents: Decimal(cents).scaleb(-2))
drafts = st.one_of(
    st.sampled_from(SETTABLE_STATUSES).map(lambda status: SetStatus(receipt_id="R1", status=status)),
    st.sampled_from(["C1", "C2"]).map(lambda claim_id: Link(receipt_id="R1", claim_id=claim_id)),
    amounts.map(lambda amount: Disburse(receipt_id="R1", disbursement_code="O", amount=amount)),
    amounts.map(lambda amount: Refund(receipt_id="R1", amount=amount, refund_method="Check")),
    st.integers(1, 12).map(lambda n: UndoDisbursement(receipt_id="R1", disbursement_id=f"journal-{n}")),
    st.just(Reverse(receipt_id="R1")),
    st.just(ForcePass(receipt_id="R1")),
)


@st.composite
def receipts(draw):
    """Any receipt that a run may leave behind: what was used is not more than there was."""
    amount = draw(st.integers(0, 20_000))
    applied = draw(st.integers(0, amount))
    disbursed = draw(st.integers(0, amount - applied))
    refunded = draw(st.sampled_from([0, amount - applied - disbursed]))
    status = draw(st.sampled_from(["New", "Hold", "Error", "Ignore", "Completed"]))
    return a_receipt(
        status=status,
        amount_cents=amount,
        applied_cents=applied,
        disbursed_cents=disbursed,
        refunded_cents=refunded,
        patient_credit_cents=draw(st.integers(0, 10_000)),
        disbursements={"journal-0": disbursed} if disbursed else {},
    )


@given(receipts(), st.lists(drafts, max_size=12))
def test_no_sequence_of_allowed_drafts_uses_more_than_there_is(receipt, sequence):
    state, number = receipt, 0
    for proposed in sequence:
        before = state
        if refusal(proposed, state, DESK) is not None:
            continue
        number += 1
        made = proposed.draft()
        entry = Entry(
            number,
            None,
            None,
            "maria",
            *made.subject,
            made.action,
            canonical_details(made.details),
            "",
            "",
            "",
        )
        state = state_with(state, [entry])
        parts = (state.applied_cents, state.disbursed_cents, state.refunded_cents)
        assert all(part >= 0 for part in parts)
        assert 0 <= sum(parts) <= state.amount_cents == receipt.amount_cents
        assert state.patient_credit_cents >= 0
        assert sum(state.disbursements.values()) <= state.disbursed_cents
        if isinstance(proposed, Refund):
            assert state.unapplied_cents == before.unapplied_cents == 0
        if isinstance(proposed, Disburse):
            assert (
                before.unapplied_cents - state.unapplied_cents
                == state.disbursed_cents - before.disbursed_cents
            )
        if before.is_reversed:
            assert state.is_reversed
            assert sum(parts) == 0
