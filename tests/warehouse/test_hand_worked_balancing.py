"""The example that docs/explanation/balancing.md works by hand comes out of the marts as it stands there."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.building import Row, Warehouse, frames
from tests.warehouse.practice import PRACTICE, billing_payment, emr_payment

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "balancing.md"
CLINICS = {"North": ("C1", "B1"), "South": ("C2", "B2")}


def table(name: str) -> list[list[str]]:
    """The rows of the page's table that stands under the comment with its name."""
    _, text = PAGE.read_text().split(f"<!-- {name} -->\n")
    lines = re.match(r"(\|.*\n)+", text)
    assert lines, name
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[0].splitlines()[2:]]


def patient_of(payment: str) -> str:
    """E1 and E2, and what became of them, are of one patient."""
    return "A" if payment[1:] in ("1", "2") else payment[1:]


def bronze() -> dict[str, list[Row]]:
    rows = {name: PRACTICE[name] for name in ("company_settings", "locations")}
    settings = [row for row in PRACTICE["clinic_settings"] if row["effective_from"] == date(2026, 1, 1)]
    rows["clinic_settings"] = [{**row, "is_integration_on": True} for row in settings]
    rows["emr_payments"] = [
        emr_payment(
            payment, date.fromisoformat(day), charge_type, paid,
            emr_location_id=CLINICS[clinic][0], patient_id=patient_of(payment), due_amount=Decimal(due),
        )
        for payment, clinic, day, charge_type, due, paid in table("emr")
    ]  # fmt: skip
    rows["billing_payments"] = [
        billing_payment(
            payment, date.fromisoformat(deposit), date.fromisoformat(posting), amount, posted_by=user,
            charge_type=charge_type, billing_location_id=CLINICS[clinic][1], patient_id=patient_of(payment),
        )
        for payment, clinic, deposit, posting, user, charge_type, amount in table("billing")
    ]  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def example(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder, "example").fill(frames(bronze()))
    return warehouse.built("run", "--select", "+payment_balancing", as_of=date(2026, 6, 30))


def test_the_totals_are_those_of_the_procedures(example: Warehouse):
    found = example.query(
        "select location_name, sum(emr_amount), sum(billing_amount), sum(difference_amount),"
        " sum(expected_difference_amount), sum(open_difference_amount), sum(full_access_difference_amount),"
        " sum(abs(remainder_amount)) from marts.payment_balancing"
        " where date_basis = 'clinic' and window_kind = 'day' group by all order by all"
    )
    assert [[str(value) for value in row] for row in found] == table("totals")


def test_the_differences_are_those_of_the_page(example: Warehouse):
    found = example.query(
        "select emr_payment_id, difference_class, sum(difference_amount)::decimal(18, 2)"
        " from marts.balancing_differences where date_basis = 'clinic' and billing_view = 'standard'"
        " group by all order by all"
    )
    assert [[str(value) for value in row] for row in found] == table("differences")


def test_on_the_other_basis_a_payment_is_on_another_day_and_nets_to_zero(example: Warehouse):
    assert example.query(
        "select balanced_on::varchar, sum(difference_amount), count(*) from marts.balancing_differences"
        " where date_basis = 'posting' and billing_view = 'standard' and difference_class = 'other_window'"
        " group by all order by all"
    ) == [("2026-05-04", Decimal(60), 2), ("2026-05-05", Decimal(-60), 2)]
