"""Every step, code and setting of the posting rules, each reached by an example with a name.

Every example is posted by the reference and by the kernel, which must agree (`World.post`).
"""

import pytest

from posting import MESSAGES, PostingSettings, SettingsHistory
from posting.vocabulary import Code, Refusal
from tests.posting.world import World, day

COPAY, COINSURANCE, DEDUCTIBLE, ON_ACCOUNT = (
    "Co-Pay",
    "Patient Coinsurance",
    "Patient Deductible",
    "Payment on Account",
)


# Step 1: pre-pay


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        ("02-03", ("Hold", "PREPAY_WAITING", "50.00")),
        ("02-04", ("Error", "PREPAY_MANUAL", "50.00")),
        ("02-05", ("Error", "PREPAY_MANUAL", "50.00")),
    ],
)
def test_case_32_prepay_at_29_30_31_days(as_of: str, end: tuple[str, str, str]) -> None:
    world = (
        World().receipt("R1", "50.00", "01-05", "Pre-Pay").claim("C1", "01-05", "50.00", status="Statement 1")
    )
    assert world.post(as_of).end("R1") == end
    assert world.post(as_of).applied() == []


def test_prepay_types_is_a_setting() -> None:
    world = (
        World().receipt("R1", "50.00", "01-05", "Deposit").claim("C1", "01-05", "50.00", status="Statement 1")
    )
    assert world.post("01-05").end("R1") == ("Completed", "COMPLETED", "0.00")
    assert world.post("01-05", prepay_types=("Deposit",)).end("R1") == ("Hold", "PREPAY_WAITING", "50.00")


# Step 2: the claim of a linked receipt


@pytest.mark.parametrize("kind", [COPAY, COINSURANCE, DEDUCTIBLE])
@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        ("01-11", ("Hold", "NO_CLAIM_YET", "40.00")),
        ("01-12", ("Error", "NO_CLAIM_FOUND", "40.00")),
        ("01-13", ("Error", "NO_CLAIM_FOUND", "40.00")),
    ],
)
def test_cases_28_and_31_no_claim_at_6_7_8_days(kind: str, as_of: str, end: tuple[str, str, str]) -> None:
    assert World().receipt("R1", "40.00", "01-05", kind).post(as_of).end("R1") == end


def test_copay_hold_days_is_a_setting() -> None:
    world = World().receipt("R1", "40.00", "01-05", COPAY)
    assert world.post("01-18", copay_hold_days=14).end("R1")[1] == "NO_CLAIM_YET"
    assert world.post("01-19", copay_hold_days=14).end("R1")[1] == "NO_CLAIM_FOUND"
    assert world.post("01-05", copay_hold_days=0).end("R1")[1] == "NO_CLAIM_FOUND"


def test_the_claim_of_the_appointment_comes_before_the_claim_of_the_day() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY, appointment_id="A1")
        .claim("C1", "01-05", "40.00")
        .claim("C2", "01-04", "40.00", appointment_id="A1")
        .post("01-05")
    )
    assert told.applied() == [("01-05", "C2/1", "40.00", "copay_line")]


def test_several_claims_for_the_appointment_are_an_error() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY, appointment_id="A1")
        .claim("C1", "01-04", "40.00", appointment_id="A1")
        .claim("C2", "01-05", "40.00", appointment_id="A1")
        .post("01-05")
    )
    assert told.end("R1") == ("Error", "SEVERAL_CLAIMS_FOR_APPOINTMENT", "40.00")


def test_an_appointment_without_claim_falls_back_to_the_claim_of_the_day() -> None:
    told = World().receipt("R1", "40.00", "01-05", COPAY, appointment_id="A1").claim("C1", "01-05", "40.00")
    assert told.post("01-05").applied() == [("01-05", "C1/1", "40.00", "copay_line")]


