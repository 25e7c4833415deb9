"""What a day brings besides the pass: voids, reversals, later reductions, and what people enter.

Every example is posted by the reference and by the kernel, which must agree (`World.post`).
"""

import pytest

from tests.posting.world import World

COPAY = "Co-Pay"


def paid() -> World:
    """A receipt of 30.00 that pays 10.00 and 20.00 on a claim."""
    return (
        World().receipt("R1", "30.00", "01-05").claim("C1", "01-02", "10.00", "20.00", status="Statement 1")
    )


# Voids and later reductions


def test_case_45_money_on_a_voided_line_returns_and_the_receipt_is_new_again() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", ("10.00", "01-10"), "20.00", status="Statement 1")
        .post("01-10")
    )
    assert told.applied()[-1] == ("01-10", "C1/1", "-10.00", "void_return")
    assert told.log("R1")[-2:] == [("01-10", "New", "RETURNED_BY_VOID"), ("01-10", "Hold", "CREDIT_WAITING")]
    assert told.end("R1")[2] == "10.00"


def test_case_45_a_voided_claim_returns_the_money_of_all_its_lines() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "10.00", "20.00", voided_on="01-10", status="Statement 1")
        .claim("C2", "01-09", "25.00", status="Statement 1")
        .post("01-10")
    )
    assert told.applied()[2:] == [
        ("01-10", "C1/1", "-10.00", "void_return"),
        ("01-10", "C1/2", "-20.00", "void_return"),
        ("01-10", "C2/1", "25.00", "general"),
    ]


def test_a_void_leaves_even_ignore_because_the_rule_says_new_again() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05")
        .claim("C1", "01-02", "10.00", voided_on="01-10", status="Statement 1")
        .entry("01-06", "R1", "set_status", status="Ignore")
        .post("01-10")
    )
    assert told.end("R1") == ("Hold", "CREDIT_WAITING", "10.00")


def test_two_applications_of_a_receipt_to_a_voided_line_return_as_one() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "20.00", voided_on="01-20")
        .status("C1", "01-02", "Insurance", invoice_on="01-02")
        .reduce("C1", 1, "01-03", "10.00")
        .reduce("C1", 1, "01-08", "-10.00")
        .post("01-20")
    )
    assert [(on, amount) for on, _, amount, _ in told.applied()] == [
        ("01-05", "10.00"),
        ("01-08", "10.00"),
        ("01-20", "-20.00"),
    ]


def test_case_86_a_later_insurer_payment_leaves_a_credit_and_moves_no_money() -> None:
    told = paid().reduce("C1", 1, "01-09", "10.00").post("02-20")
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")
    assert len(told.applied()) == 2


def test_a_reduction_that_is_taken_back_reopens_the_line_for_money_that_waits() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "10.00", status="Statement 1")
        .reduce("C1", 1, "01-03", "10.00")
        .reduce("C1", 1, "01-09", "-4.00")
        .post("01-09")
    )
    assert told.applied() == [("01-09", "C1/1", "4.00", "general")]


# Reversals


def test_cases_37_and_40_a_reversal_takes_back_exactly_and_escrow_nets_to_zero() -> None:
    told = paid().entry("01-09", "R1", "reverse").post("01-31")
    assert told.applied()[2:] == [
        ("01-09", "C1/1", "-10.00", "reversal"),
        ("01-09", "C1/2", "-20.00", "reversal"),
    ]
    assert told.end("R1") == ("Reversed", "REVERSED", "30.00")
    assert told.end("R1-R") == ("Reversed", "REVERSAL", "-30.00")
    assert told.result.negative_receipts["reversal_of_receipt_id"].to_list() == ["R1"]


def test_case_38_a_reversal_in_a_later_period_changes_nothing_before_it() -> None:
    world = paid().entry("02-09", "R1", "reverse")
    assert world.post("02-08").end("R1") == ("Completed", "COMPLETED", "0.00")
    assert [on for on, *_ in world.post("02-28").applied()] == ["01-05", "01-05", "02-09", "02-09"]


def test_case_39_a_reversal_is_not_reversed() -> None:
    told = (
        paid()
        .entry("01-09", "R1", "reverse")
        .entry("01-10", "R1", "reverse")
        .entry("01-10", "R1-R", "reverse")
    )
    assert told.post("01-31").refused() == [(2, "ALREADY_REVERSED"), (3, "REVERSAL_IS_FINAL")]


def test_case_39_a_positive_receipt_that_names_a_reversal_is_money_like_any() -> None:
    told = (
        paid()
        .receipt("R2", "-30.00", "01-09", reversal_of_receipt_id="R1")
        .status("C1", "01-10", "Statement 2")
        .receipt("R3", "30.00", "01-12", reversal_of_receipt_id="R2")
        .post("01-31")
    )
    assert told.end("R3") == ("Completed", "COMPLETED", "0.00")
    assert told.end("R1")[0] == told.end("R2")[0] == "Reversed"


