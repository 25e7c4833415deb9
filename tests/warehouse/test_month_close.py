"""The report of a closed month stays as it was; what became known later is beside it, never in it.

One month of two locations, closed on June 10, opened again on June 20 and closed again on June 25, looked at
on four days. Everything that arrives late is a backfill into a closed period.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.run.grains import GRAIN_TEST
from tests.warehouse.building import Row, Warehouse, frames
from tests.warehouse.practice import YEAR_START, billing_payment, emr_payment, june, may, noon, row

FIRST, LATE, SECOND, LAST = june(10), june(19), june(25), june(30)


def changed(emr_payment_id: str, on: date, amount: str, day: date, **other: Any) -> Row:
    """A version of an EMR payment that was made and delivered on ``day``."""
    version = {"last_modified_at": noon(day), "loaded_on": day, "load_id": f"load-{day}"}
    return emr_payment(emr_payment_id, on, "Copay", amount) | version | other


def close(location_id: str, version: int, closed_on: date, **other: Any) -> Row:
    month = {"period_start_on": may(1), "period_end_on": may(31)}
    return row(closed_on, location_id=location_id, close_version=version, closed_on=closed_on) | month | other


WORLD: dict[str, list[Row]] = {
    "company_settings": [
        {"setting_name": "integration_users", "effective_from": YEAR_START, "item_number": 1,
         "setting_value": "Integration Import"}
    ],
    "locations": [
        row(YEAR_START, location_id=f"L{n}", emr_location_id=f"C{n}", billing_location_id=f"B{n}")
        | {"location_name": f"Clinic {n}", "practice_id": "P", "company_id": "C"}
        for n in (1, 2)
    ]
    # After the second close one location is renamed and the other loses its names in both systems.
    + [
        row(june(28), location_id="L1", emr_location_id="C1", billing_location_id="B1", location_name="Other",
            practice_id="P", company_id="C", row_number=2),
        row(june(28), location_id="L2", location_name="Clinic 2", practice_id="P", company_id="C",
            row_number=3),
    ],
    "patient_merges": [row(june(18), merged_patient_id="PA", patient_id="PB", merged_on=june(18))],
    "clinic_settings": [
        row(YEAR_START, emr_location_id="C1", effective_from=YEAR_START, soap_version="2.0",
            is_integration_on=True),
        # A late correction of the generation would have put other payments into May.
        row(june(28), emr_location_id="C1", effective_from=YEAR_START, soap_version="1.0",
            is_integration_on=True),
    ],
    "closed_periods": [
        close("L1", 1, FIRST),
        close("L2", 1, FIRST),
        close("L1", 1, FIRST, reopened_on=june(20), loaded_on=june(20), load_id="load-reopened"),
        close("L1", 2, SECOND),
    ],
    "emr_payments": [
        emr_payment("E1", may(4), "Copay", "30.00"),
        # Edited before the close: the amount follows.
        changed("E6", may(9), "10.00", may(9)),
        changed("E6", may(9), "12.00", june(9)),
        # Edited, deleted and added after it.
        changed("E2", may(5), "50.00", may(5)),
        changed("E2", may(5), "45.00", june(12)),
        changed("E3", may(6), "20.00", may(6)),
        changed("E3", may(6), "20.00", june(13), payment_status="Voided"),
        changed("E4", may(7), "15.00", june(14)),
        # Entered under another charge type, and moved out of the month.
        changed("E7", may(10), "7.00", may(10)),
        changed("E7", may(10), "7.00", june(15), charge_type="Supplies"),
        changed("E8", may(30), "8.00", may(30)),
        changed("E8", june(1), "8.00", june(16)),
        # Corrected for a typing error that no report shows.
        changed("E9", may(11), "9.00", may(11)),
        changed("E9", may(11), "9.00", june(17), collected_by="someone"),
        # Edited after the second close.
        changed("E5", may(8), "70.00", may(8)),
        changed("E5", may(8), "75.00", june(27)),
        emr_payment("E30", june(2), "Copay", "33.00", patient_id="PA"),
        emr_payment("E20", may(20), "Copay", "200.00", emr_location_id="C2"),
    ],
    "billing_payments": [
        billing_payment("P1", may(4), may(5), "30.00"),
        # Deposited in May, posted in June: in May by one basis only.
        billing_payment("P2", may(31), june(1), "50.00"),
        billing_payment("P3", may(6), may(7), "20.00", posted_by="a.clerk"),
        # Backfilled into the closed month.
        billing_payment("P4", may(7), may(8), "15.00", loaded_on=june(14), load_id="load-late"),
        billing_payment("P30", june(2), june(2), "33.00", patient_id="PB"),
        billing_payment("P20", may(20), may(20), "200.00", billing_location_id="B2"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def closes(tmp_path_factory: pytest.TempPathFactory) -> dict[date, Warehouse]:
    """The same bronze as of four days: the first close, before the reopening, the second close, the end."""
    folder = tmp_path_factory.mktemp("closes")
    built = {}
    for day in (FIRST, LATE, SECOND, LAST):
        warehouse = Warehouse(folder, f"closes_{day:%d}").fill(frames(WORLD))
        # The last day has the rows of all others, so keys that hold on it hold on all.
        untested = () if day == LAST else ("--exclude", f"test_name:{GRAIN_TEST}")
        built[day] = warehouse.built(
            "build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", *untested,
            "--select", "+closed_period_reports", "+restatement_log", "+payment_balancing", as_of=day,
        )  # fmt: skip
    return built


def text(warehouse: Warehouse, path: Path, version: int) -> bytes:
    """The report of one version as a file."""
    warehouse.frame(
        f"from marts.closed_period_reports where close_version = {version} order by all"
    ).write_csv(path)
    return path.read_bytes()


def figures(
    warehouse: Warehouse, version: int, location_id: str = "L1"
) -> dict[tuple[str, str], tuple[Any, Any]]:
    """(basis, charge type) to what the EMR and what billing had."""
    return {
        (basis, charge_type): (emr, billing)
        for basis, charge_type, emr, billing in warehouse.query(
            "select date_basis, lower(charge_type), emr_amount, billing_amount"
            " from marts.closed_period_reports"
            f" where close_version = {version} and location_id = '{location_id}'"
        )
    }


def test_the_first_version_stays_byte_for_byte(closes: dict[date, Warehouse], tmp_path: Path):
    first = text(closes[FIRST], tmp_path / "first.csv", 1)
    assert b"L1" in first
    assert b"L2" in first
    for day in (LATE, SECOND, LAST):
        assert text(closes[day], tmp_path / f"{day}.csv", 1) == first


def test_a_month_that_was_opened_again_has_its_second_version_beside_the_first(
    closes: dict[date, Warehouse], tmp_path: Path
):
    versions = (
        "select location_id, max(close_version) from marts.closed_period_reports group by all order by all"
    )
    assert closes[LATE].query(versions) == [("L1", 1), ("L2", 1)]
    assert closes[SECOND].query(versions) == [("L1", 2), ("L2", 1)]
    assert text(closes[SECOND], tmp_path / "second.csv", 2) == text(closes[LAST], tmp_path / "last.csv", 2)


def test_the_report_has_what_was_known_at_the_close(closes: dict[date, Warehouse]):
    dollars = Decimal
    assert figures(closes[LAST], 1) == {
        ("deposit", "copay"): (dollars("206.00"), dollars("80.00")),
        ("posting", "copay"): (dollars("206.00"), dollars("30.00")),
        ("clinic", "copay"): (dollars("206.00"), dollars("30.00")),
    }
    assert figures(closes[LAST], 2) == {
        ("deposit", "copay"): (dollars("181.00"), dollars("95.00")),
        ("posting", "copay"): (dollars("181.00"), dollars("45.00")),
        ("clinic", "copay"): (dollars("181.00"), dollars("45.00")),
        ("deposit", "supplies"): (dollars("7.00"), dollars("0.00")),
        ("posting", "supplies"): (dollars("7.00"), dollars("0.00")),
        ("clinic", "supplies"): (dollars("7.00"), dollars("0.00")),
    }


def test_a_location_that_is_unmapped_later_keeps_its_report(closes: dict[date, Warehouse]):
    assert figures(closes[LAST], 1, "L2")["clinic", "copay"] == (Decimal("200.00"), Decimal("200.00"))


def test_what_became_known_after_the_close_is_in_the_log(closes: dict[date, Warehouse]):
    log = (
        "select payment_id, lower(charge_type), change_kind, change_amount, restated_on,"
        " shown_in_period_start_on, close_version from marts.restatement_log"
        " where date_basis = 'posting' order by restated_on, payment_id, charge_type"
    )
    first = [
        ("E2", "copay", "edited", Decimal("-5.00"), june(12), june(1), 1),
        ("E3", "copay", "deleted", Decimal("-20.00"), june(13), june(1), 1),
        ("E4", "copay", "added", Decimal("15.00"), june(14), june(1), 1),
        ("P4", "copay", "added", Decimal("15.00"), june(14), june(1), 1),
        ("E7", "copay", "deleted", Decimal("-7.00"), june(15), june(1), 1),
        ("E7", "supplies", "added", Decimal("7.00"), june(15), june(1), 1),
        ("E8", "copay", "deleted", Decimal("-8.00"), june(16), june(1), 1),
    ]
    assert closes[FIRST].query(log) == []
    assert closes[LATE].query(log) == first
    assert closes[LAST].query(log) == [
        *first,
        ("E5", "copay", "edited", Decimal("5.00"), june(27), june(1), 2),
    ]


def test_a_report_and_its_restatements_are_the_next_version(closes: dict[date, Warehouse]):
    apart = closes[LAST].query("""
        with amounts as (
            select date_basis, lower(charge_type) as charge_type, difference_amount as amount
            from marts.closed_period_reports where location_id = 'L1' and close_version = 1
            union all
            select date_basis, lower(charge_type),
                   case when source_system = 'emr' then change_amount else -change_amount end
            from marts.restatement_log where location_id = 'L1' and close_version = 1 and is_in_standard_view
            union all
            select date_basis, lower(charge_type), -difference_amount
            from marts.closed_period_reports where location_id = 'L1' and close_version = 2
        )
        select date_basis, charge_type, sum(amount) from amounts group by all having sum(amount) <> 0""")
    assert apart == []


def test_the_last_report_and_its_restatements_are_the_figures_of_today(closes: dict[date, Warehouse]):
    today = closes[LAST]
    apart = today.query("""
        with last_closes as (
            select location_id, max(close_version) as close_version
            from marts.closed_period_reports group by location_id
        ),
        amounts as (
            select location_id, date_basis, lower(charge_type) as charge_type, emr_amount, billing_amount
            from marts.closed_period_reports semi join last_closes using (location_id, close_version)
            union all
            select location_id, date_basis, lower(charge_type),
                   case when source_system = 'emr' then change_amount else 0 end,
                   case when source_system = 'billing' and is_in_standard_view then change_amount else 0 end
            from marts.restatement_log semi join last_closes using (location_id, close_version)
            union all
            select location_id, date_basis, lower(charge_type), -emr_amount, -billing_amount
            from marts.payment_balancing where window_kind = 'month' and window_start_on = '2026-05-01'
        )
        select location_id, date_basis, charge_type, sum(emr_amount), sum(billing_amount) from amounts
        where location_id = 'L1'
        group by all having sum(emr_amount) <> 0 or sum(billing_amount) <> 0""")
    # No payment changed; the late correction of the clinic's generation counts P2 in May by its own basis.
    assert apart == [("L1", "clinic", "copay", Decimal("0.00"), Decimal("-50.00"))]


def test_payments_of_merged_patients_belong_to_one_from_the_day_of_the_merge(closes: dict[date, Warehouse]):
    differences = (
        "select distinct difference_class from marts.balancing_differences where emr_payment_id = 'E30'"
        " or billing_payment_id = 'P30'"
    )
    patients = "select patient_id from intermediate.int_balancing__emr_payments where emr_payment_id = 'E30'"
    assert closes[FIRST].query(differences) == [("patient_mismatch",)]
    assert closes[FIRST].query(patients) == [("PA",)]
    assert closes[SECOND].query(differences) == []
    assert closes[SECOND].query(patients) == [("PB",)]