def test_case_25_a_copay_without_appointment_starts_at_the_claim_of_the_day() -> None:
    world = World().receipt("R1", "40.00", "01-05", COPAY).claim("C1", "01-05", "40.00", created="01-07")
    told = world.post("01-07")
    assert told.log("R1") == [
        ("01-05", "New", "RECEIVED"),
        ("01-05", "Hold", "NO_CLAIM_YET"),
        ("01-07", "Completed", "COMPLETED"),
    ]


def test_case_27_two_claims_of_the_same_day_are_an_error_that_stays() -> None:
    world = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", "40.00")
        .claim("C2", "01-05", "40.00", voided_on="01-07")
    )
    assert world.post("01-06").end("R1") == ("Error", "SEVERAL_CLAIMS_SAME_DAY", "40.00")
    assert world.post("01-20").end("R1") == ("Error", "SEVERAL_CLAIMS_SAME_DAY", "40.00")


def test_a_void_claim_and_a_claim_not_yet_created_do_not_count() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", "40.00", voided_on="01-05")
        .claim("C2", "01-05", "40.00", created="01-06")
        .claim("C3", "01-05", "40.00", created="01-07")
        .post("01-07")
    )
    assert told.applied() == [("01-06", "C2/1", "40.00", "copay_line")]


def test_the_linked_claim_comes_first_even_without_an_appointment() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", "40.00")
        .claim("C2", "01-02", "40.00")
        .entry("01-05", "R1", "link", claim_id="C2")
        .post("01-05")
    )
    assert told.applied() == [("01-05", "C2/1", "40.00", "copay_line")]


def test_a_linked_claim_that_is_void_does_not_count() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", "40.00")
        .claim("C2", "01-02", "40.00", voided_on="01-05")
        .entry("01-05", "R1", "link", claim_id="C2")
        .post("01-05")
    )
    assert told.applied() == [("01-05", "C1/1", "40.00", "copay_line")]


# Step 2: co-pay


def test_case_26_the_claim_of_the_appointment_owes_nothing_so_all_follows_the_general_rule() -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY, appointment_id="A1")
        .claim("C1", "01-05", "40.00", appointment_id="A1")
        .reduce("C1", 1, "01-05", "40.00")
        .claim("C2", "01-01", "15.00", status="Statement 1")
        .post("01-05")
    )
    assert told.applied() == [("01-05", "C2/1", "15.00", "general")]
    assert told.end("R1") == ("Hold", "CREDIT_WAITING", "25.00")


def case_29() -> World:
    return (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", "90.00", ("25.00", "copay"), ("5.00", "copay"), "95.00")
        .claim("C2", "01-01", "12.00", status="Statement 1")
    )


def test_case_29_off_off_fills_one_line_and_the_rest_is_general() -> None:
    told = case_29().post("01-05")
    assert told.applied() == [("01-05", "C1/2", "25.00", "copay_line"), ("01-05", "C2/1", "12.00", "general")]
    assert told.end("R1") == ("Hold", "CREDIT_WAITING", "3.00")


def test_case_29_copay_procedures_only_leaves_the_rest_in_error() -> None:
    told = case_29().post("01-05", copay_procedures_only=True)
    assert told.applied() == [("01-05", "C1/2", "25.00", "copay_line")]
    assert told.end("R1") == ("Error", "COPAY_EXCEEDS_PROCEDURE", "15.00")


def test_case_29_multiple_procedures_spread_over_flagged_lines_then_highest_balance() -> None:
    told = case_29().post("01-05", copay_multiple_procedures=True)
    assert told.applied() == [
        ("01-05", "C1/2", "25.00", "copay_line"),
        ("01-05", "C1/3", "5.00", "copay_line"),
        ("01-05", "C1/4", "10.00", "copay_line"),
    ]


def test_multiple_procedures_with_copay_procedures_only_stay_on_flagged_lines() -> None:
    told = case_29().post("01-05", copay_multiple_procedures=True, copay_procedures_only=True)
    assert told.applied() == [
        ("01-05", "C1/2", "25.00", "copay_line"),
        ("01-05", "C1/3", "5.00", "copay_line"),
    ]
    assert told.end("R1") == ("Error", "COPAY_EXCEEDS_PROCEDURE", "10.00")