def test_the_feeds_own_negative_receipt_reverses_the_original() -> None:
    told = paid().receipt("R2", "-30.00", "01-09", reversal_of_receipt_id="R1").post("01-31")
    assert told.end("R1") == ("Reversed", "REVERSED", "30.00")
    assert told.end("R2") == ("Reversed", "REVERSAL", "-30.00")
    assert told.result.negative_receipts.is_empty()


def test_a_negative_receipt_of_another_amount_is_no_reversal() -> None:
    told = paid().receipt("R2", "-10.00", "01-09", reversal_of_receipt_id="R1").post("01-31")
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")
    assert told.end("R2") == ("Error", "NOT_POSTABLE", "-10.00")


def test_a_receipt_reversed_by_a_person_is_not_reversed_again_by_the_feed() -> None:
    told = (
        paid()
        .entry("01-08", "R1", "reverse")
        .receipt("R2", "-30.00", "01-09", reversal_of_receipt_id="R1")
        .post("01-31")
    )
    assert told.end("R2") == ("Error", "NOT_POSTABLE", "-30.00")


def test_a_reversal_takes_back_disbursements_and_refunds_too() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .entry("01-06", "R1", "disburse", amount="10.00", disbursement_code="O", disbursement_id="D1")
        .entry("01-06", "R1", "refund", amount="5.00")
        .entry("01-07", "R1", "reverse")
        .post("01-08")
    )
    movements = told.result.movements.select("movement", "amount").rows()
    assert [(kind, str(amount)) for kind, amount in movements] == [
        ("disbursement", "10.00"),
        ("refund", "5.00"),
        ("disbursement_undone", "-10.00"),
        ("refund_undone", "-5.00"),
    ]
    assert told.end("R1")[2] == "30.00"
    assert told.end("R1-R")[2] == "-30.00"


# People's entries: status, hold dates, links


def test_within_a_day_voids_come_before_entries_and_entries_before_the_pass() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05")
        .claim("C1", "01-02", "10.00", voided_on="01-10", status="Statement 1")
        .claim("C2", "01-09", "10.00", status="Statement 1")
        .entry("01-10", "R1", "disburse", amount="10.00")
        .post("01-10")
    )
    assert told.applied()[-1] == ("01-10", "C1/1", "-10.00", "void_return")
    assert told.log("R1")[-1] == ("01-10", "Completed", "COMPLETED")


def test_a_person_takes_a_receipt_out_of_error_and_the_pass_tries_again() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .claim("C1", "01-20", "10.00")
        .entry("01-20", "R1", "link", claim_id="C1")
        .entry("01-20", "R1", "set_status", status="New")
        .post("01-20")
    )
    assert told.log("R1")[-3:] == [
        ("01-12", "Error", "NO_CLAIM_FOUND"),
        ("01-20", "New", "SET_BY_PERSON"),
        ("01-20", "Completed", "COMPLETED"),
    ]


def test_a_link_alone_does_not_take_a_receipt_out_of_error() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .claim("C1", "01-20", "10.00")
        .entry("01-20", "R1", "link", claim_id="C1")
        .post("01-31")
    )
    assert told.end("R1") == ("Error", "NO_CLAIM_FOUND", "10.00")


@pytest.mark.parametrize(("as_of", "code"), [("01-19", "NO_CLAIM_YET"), ("01-20", "NO_CLAIM_FOUND")])
def test_a_persons_hold_date_moves_the_deadline_when_it_is_later(as_of: str, code: str) -> None:
    world = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .entry("01-06", "R1", "set_status", status="Hold", hold_until="01-20")
    )
    assert world.post(as_of).end("R1")[1] == code


def test_an_earlier_hold_date_does_not_move_the_deadline_and_no_hold_date_keeps_the_old_one() -> None:
    early = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .entry("01-06", "R1", "set_status", status="Hold", hold_until="01-08")
    )
    assert early.post("01-11").end("R1")[1] == "NO_CLAIM_YET"
    kept = (
        World()
        .receipt("R1", "10.00", "01-05")
        .entry("01-06", "R1", "set_status", status="Hold", hold_until="02-20")
        .entry("01-07", "R1", "set_status", status="New")
    )
    assert kept.post("02-19").end("R1") == ("Hold", "CREDIT_WAITING", "10.00")
    assert kept.post("02-20").end("R1") == ("Error", "NO_CLAIM_FOR_CREDIT", "10.00")


def test_a_later_entry_may_bring_the_hold_date_forward() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .entry("01-06", "R1", "set_status", status="Hold", hold_until="02-20")
        .entry("01-14", "R1", "set_status", status="Hold", hold_until="01-15")
        .post("01-15")
    )
    assert told.end("R1")[1] == "NO_CLAIM_FOUND"


