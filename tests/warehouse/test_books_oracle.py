"""Escrow, roll-forward and bridge equal to the books kept by hand, to the cent, on generated worlds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.books_oracle import BASES, Oracle
from tests.warehouse.books_world import AS_OF, books
from tests.warehouse.building import RUN, Warehouse, frames

WORLDS = range(12)
DAYS = (date(2026, 1, 31), date(2026, 3, 15), date(2026, 5, 30), AS_OF)


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle(books(WORLDS))


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Warehouse:
    """Only the books are built, from the same worlds."""
    filled = Warehouse(folder, "books").fill(frames(books(WORLDS)))
    return filled.built(
        *RUN, "--select", "+receipt_payment_bridge", "+escrow_rollforward", "+escrow", as_of=AS_OF
    )


def test_the_worlds_have_what_the_books_are_about(oracle: Oracle):
    kinds = {entry.kind for entry in oracle.entries if entry.amount < 0}
    assert kinds >= {"applied", "disbursed", "refunded"}
    items = {item for basis in BASES for *_, item in oracle.bridge(basis)}
    assert len(items) == 13
    reversals = [key for key in oracle.receipts if key.endswith("-R")]
    assert len(reversals) > 10


@pytest.mark.parametrize("day", DAYS)
def test_escrow_as_of_a_day_is_one_filter(warehouse: Warehouse, oracle: Oracle, day: date):
    found = warehouse.query(
        "select receipt_id, closing_amount from marts.escrow"
        f" where date '{day}' between valid_from_on and valid_to_on and closing_amount <> 0"
    )
    assert dict(found) == oracle.escrow_on(day)


@pytest.mark.parametrize("window", ["day", "month"])
@pytest.mark.parametrize("basis", BASES)
def test_the_rollforward_is_the_one_by_hand(warehouse: Warehouse, oracle: Oracle, basis: str, window: str):
    found = warehouse.query(
        "select window_start_on, location_id, payer_class, opening_amount, received_amount, applied_amount,"
        " disbursed_amount, refunded_amount, closing_amount from marts.escrow_rollforward"
        f" where date_basis = '{basis}' and window_kind = '{window}'"
    )
    by_hand = oracle.rollforward(basis, window)
    rows = {row[:3]: row[3:] for row in found}
    assert {key: rows[key] for key in by_hand} == by_hand
    # The other months are those in between, which only carry the balance.
    assert all(
        not any(amounts[1:5]) and amounts[0] == amounts[5]
        for key, amounts in rows.items()
        if key not in by_hand
    )


@pytest.mark.parametrize("basis", BASES)
def test_the_bridge_is_the_one_by_hand(warehouse: Warehouse, oracle: Oracle, basis: str):
    found = warehouse.query(
        "select period_start_on, location_id, payer_class, side, item, item_count, amount"
        f" from marts.receipt_payment_bridge where date_basis = '{basis}'"
    )
    rows = {row[:5]: row[5:] for row in found}
    by_hand = oracle.bridge(basis)
    assert {key: rows[key] for key in by_hand} == by_hand
    # A month that has receipts and no payments says so.
    extra = {key: amounts for key, amounts in rows.items() if key not in by_hand}
    assert all(
        key[4] == "payments_of_period" and amounts == (0, Decimal(0)) for key, amounts in extra.items()
    )
    assert warehouse.query("select * from marts.receipt_payment_bridge where remainder_amount <> 0") == []


def test_receipts_hold_what_the_last_day_of_their_escrow_says(warehouse: Warehouse, oracle: Oracle):
    found = warehouse.query("select receipt_id, escrow_amount from marts.receipts where escrow_amount <> 0")
    assert dict(found) == oracle.escrow_on(AS_OF)