def test_copay_procedures_only_without_a_flagged_line_is_an_error_with_all_the_money() -> None:
    world = World().receipt("R1", "40.00", "01-05", COPAY).claim("C1", "01-05", "90.00")
    assert world.post("01-05", copay_procedures_only=True).end("R1") == (
        "Error",
        "COPAY_EXCEEDS_PROCEDURE",
        "40.00",
    )


def test_case_30_no_flagged_line_takes_the_highest_balance_and_on_a_tie_the_lowest_number() -> None:
    world = World().receipt("R1", "40.00", "01-05", COPAY).claim("C1", "01-05", "50.00", "60.00", "60.00")
    assert world.post("01-05").applied() == [("01-05", "C1/2", "40.00", "copay_line")]


@pytest.mark.parametrize(("as_of", "status"), [("01-11", "Hold"), ("01-12", "Error")])
def test_copay_overflow_off_holds_the_remainder_until_the_copay_deadline(as_of: str, status: str) -> None:
    world = (
        World()
        .receipt("R1", "40.00", "01-05", COPAY)
        .claim("C1", "01-05", ("25.00", "copay"))
        .claim("C2", "01-01", "12.00", status="Statement 1")
    )
    told = world.post(as_of, copay_overflow_is_general=False)
    assert told.end("R1") == (status, "COPAY_REMAINDER", "15.00")
    assert told.applied() == [("01-05", "C1/1", "25.00", "copay_line")]


def test_a_held_copay_goes_through_all_steps_again_on_the_next_pass() -> None:
    """A decision where the rule is silent: the one line is one line a pass."""
    world = World().receipt("R1", "40.00", "01-05", COPAY).claim("C1", "01-05", ("25.00", "copay"), "15.00")
    assert world.post("01-06").applied() == [
        ("01-05", "C1/1", "25.00", "copay_line"),
        ("01-06", "C1/2", "15.00", "copay_line"),
    ]


# Step 2: coinsurance and deductible


@pytest.mark.parametrize("kind", [COINSURANCE, DEDUCTIBLE])
def test_coinsurance_and_deductible_fill_the_lines_of_the_claim_and_the_rest_is_general(kind: str) -> None:
    told = (
        World()
        .receipt("R1", "40.00", "01-05", kind)
        .claim("C1", "01-05", "10.00", "20.00")
        .claim("C2", "01-01", "8.00", status="Statement 1")
        .post("01-05")
    )
    assert told.applied() == [
        ("01-05", "C1/1", "10.00", "claim_lines"),
        ("01-05", "C1/2", "20.00", "claim_lines"),
        ("01-05", "C2/1", "8.00", "general"),
    ]
    assert told.end("R1") == ("Hold", "CREDIT_WAITING", "2.00")


# Step 3: payment on account


def test_payment_on_account_pays_every_line_oldest_first_skip_statuses_included() -> None:
    told = (
        World()
        .receipt("R1", "25.00", "01-05", ON_ACCOUNT)
        .claim("C1", "01-03", "10.00")
        .claim("C2", "01-01", "10.00", status="Collections")
        .claim("C3", "01-02", "10.00", status="Statement 1")
        .post("01-05", skip_statuses=("Collections",), receipt_disbursement="newest_first")
    )
    assert told.applied() == [
        ("01-05", "C2/1", "10.00", "account"),
        ("01-05", "C3/1", "10.00", "account"),
        ("01-05", "C1/1", "5.00", "account"),
    ]


def test_what_is_left_of_a_payment_on_account_waits_for_credit() -> None:
    world = World().receipt("R1", "25.00", "01-05", ON_ACCOUNT).claim("C1", "01-03", "10.00")
    assert world.post("02-03").end("R1") == ("Hold", "CREDIT_WAITING", "15.00")
    assert world.post("02-04").applied()[-1] == ("02-04", "C1/1", "15.00", "credit")


