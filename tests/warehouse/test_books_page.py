"""The figures of docs/explanation/the-books.md are those of the marts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.warehouse.building import Warehouse

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "the-books.md"
OF_THE_CHECK = (
    "location_id = 'L1' and payer_class = 'Insurance' and date_basis in ('posting', 'reference_batch')"
)


def tables() -> list[list[tuple[str | Decimal, ...]]]:
    """The tables of the page, without their heads; what reads as an amount is one."""
    found: list[list[tuple[str | Decimal, ...]]] = []
    is_inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            is_inside = False
        elif not is_inside:
            is_inside = True
            found.append([])
        elif not cells[0].startswith("---"):
            found[-1].append(tuple(Decimal(cell) if "." in cell else cell for cell in cells))
    return found


def test_the_bridge_of_the_page_is_the_bridge(practice: Warehouse):
    assert tables()[0] == practice.query(
        "select date_basis, strftime(period_start_on, '%Y-%m'), side, item, amount"
        f" from marts.receipt_payment_bridge where {OF_THE_CHECK}"
        " order by date_basis, period_start_on, side desc, is_total desc, amount desc"
    )


def test_the_rollforward_of_the_page_is_the_rollforward(practice: Warehouse):
    assert tables()[1] == practice.query(
        "select date_basis, strftime(window_start_on, '%Y-%m'), opening_amount, received_amount,"
        " applied_amount, disbursed_amount, refunded_amount, closing_amount from marts.escrow_rollforward"
        f" where window_kind = 'month' and {OF_THE_CHECK} order by date_basis, window_start_on"
    )


def test_the_escrow_of_the_page_is_the_escrow(practice: Warehouse):
    assert tables()[2] == practice.query(
        "select valid_from_on::varchar, valid_to_on::varchar, closing_amount from marts.escrow"
        " where receipt_id = 'R1' order by valid_from_on"
    )