def test_a_receipt_on_hold_is_still_tried_every_pass() -> None:
    told = paid().entry("01-05", "R1", "set_status", status="Hold", hold_until="03-01").post("01-05")
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")


@pytest.mark.parametrize(("as_of", "code"), [("01-24", "NO_CLAIM_YET"), ("01-25", "NO_CLAIM_FOUND")])
@pytest.mark.parametrize("linked_by_person", [False, True])
def test_a_linked_future_appointment_moves_the_deadline(
    as_of: str, code: str, linked_by_person: bool
) -> None:
    world = World().appointment("A1", "01-25")
    if linked_by_person:
        world.receipt("R1", "10.00", "01-05", COPAY).entry("01-06", "R1", "link", appointment_id="A1")
    else:
        world.receipt("R1", "10.00", "01-05", COPAY, appointment_id="A1")
    assert world.post(as_of).end("R1")[1] == code


def test_hold_date_and_deadline_are_told() -> None:
    told = (
        World()
        .appointment("A1", "01-25")
        .receipt("R1", "10.00", "01-05", COPAY, appointment_id="A1")
        .post("01-06")
    )
    state = told.state("R1")
    assert (str(state["hold_until_on"]), str(state["deadline_on"])) == ("2026-01-25", "2026-01-25")


def test_a_claim_link_stays_before_a_later_appointment_link() -> None:
    """A decision where the rule is silent: the two links are kept apart, and the claim is asked first."""
    told = (
        World()
        .receipt("R1", "10.00", "01-05", COPAY)
        .claim("C1", "01-01", "10.00")
        .claim("C2", "01-02", "10.00", appointment_id="A1")
        .entry("01-05", "R1", "link", claim_id="C1")
        .entry("01-05", "R1", "link", appointment_id="A1")
        .post("01-05")
    )
    assert told.applied() == [("01-05", "C1/1", "10.00", "copay_line")]


def test_a_person_forces_a_pass_which_takes_the_receipt_out_of_turn() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05")
        .receipt("R2", "10.00", "01-05")
        .claim("C1", "01-01", "10.00", created="01-06", status="Statement 1")
        .entry("01-06", "R2", "force_pass")
        .post("01-06")
    )
    assert (told.end("R1")[2], told.end("R2")[2]) == ("10.00", "0.00")


# People's entries: disbursements and refunds


def test_case_48_a_receipt_partly_disbursed_and_partly_applied() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "20.00", created="01-06", status="Statement 1")
        .entry("01-05", "R1", "disburse", amount="10.00", disbursement_code="O", disbursement_id="D1")
        .post("01-06")
    )
    state = told.state("R1")
    assert [str(state[name]) for name in ("applied_amount", "disbursed_amount")] == ["20.00", "10.00"]
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")


def test_case_51_an_undone_disbursement_makes_a_completed_receipt_new_again() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05")
        .entry("01-05", "R1", "disburse", amount="10.00", disbursement_code="E", disbursement_id="D1")
        .entry("01-09", "R1", "undo_disbursement", disbursement_id="D1")
        .entry("01-10", "R1", "undo_disbursement", disbursement_id="D1")
        .post("01-31")
    )
    assert told.log("R1")[1:] == [
        ("01-05", "Completed", "COMPLETED"),
        ("01-09", "New", "RETURNED_BY_UNDO"),
        ("01-09", "Hold", "CREDIT_WAITING"),
    ]
    assert told.refused() == [(3, "NOTHING_TO_UNDO")]


def test_disbursing_the_last_money_completes_a_receipt_in_error_but_not_an_ignored_one() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05", initial_status="Error")
        .receipt("R2", "10.00", "01-05", initial_status="Ignore")
        .entry("01-06", "R1", "disburse", amount="10.00")
        .entry("01-06", "R2", "disburse", amount="10.00")
        .post("01-06")
    )
    assert (told.end("R1")[0], told.end("R2")[0]) == ("Completed", "Ignore")


def test_case_44_more_than_is_left_is_refused_and_never_negative_escrow() -> None:
    told = (
        paid()
        .entry("01-05", "R1", "disburse", amount="30.01")
        .entry("01-06", "R1", "disburse", amount="0.01")
        .entry("01-06", "R1", "disburse", amount="0.00")
        .post("01-06")
    )
    assert told.refused() == [(1, "EXCEEDS_UNAPPLIED"), (2, "EXCEEDS_UNAPPLIED"), (3, "AMOUNT_NOT_POSITIVE")]
    assert told.end("R1")[2] == "0.00"