# Step 4: general


def test_general_pays_statement_level_statement_status_and_invoiced_claims_only() -> None:
    told = (
        World()
        .receipt("R1", "100.00", "01-05")
        .claim("C1", "01-01", "1.00")
        .status("C1", "01-01", "Insurance", level="Statement")
        .claim("C2", "01-01", "2.00", status="Statement Final")
        .claim("C3", "01-01", "3.00")
        .status("C3", "01-01", "Insurance", invoice_on="01-02")
        .claim("C4", "01-01", "4.00", status="Insurance")
        .claim("C5", "01-01", "5.00")
        .post("01-05")
    )
    assert [line for _, line, _, _ in told.applied()] == ["C1/1", "C2/1", "C3/1"]


def test_statement_statuses_is_a_setting() -> None:
    world = (
        World()
        .receipt("R1", "9.00", "01-05")
        .claim("C1", "01-01", "1.00", status="Statement 1")
        .claim("C2", "01-01", "2.00", status="Patient Due")
    )
    assert world.post("01-05", statement_statuses=("Patient Due",)).applied() == [
        ("01-05", "C2/1", "2.00", "general")
    ]


def test_case_34_when_every_claim_is_skipped_nothing_is_outstanding() -> None:
    world = World().receipt("R1", "9.00", "01-05").claim("C1", "01-01", "9.00", status="Statement Dispute")
    told = world.post("02-04", skip_statuses=("Statement Dispute",))
    assert told.log("R1")[1] == ("01-05", "Hold", "CREDIT_WAITING")
    assert told.applied() == [("02-04", "C1/1", "9.00", "credit")]


def test_case_35_a_claim_that_becomes_eligible_is_paid_on_that_day() -> None:
    world = (
        World()
        .receipt("R1", "9.00", "01-05")
        .claim("C1", "01-01", "9.00")
        .status("C1", "01-09", "Statement 1")
    )
    assert world.post("01-08").applied() == []
    assert world.post("01-12").applied() == [("01-09", "C1/1", "9.00", "general")]


def disbursement_world() -> World:
    return (
        World()
        .receipt("R1", "50.00", "01-05")
        .claim("C1", "01-02", "30.00", "10.00", status="Statement 1")
        .claim("C2", "01-01", "20.00", status="Statement 1")
        .claim("C3", "01-02", "20.01", status="Statement 1")
    )


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        ("oldest_first", [("C2/1", "20.00"), ("C1/1", "30.00")]),
        ("newest_first", [("C3/1", "20.01"), ("C1/1", "29.99")]),
        ("highest_balance_first", [("C1/1", "30.00"), ("C3/1", "20.00")]),
        ("lowest_balance_first", [("C1/2", "10.00"), ("C2/1", "20.00"), ("C3/1", "20.00")]),
        # 50.00 of 80.01: 12.4984, 18.7477, 6.2492 and 12.5047; the two cents go to the largest remainders.
        ("pro_rata", [("C2/1", "12.50"), ("C1/1", "18.75"), ("C1/2", "6.25"), ("C3/1", "12.50")]),
    ],
)
def test_receipt_disbursement_has_five_orders(order: str, lines: list[tuple[str, str]]) -> None:
    told = disbursement_world().post("01-05", receipt_disbursement=order)
    assert [(line, amount) for _, line, amount, _ in told.applied()] == lines


def test_newest_first_takes_the_lines_of_a_claim_by_number() -> None:
    told = (
        World().receipt("R1", "15.00", "01-05").claim("C1", "01-02", "10.00", "10.00", status="Statement 1")
    )
    applied = told.post("01-05", receipt_disbursement="newest_first").applied()
    assert [line for _, line, _, _ in applied] == ["C1/1", "C1/2"]


