"""Which corrections apply: by the value that stands there, in the order of time, under the contract."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.corrections import CORRECTIONS, DELIVERED, judge

ROW = {
    "receipt_id": "R1",
    "payer_class": "Patient",
    "receipt_type": "Co-Pay",
    "location_id": "L1",
    "received_at": "2026-01-05 10:00:00",
    "amount": "50.00",
    "receipt_status": "New",
    "hold_until": None,
}


def correction(
    number: int, old: str | None, new: str | None, column: str = "amount", **changes: object
) -> dict:
    return {
        "correction_id": f"C{number}",
        "corrected_at": datetime(2026, 1, 6, 9, number),
        "source": "receipts",
        "business_key": "R1",
        "column_name": column,
        "old_value": old,
        "new_value": new,
    } | changes


def judged(*corrections: dict) -> dict[str, dict]:
    delivered = pl.DataFrame(
        [
            {"source": "receipts", "business_key": "R1", "column_name": name, "delivered_value": value}
            | {"load_id": "a", "row_number": 2}
            for name, value in ROW.items()
        ],
        schema=DELIVERED,
    )
    answer = judge(pl.DataFrame(corrections, schema=CORRECTIONS), delivered)
    return {row["correction_id"]: row for row in answer.iter_rows(named=True)}


def outcomes(*corrections: dict) -> list[tuple[str, str | None]]:
    return [(row["outcome"], row["corrected_value"]) for row in judged(*corrections).values()]


def test_without_corrections_nothing_is_judged():
    assert judged() == {}


def test_a_correction_applies_where_its_old_value_stands_in_any_spelling():
    assert outcomes(correction(1, "$50.00", "(1,200.50)")) == [("applied", "-1200.50")]
    assert outcomes(correction(1, None, "01/31/2026", "hold_until")) == [("applied", "2026-01-31")]
    assert outcomes(correction(1, "new", "completed", "receipt_status")) == [("applied", "Completed")]


def test_both_values_and_the_place_of_the_row_are_told():
    row = judged(correction(1, "50", "40"))["C1"]
    assert (row["delivered_value"], row["corrected_value"]) == ("50.00", "40.00")
    assert (row["load_id"], row["row_number"]) == ("a", 2)


def test_the_last_of_a_chain_decides():
    chain = (correction(1, "50.00", "40.00"), correction(2, "40.00", "30.00"))
    assert outcomes(*chain) == [("superseded", "40.00"), ("applied", "30.00")]


def test_of_two_for_the_delivered_value_the_later_decides_whatever_the_order():
    two = (correction(1, "50.00", "40.00"), correction(2, "50.00", "30.00"))
    expected = [("superseded", "40.00"), ("applied", "30.00")]
    assert outcomes(*two) == outcomes(*reversed(two)) == expected


def test_what_stands_there_anyway_is_no_fault():
    assert outcomes(correction(1, "60.00", "50.00")) == [("already_so", None)]


@pytest.mark.parametrize(
    ("misfit", "why"),
    [
        (correction(1, "49.99", "40.00"), "other_value_there"),
        (correction(1, "50.00", "forty"), "breaks_amount_is_not_a_number"),
        (correction(1, "50.00", None), "breaks_nullability"),
        (correction(1, "New", "Lost", "receipt_status"), "breaks_in_closed_list"),
        (correction(1, "R1", "R2", "receipt_id"), "key_column"),
        (correction(1, "1", "2", "no_such_column"), "unknown_column"),
        (correction(1, "1", "2", source="nowhere"), "unknown_source"),
        (correction(1, "50.00", "40.00", business_key="R2"), "key_not_there"),
        (correction(1, "a", "b", "reason", source="corrections"), "protected_column"),
    ],
)
def test_a_correction_that_fits_nothing_says_why_and_leaves_the_value(misfit: dict, why: str):
    row = judged(misfit)["C1"]
    assert (row["outcome"], row["why"], row["corrected_value"]) == ("not_applicable", why, None)


def test_values_of_a_protected_column_are_not_told():
    row = judged(correction(1, "a", "b", "reason", source="corrections"))["C1"]
    assert row["delivered_value"] is None


AMOUNTS = st.sampled_from(["50.00", "40.00", "30.00"])


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=5), st.randoms(use_true_random=False))
def test_at_most_one_applies_and_the_order_of_delivery_does_not_matter(values, chance):
    corrections = [correction(number, old, new) for number, (old, new) in enumerate(values)]
    in_order = judged(*corrections)
    chance.shuffle(corrections)
    assert judged(*corrections) == in_order
    assert sum(row["outcome"] == "applied" for row in in_order.values()) <= 1
    assert len(in_order) == len(values)
