"""The figures that people sign are those of the other marts, for every period, and they add up."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.building import Warehouse
from tests.warehouse.practice import AS_OF

FIGURES = """
    with figures as (
        select location_id, period_start_on, figure, amount from marts.period_tie_outs
        where tie_out = '{tie_out}' and period_kind = '{kind}'
    )
    pivot figures on figure in ({names}) using coalesce(sum(amount), 0)::decimal(18, 2)
    group by location_id, period_start_on order by all"""


def pivoted(practice: Warehouse, tie_out: str, kind: str, *names: str) -> list[tuple]:
    """Location, first day and these figures, for every period that has one that is not zero."""
    listed = ", ".join(f"'{name}'" for name in names)
    rows = practice.query(FIGURES.format(tie_out=tie_out, kind=kind, names=listed))
    return [row for row in rows if any(row[2:])]


def test_no_sum_leaves_a_remainder(practice: Warehouse) -> None:
    assert practice.query(
        "select count(*) > 50, count(*) filter (where amount <> 0) from marts.period_tie_outs"
        " where role = 'remainder'"
    ) == [(True, 0)]


@pytest.mark.parametrize("kind", ["day", "week", "month"])
def test_balancing_is_that_of_the_balancing_mart(practice: Warehouse, kind: str) -> None:
    names = ("emr_payments", "billing_payments", "expected_difference", "exceptional_difference")
    expected = practice.query(
        "select location_id, window_start_on, sum(emr_amount), sum(billing_amount),"
        " sum(expected_difference_amount), sum(open_difference_amount) from marts.payment_balancing"
        f" where date_basis = 'clinic' and window_kind = '{kind}' and window_start_on <= date '{AS_OF}'"
        " group by all order by all"
    )
    assert pivoted(practice, "balancing", kind, *names) == [row for row in expected if any(row[2:])]
    assert expected


def test_escrow_is_that_of_the_rollforward(practice: Warehouse) -> None:
    names = ("opening", "received", "applied", "disbursed", "refunded", "closing")
    listed = ", ".join(f"sum({name}_amount)" for name in names)
    expected = practice.query(
        f"select location_id, window_start_on, {listed} from marts.escrow_rollforward"
        " where date_basis = 'received' and window_kind = 'month' group by all order by all"
    )
    assert pivoted(practice, "escrow", "month", *names) == [row for row in expected if any(row[2:])]
    assert expected


@pytest.mark.parametrize("kind", ["day", "week", "month"])
def test_a_period_opens_with_what_the_one_before_it_closed_with(practice: Warehouse, kind: str) -> None:
    rows = pivoted(practice, "escrow", kind, "opening", "closing")
    last: dict[str, object] = {}
    for location_id, _, opening, closing in rows:
        assert opening == last.get(location_id, 0)
        last[location_id] = closing
    assert last


def test_payments_of_a_month_are_those_of_the_bridge(practice: Warehouse) -> None:
    expected = practice.query(
        "select location_id, period_start_on, sum(amount) filter (where item = 'receipts_of_period'),"
        " sum(amount) filter (where item = 'payments_of_period') from marts.receipt_payment_bridge"
        " where date_basis = 'received' group by all order by all"
    )
    found = pivoted(practice, "bridge", "month", "receipts_of_period", "payments_of_period")
    assert found == [
        (place, start, receipts or 0, payments or 0)
        for place, start, receipts, payments in expected
        if receipts or payments
    ]
    assert found


def test_every_deposit_and_every_charge_is_in_one_month(practice: Warehouse) -> None:
    total = (
        "select coalesce(sum(amount), 0)::decimal(18, 2) from marts.period_tie_outs"
        " where period_kind = 'month' and figure = '{}'"
    )
    for figure, source in (
        ("bank_entries", "select sum(amount) from intermediate.int_deposits__entries"),
        ("expected_payments", "select sum(expected_amount) from marts.deposit_reconciliation"),
        ("first_refused", "select sum(amount) from marts.failed_charges"),
        ("checks", "select sum(payment_amount) from marts.era_remittances where not is_duplicate"),
    ):
        expected = practice.query(f"select coalesce(({source}), 0)::decimal(18, 2)")
        assert practice.query(total.format(figure)) == expected, figure


def test_a_receipt_that_disagrees_with_its_movements_breaks_its_periods(
    practice: Warehouse, folder: Path
) -> None:
    altered = Warehouse(folder, "altered_escrow")
    shutil.copy(practice.path, altered.path)
    with duckdb.connect(str(altered.path)) as connection:
        ((receipt_id, place, changed_on),) = connection.execute(
            "select receipt_id, location_id, valid_from_on from marts.escrow where location_id is not null"
            " order by receipt_id, valid_from_on limit 1"
        ).fetchall()
        connection.execute(
            "update marts.escrow set closing_amount = closing_amount - 0.01"
            " where receipt_id = ? and valid_from_on = ?",
            [receipt_id, changed_on],
        )
    altered.built("run", "--select", "period_tie_outs", as_of=AS_OF)
    broken = altered.query(
        "select distinct tie_out, min(period_start_on) from marts.period_tie_outs"
        f" where tie_out_state = 'broken' and location_id = '{place}' and period_kind = 'day'"
        " group by tie_out order by tie_out"
    )
    assert ("escrow", changed_on) in broken
    assert altered.query(
        "select count(*) from marts.period_tie_outs where tie_out_state = 'broken'"
        " and tie_out in ('balancing', 'deposits', 'remittances', 'failed_charges')"
    ) == [(0,)]