def test_case_43_pro_rata_gives_left_over_cents_to_the_oldest_of_equal_remainders() -> None:
    told = (
        World()
        .receipt("R1", "1.00", "01-05")
        .claim("C1", "01-02", "1.00", "1.00", "1.00", status="Statement 1")
    )
    applied = told.post("01-05", receipt_disbursement="pro_rata").applied()
    assert [amount for _, _, amount, _ in applied] == ["0.34", "0.33", "0.33"]


def test_pro_rata_is_exact_where_the_product_does_not_fit_sixty_four_bits() -> None:
    told = (
        World()
        .receipt("R1", "40000000000000.01", "01-05")
        .claim("C1", "01-02", "40000000000000.00", "20000000000000.03", status="Statement 1")
        .post("01-05", receipt_disbursement="pro_rata")
    )
    money, balances = 4000000000000001, (4000000000000000, 2000000000000003)
    floors = [money * balance // sum(balances) for balance in balances]
    applied = [int(amount.replace(".", "")) for _, _, amount, _ in told.applied()]
    assert sum(applied) == money
    assert all(0 <= given - floor <= 1 for given, floor in zip(applied, floors, strict=True))


# Step 5: credit


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        ("02-03", ("Hold", "CREDIT_WAITING", "5.00")),
        ("02-04", ("Completed", "COMPLETED", "0.00")),
        ("02-05", ("Completed", "COMPLETED", "0.00")),
    ],
)
def test_case_33_general_above_outstanding_at_29_30_31_days(as_of: str, end: tuple[str, str, str]) -> None:
    world = World().receipt("R1", "15.00", "01-05").claim("C1", "01-02", "10.00", status="Statement 1")
    assert world.post(as_of).end("R1") == end


def test_case_33_no_claim_at_all_is_an_error_at_the_credit_deadline() -> None:
    world = World().receipt("R1", "15.00", "01-05")
    assert world.post("02-03").end("R1") == ("Hold", "CREDIT_WAITING", "15.00")
    assert world.post("02-04").end("R1") == ("Error", "NO_CLAIM_FOR_CREDIT", "15.00")


def test_credit_hold_days_is_a_setting() -> None:
    world = World().receipt("R1", "15.00", "01-05")
    assert world.post("01-06", credit_hold_days=1).end("R1")[1] == "NO_CLAIM_FOR_CREDIT"


def test_case_54_the_credit_goes_to_the_lowest_line_of_the_most_recent_claim_with_its_status() -> None:
    told = (
        World()
        .receipt("R1", "15.00", "01-05")
        .claim("C1", "01-08", "1.00", "2.00", created="01-09")
        .claim("C2", "01-08", "1.00", "2.00", created="01-10")
        .claim("C3", "01-08", "1.00", created="01-10", voided_on="02-01")
        .claim("C0", "01-01", "1.00", created="01-31")
        .post("02-04", credit_claim_status="Overpaid")
    )
    assert told.applied() == [("02-04", "C2/1", "15.00", "credit")]
    assert told.claims() == [("02-04", "C2", "Overpaid", "credit")]


def test_the_credit_of_equal_claims_goes_to_the_highest_claim_id() -> None:
    told = World().receipt("R1", "5.00", "01-05").claim("C1", "01-05", "1.00").claim("C2", "01-05", "1.00")
    assert told.post("02-04").applied() == [("02-04", "C2/1", "5.00", "credit")]


def test_a_credit_skips_a_claim_whose_lines_are_all_void() -> None:
    """A decision where the rule is silent."""
    told = (
        World()
        .receipt("R1", "5.00", "01-05")
        .claim("C1", "01-01", "1.00")
        .claim("C2", "01-05", ("1.00", "01-20"))
        .post("02-04")
    )
    assert told.applied() == [("02-04", "C1/1", "5.00", "credit")]


def test_a_credit_goes_to_the_lowest_line_that_still_counts() -> None:
    told = World().receipt("R1", "5.00", "01-05").claim("C1", "01-01", ("1.00", "01-20"), "1.00")
    assert told.post("02-04").applied() == [("02-04", "C1/2", "5.00", "credit")]