def test_a_refund_comes_out_of_the_credit_that_the_receipt_made() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "20.00", status="Statement 1")
        .entry("02-10", "R1", "refund", amount="8.00")
        .post("02-10")
    )
    assert told.applied()[-1] == ("02-10", "C1/1", "-8.00", "credit")
    state = told.state("R1")
    assert (str(state["applied_amount"]), str(state["refunded_amount"])) == ("22.00", "8.00")
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")


def test_case_58_a_refund_above_the_credit_or_above_what_is_left_is_refused() -> None:
    told = (
        World()
        .receipt("R1", "30.00", "01-05")
        .claim("C1", "01-02", "20.00", status="Statement 1")
        .entry("01-10", "R1", "refund", amount="10.01")
        .entry("02-10", "R1", "refund", amount="10.01")
        .post("02-10")
    )
    assert told.refused() == [(1, "EXCEEDS_UNAPPLIED"), (2, "EXCEEDS_CREDIT")]


def test_a_refund_of_money_that_is_left_is_carried_out_and_is_for_the_books_to_question() -> None:
    told = (
        World().receipt("R1", "30.00", "01-05").entry("01-06", "R1", "refund", amount="30.00").post("01-06")
    )
    assert told.end("R1") == ("Completed", "COMPLETED", "0.00")


def test_a_refund_after_a_later_insurer_payment_takes_the_latest_money_first() -> None:
    told = (
        paid()
        .reduce("C1", 1, "01-09", "10.00")
        .reduce("C1", 2, "01-09", "5.00")
        .entry("01-10", "R1", "refund", amount="12.00")
        .post("01-10")
    )
    assert told.applied()[2:] == [("01-10", "C1/2", "-5.00", "credit"), ("01-10", "C1/1", "-7.00", "credit")]


# Entries that are refused


def test_entries_that_are_not_allowed_are_refused_with_the_reason() -> None:
    told = (
        World()
        .receipt("R1", "10.00", "01-05")
        .claim("C1", "01-02", "10.00")
        .claim("C2", "01-02", "10.00", patient_id="P2")
        .appointment("A2", "01-20", patient_id="P2")
        .entry("01-06", "R9", "reverse")
        .entry("01-04", "R1", "reverse")
        .entry("01-06", "R1", "sing")
        .entry("01-06", "R1", "set_status", status="Completed")
        .entry("01-06", "R1", "link")
        .entry("01-06", "R1", "link", claim_id="C2")
        .entry("01-06", "R1", "link", appointment_id="A2")
        .entry("01-06", "R1", "set_status", status="Ignore")
        .entry("01-06", "R1", "force_pass")
        .entry("01-07", "R1", "reverse")
        .entry("01-08", "R1", "disburse", amount="1.00")
        .entry("01-08", "R1", "refund", amount="1.00")
        .post("01-08")
    )
    assert sorted(told.refused()) == [
        (1, "RECEIPT_UNKNOWN"),
        (2, "RECEIPT_NOT_RECEIVED"),
        (3, "ACTION_UNKNOWN"),
        (4, "STATUS_NOT_SETTABLE"),
        (5, "LINK_NAMES_NOTHING"),
        (6, "LINK_NOT_OF_PATIENT"),
        (7, "LINK_NOT_OF_PATIENT"),
        (9, "NOT_NEW_OR_HOLD"),
        (11, "RECEIPT_REVERSED"),
        (12, "RECEIPT_REVERSED"),
    ]


# The engine's own changes of claims


def test_a_claim_status_given_by_a_receipt_counts_at_once_and_until_the_feed_says_otherwise() -> None:
    """A decision where the rule is silent: the status is the last one given, by whom ever."""
    world = (
        World()
        .receipt("R1", "15.00", "01-05")
        .claim("C1", "01-02", "10.00", "10.00", status="Insurance")
        .receipt("R2", "5.00", "02-04")
        .status("C1", "02-10", "Statement 2")
    )
    told = world.post(
        "02-10", credit_claim_status="Statement Credit", statement_statuses=("Statement Credit",)
    )
    assert told.applied("R1") == [("02-04", "C1/1", "15.00", "credit")]
    assert told.applied("R2") == [("02-04", "C1/2", "5.00", "general")]
    assert world.post("02-10").applied("R2") == [("02-10", "C1/2", "5.00", "general")]


def test_a_done_claim_that_is_open_again_is_collected_once_the_feed_makes_it_collectable() -> None:
    """A decision where the rule is silent: a reversal does not take the done status back."""
    world = (
        paid()
        .entry("01-09", "R1", "reverse")
        .receipt("R2", "30.00", "01-12")
        .status("C1", "01-20", "Statement 2")
    )
    assert world.post("01-19").end("R2") == ("Hold", "CREDIT_WAITING", "30.00")
    assert world.post("01-20").end("R2") == ("Completed", "COMPLETED", "0.00")
