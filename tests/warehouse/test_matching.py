"""The matching as a whole: found what was planted, whatever the order of arrival, and nothing left over."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from tests.warehouse.building import Warehouse
from tests.warehouse.matching import CLASSES, Matching, TwoSystems, two_systems

FOUND = """
    select distinct unit_key, difference_class from marts.balancing_differences
    where billing_view = 'standard' and date_basis = 'clinic' order by all"""

# EMR less billing by location, day, charge type and patient, less the rows that explain it: what is left.
REMAINDER = """
    with sides as (
        select location_id, transaction_on as day, charge_type_key, patient_id, amount
        from intermediate.int_balancing__emr_payments
        union all
        select location_id, {basis}_on, charge_type_key, patient_id, -amount
        from intermediate.int_balancing__billing_payments where is_integration or '{view}' = 'full_access'
        union all
        select location_id, balanced_on, charge_type, patient_id, -difference_amount
        from marts.balancing_differences where date_basis = '{basis}' and billing_view = '{view}'
    )
    select sum(amount) from sides group by location_id, day, charge_type_key, patient_id
    having sum(amount) <> 0"""


@pytest.fixture(scope="module")
def matching(practice: Warehouse) -> Matching:
    return Matching(practice.path.parent / "target" / "compiled" / "tieout" / "models", practice.path.stem)


def few(emr: list[dict[str, object]], billing: list[dict[str, object]]) -> TwoSystems:
    """Co-pays of one day at one clinic, in cents; what a row does not say is as it usually is."""
    shape = two_systems(1, 12, faults=0)
    common = {"location_id": "L1", "charge_type_key": "copay", "file_hash": "f", "row_number": 2}
    day = date(2026, 5, 4)
    dates = dict.fromkeys(("deposit_on", "posting_on", "clinic_on", "other_on"), day)
    usual_emr = common | {"transaction_on": day, "is_paid": True, "flow": "flows", "flow_rank": 1}
    usual_billing = common | dates | {"is_integration": True}
    return TwoSystems(
        pl.DataFrame([usual_emr | row for row in emr], schema=shape.emr.schema),
        pl.DataFrame([usual_billing | row for row in billing], schema=shape.billing.schema),
        shape.truth,
    )


def named(matching: Matching, systems: TwoSystems, view: str = "standard") -> list[tuple[object, ...]]:
    """(unit, class, amount) on the clinic's own basis."""
    with matching.run(systems) as connection:
        return connection.execute(
            "select unit_key, difference_class, difference_amount::varchar from marts.balancing_differences"
            " where date_basis = 'clinic' and billing_view = ? order by all",
            [view],
        ).fetchall()


def test_errors_that_cancel_out_are_still_two(matching: Matching):
    systems = few(
        [
            {"emr_payment_id": "E1", "patient_id": "A", "amount": 7000},
            {"emr_payment_id": "E2", "patient_id": "B", "amount": 3000},
        ],
        [
            {"billing_payment_id": "P1", "patient_id": "A", "amount": 5000},
            {"billing_payment_id": "P2", "patient_id": "B", "amount": 5000},
        ],
    )
    assert named(matching, systems) == [
        ("emr:E1", "amount_changed", "20.00"),
        ("emr:E2", "amount_changed", "-20.00"),
    ]


def test_what_a_person_typed_never_takes_the_place_of_an_equal_import(matching: Matching):
    systems = few(
        [{"emr_payment_id": "E1", "patient_id": "A", "amount": 3000}],
        [
            {"billing_payment_id": "P1", "patient_id": "A", "amount": 3000, "is_integration": False},
            {"billing_payment_id": "P2", "patient_id": "A", "amount": 3000},
        ],
    )
    assert named(matching, systems) == []
    assert named(matching, systems, "full_access") == [("billing:P1", "posted_by_hand", "-30.00")]


def test_a_payment_of_the_wrong_patient_is_a_deletion_and_an_addition(matching: Matching):
    systems = few(
        [
            {"emr_payment_id": "E1", "patient_id": "A", "amount": 0, "is_paid": False},
            {"emr_payment_id": "E2", "patient_id": "B", "amount": 3000},
        ],
        [{"billing_payment_id": "P1", "emr_payment_id": "E1", "patient_id": "A", "amount": 3000}],
    )
    assert named(matching, systems) == [
        ("emr:E1", "only_in_billing", "-30.00"),
        ("emr:E2", "missing_in_billing", "30.00"),
    ]


def rows(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    with connection:
        return connection.execute("from marts.balancing_differences order by all").fetchall()


def test_fifty_orders_of_arrival_give_one_result(matching: Matching):
    systems = two_systems(5, 240, faults=0.08)
    expected = rows(matching.run(systems))
    assert expected
    for seed in range(50):
        assert rows(matching.run(systems.shuffled(seed))) == expected


def test_a_thousand_differences_are_found_and_nothing_else(matching: Matching):
    systems = two_systems(7, 24_000, faults=0.05)
    assert set(systems.truth["truth"]) == set(CLASSES)
    assert systems.truth.height >= 1_000
    with matching.run(systems) as connection:
        found = connection.execute(FOUND).pl()
    compared = found.join(systems.truth, on="unit_key", how="full", coalesce=True)
    wrong = compared.filter(pl.col("difference_class").ne_missing(pl.col("truth")))
    assert wrong.rows() == []


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_cell_of_a_random_world_keeps_a_remainder(matching: Matching, seed: int):
    with matching.run(crowded(seed)) as connection:
        for basis in ("clinic", "deposit", "posting"):
            for view in ("standard", "full_access"):
                assert connection.execute(REMAINDER.format(basis=basis, view=view)).fetchall() == []


def crowded(seed: int) -> TwoSystems:
    """So many differences among so few patients, days and amounts that hardly anything is clear."""
    systems = two_systems(seed, 600, faults=0.08)
    emr = systems.emr.with_columns(
        ("P" + (pl.int_range(pl.len()) % 7).cast(pl.String)).alias("patient_id"),
        pl.when("is_paid").then(pl.col("amount") % 3 * 1000 + 500).otherwise(0).alias("amount"),
        (pl.col("closed_amount") % 3 * 1000 + 500).alias("closed_amount"),
        pl.lit("L1").alias("location_id"),
    )
    billing = systems.billing.with_columns(
        ("P" + (pl.int_range(pl.len()) % 6).cast(pl.String)).alias("patient_id"),
        (pl.col("amount") % 3 * 1000 + 500).alias("amount"),
        pl.lit("L1").alias("location_id"),
        pl.col("posting_on").dt.offset_by(pl.format("{}d", pl.int_range(pl.len()) % 4)).alias("posting_on"),
    )
    return TwoSystems(emr, billing.with_columns(pl.col("posting_on").alias("other_on")), systems.truth)