def test_an_empty_credit_claim_status_leaves_the_claim_alone() -> None:
    told = World().receipt("R1", "5.00", "01-05").claim("C1", "01-01", "1.00")
    assert told.post("02-04", credit_claim_status="").claims() == []


# Step 6, the done status, and the order of receipts


def test_a_claim_whose_lines_all_reach_zero_by_a_receipt_is_done() -> None:
    world = (
        World()
        .receipt("R1", "10.00", "01-05")
        .claim("C1", "01-02", "10.00", "5.00", status="Statement 1")
        .reduce("C1", 2, "01-03", "5.00")
    )
    assert world.post("01-05").claims() == [("01-05", "C1", "Done", "done")]
    assert world.post("01-05", claim_done_status="Paid").claims() == [("01-05", "C1", "Paid", "done")]
    assert world.post("01-05", claim_done_status="").claims() == []


def test_a_claim_with_a_line_in_credit_or_in_debt_is_not_done() -> None:
    told = World().receipt("R1", "10.00", "01-05").claim("C1", "01-02", "10.00", "5.00", status="Statement 1")
    assert told.reduce("C1", 2, "01-03", "6.00").post("01-05").claims() == []


def test_receipts_are_taken_by_time_of_receipt_then_by_id() -> None:
    told = (
        World()
        .receipt("R2", "10.00", "01-05")
        .receipt("R1", "10.00", "01-05")
        .receipt("R0", "10.00", "01-06")
        .claim("C1", "01-02", "25.00", created="01-06", status="Statement 1")
        .post("01-06")
    )
    assert [told.end(name)[2] for name in ("R1", "R2", "R0")] == ["0.00", "0.00", "5.00"]


def test_settings_are_those_in_force_on_the_day_of_the_pass() -> None:
    world = World().receipt("R1", "15.00", "01-05")
    history = SettingsHistory.from_mapping({day("01-01"): {}, day("01-20"): {"credit_hold_days": 10}})
    told = world.post("01-31", history)
    assert told.log("R1")[-1] == ("01-20", "Error", "NO_CLAIM_FOR_CREDIT")
    assert world.post("01-19", history).end("R1")[1] == "CREDIT_WAITING"


def test_settings_before_the_first_version_are_the_defaults() -> None:
    assert SettingsHistory(((day("01-20"), PostingSettings(credit_hold_days=1)),)).in_force(day("01-19")) == (
        0,
        PostingSettings(),
    )


# Receipts that are never posted automatically


def test_case_42_an_unknown_patient_is_an_error() -> None:
    told = (
        World()
        .receipt("R1", "5.00", "01-05", patient_id=None)
        .claim("C1", "01-05", "5.00", status="Statement 1")
    )
    assert told.post("01-05").end("R1") == ("Error", "PATIENT_UNKNOWN", "5.00")


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_case_41_zero_and_negative_receipts_are_not_postable(amount: str) -> None:
    told = (
        World()
        .receipt("R1", amount, "01-05")
        .claim("C1", "01-05", "5.00", status="Statement 1")
        .post("02-10")
    )
    assert told.end("R1") == ("Error", "NOT_POSTABLE", amount)
    assert told.applied() == []


def test_case_36_ignored_completed_and_error_receipts_are_not_processed_again() -> None:
    told = (
        World()
        .receipt("R1", "5.00", "01-05", initial_status="Ignore")
        .receipt("R2", "5.00", "01-05", initial_status="Completed")
        .receipt("R3", "5.00", "01-05", initial_status="Error")
        .receipt("R4", "5.00", "01-05", initial_status="Reversed")
        .claim("C1", "01-05", "5.00", status="Statement 1")
        .post("02-10")
    )
    assert told.applied() == []


# Messages


def test_every_code_has_a_message() -> None:
    codes = {code.label for code in Code} | {refusal.label for refusal in Refusal} - {"ALLOWED"}
    assert set(MESSAGES) == codes
    assert all(
        message.sentence.endswith(".") and len(message.sentence) < 120 for message in MESSAGES.values()
    )
