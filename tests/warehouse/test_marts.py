"""The marts of a small practice, figure by figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.building import Warehouse

MARTS = (
    "balancing_differences",
    "billing_exceptions",
    "claims_feed",
    "clinic_settings_history",
    "claims",
    "era_balance_checks",
    "era_remittances",
    "escrow_rollforward",
    "loads",
    "payment_balancing",
    "quarantine",
    "receipts",
)


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_a_clinic_balances_by_deposit_then_by_posting(practice: Warehouse):
    cells = practice.query(
        "select location_id, window_start_on::varchar, charge_type, clinic_date_basis, emr_amount,"
        " billing_amount, expected_difference_amount, open_difference_amount from marts.payment_balancing"
        " where date_basis = 'clinic' and window_kind = 'day' and emr_payment_count > 0 order by all"
    )
    assert cells == [
        ("L1", "2026-05-29", "Copay", "deposit", *money("30", "30", "0", "0")),
        ("L1", "2026-05-29", "Internal Payment", "deposit", *money("12", "0", "12", "0")),
        # The correction of June is in the figure of May: the difference that it left is gone.
        ("L1", "2026-05-30", "Copay", "deposit", *money("20", "20", "0", "0")),
        ("L1", "2026-06-02", "Copay", "posting", *money("40", "40", "0", "0")),
        ("L2", "2026-06-02", "Copay", "posting", *money("15", "0", "15", "0")),
        ("unmapped:C404", "2026-06-02", "Copay", "posting", *money("11", "0", "0", "11")),
    ]


def test_receipts_say_where_their_money_is(practice: Warehouse):
    receipts = practice.query(
        "select receipt_id, amount, applied_amount, disbursed_amount, refunded_amount, escrow_amount,"
        " days_in_escrow from marts.receipts order by receipt_id"
    )
    assert receipts == [
        ("R1", *money("100", "70", "30", "0", "0"), None),
        ("R2", *money("50", "0", "0", "0", "50"), 51),
        ("R2-R", *money("-50", "0", "0", "0", "-50"), 26),
        ("R3", *money("80", "0", "0", "5", "75"), 25),
    ]


@pytest.mark.parametrize(
    ("date_basis", "may", "june"),
    [
        # opening, received, applied, disbursed, refunded, closing
        ("received", money("0", "100", "0", "0", "0", "100"), money("100", "0", "70", "30", "0", "0")),
        ("posting", money("0", "100", "0", "0", "0", "100"), money("100", "0", "70", "30", "0", "0")),
        ("reference_batch", money("0", "100", "70", "0", "0", "30"), money("30", "0", "0", "30", "0", "0")),
    ],
)
def test_a_receipt_of_may_30_posted_in_june_is_in_may_by_its_reference_batch(
    practice: Warehouse, date_basis: str, may: tuple[Decimal, ...], june: tuple[Decimal, ...]
):
    windows = practice.query(
        "select window_start_on, opening_amount, received_amount, applied_amount, disbursed_amount,"
        " refunded_amount, closing_amount from marts.escrow_rollforward"
        " where window_kind = 'month' and payer_class = 'Insurance'"
        f" and date_basis = '{date_basis}' order by window_start_on"
    )
    assert windows == [(date(2026, 5, 1), *may), (date(2026, 6, 1), *june)]


def test_a_posting_of_an_unknown_receipt_is_in_no_receipt_and_in_no_window(practice: Warehouse):
    applied = "select coalesce(sum(applied_amount), 0) from marts"
    monthly = "where window_kind = 'month' and date_basis = 'posting'"
    assert practice.query(f"{applied}.receipts") == [money("70")]
    assert practice.query(f"{applied}.escrow_rollforward {monthly}") == [money("70")]


def test_the_balance_of_a_claim_is_what_was_posted_to_its_lines(practice: Warehouse):
    assert practice.query(
        "select claim_status, line_count, line_charge_amount, insurance_paid_amount, adjustment_amount,"
        " patient_paid_amount, balance_amount from marts.claims"
    ) == [("Statement 1", 2, *money("120", "70", "20", "5", "25"))]


def test_every_problem_and_every_load_is_listed(practice: Warehouse):
    assert practice.query("select load_id, is_conserved from marts.loads") == [("load-2026-05-10", True)]
    problems = "select record_number, problem_number from marts.quarantine order by all"
    assert practice.query(problems) == [(3, 1), (3, 2), (4, 1), (5, 1), (6, 1)]


def test_a_refused_record_is_replaced_by_a_row_of_its_key_that_comes_on_a_later_day(
    practice: Warehouse, replayed: Warehouse
):
    replaced = (
        "select record_number, replaced_by_load_id from marts.quarantine where record_number > 3 order by 1"
    )
    assert practice.query(replaced) == [(4, "load-2026-05-30"), (5, None), (6, "load-2026-06-02")]
    assert replayed.query(replaced) == [(4, "load-2026-05-30"), (5, None), (6, None)]


@pytest.mark.parametrize("mart", MARTS)
def test_the_order_of_rows_in_bronze_changes_nothing(practice: Warehouse, shuffled: Warehouse, mart: str):
    rows = f"select * from marts.{mart} order by all"
    assert practice.query(rows) == shuffled.query(rows)


@pytest.mark.parametrize("mart", MARTS)
def test_an_earlier_date_is_rebuilt_as_it_was(replayed: Warehouse, at_the_time: Warehouse, mart: str):
    rows = f"select * from marts.{mart} order by all"
    assert replayed.query(rows) == at_the_time.query(rows)


def test_what_was_corrected_later_was_not_known_earlier(replayed: Warehouse):
    assert replayed.query(
        "select emr_amount, billing_amount from marts.payment_balancing"
        " where window_start_on = '2026-05-30' and date_basis = 'clinic' and window_kind = 'day'"
    ) == [money("25", "0")]
    assert replayed.query("select claim_status from marts.claims") == [("Billed",)]
    escrow = "select escrow_amount from marts.receipts where receipt_id = 'R1'"
    assert replayed.query(escrow) == [money("100")]
