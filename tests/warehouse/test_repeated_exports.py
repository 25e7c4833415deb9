"""A receipts import that comes again doubles nothing, and two honestly equal payments of one file both count.

Its rows have no id, so a payment is told by what it says and by its number among the equal ones of its file.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.building import Row, Warehouse, frames

AS_OF = date(2026, 5, 31)
PAYMENT = {"received_on": date(2026, 5, 1), "receipt_type": "General", "payment_method": "Check"}

# Patient, dollars, comment; None where the workbook of the day was cut or changed.
FILES: dict[str, list[tuple[str, int, str | None]]] = {
    "first": [("P1", 20, None), ("P1", 20, None), ("P2", 30, "lockbox")],
    "again": [("P2", 30, "lockbox"), ("P1", 20, None), ("P1", 20, None)],
    "commented": [("P1", 20, "paid twice?"), ("P3", 40, None)],
    "other": [("P1", 20, None), ("P1", 20, None), ("P1", 20, None), ("P2", 10, None)],
}
EXPORT_IDS = {"first": "7", "again": "7", "commented": "8", "other": "7"}


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Warehouse:
    """The four workbooks, one a day, and what is made of them."""
    loads: list[Row] = []
    rows: list[Row] = []
    for day, (name, payments) in enumerate(FILES.items(), start=2):
        origin = {"load_id": name, "file_hash": name, "loaded_on": date(2026, 5, day)}
        loads.append(
            origin
            | {"file_name": f"2026-05-{day:02}/{name}.xlsx", "source": "receipt_imports", "verdict": "loaded"}
            | {"record_unit": "row", "profile": "generic", "export_id": EXPORT_IDS[name]}
            | {"records_read": len(payments), "records_kept": len(payments)}
            | {"control_amount_kept": Decimal(sum(dollars for _, dollars, _ in payments))}
        )
        for number, (patient, dollars, comment) in enumerate(payments, start=2):
            said = {
                "patient_id": patient,
                "amount": Decimal(dollars),
                "comment": comment,
                "row_number": number,
            }
            rows.append(origin | PAYMENT | said)
    made = Warehouse(folder, "imports").fill(frames({"loads": loads, "receipt_imports": rows}))
    return made.built("run", "--select", "+repeated_deliveries", "+stg_billing__receipt_imports", as_of=AS_OF)


def test_every_payment_counts_once_however_often_it_is_delivered(warehouse: Warehouse):
    counted = warehouse.query(
        "select patient_id, cast(amount as int), count(*), max(version_count)"
        " from staging.stg_billing__receipt_imports group by all order by all"
    )
    assert counted == [("P1", 20, 3, 4), ("P2", 10, 1, 1), ("P2", 30, 1, 2), ("P3", 40, 1, 1)]


def test_the_file_delivered_last_says_what_else_there_is_to_a_payment(warehouse: Warehouse):
    told = warehouse.query(
        "select load_id, row_number from staging.stg_billing__receipt_imports"
        " where patient_id = 'P1' order by row_number"
    )
    assert told == [("other", 2), ("other", 3), ("other", 4)]


def test_every_repeat_points_at_the_first_on_the_level_that_recognises_it(warehouse: Warehouse):
    repeats = warehouse.query(
        "select level, load_id, first_load_id, repeat_key, record_count, cast(amount as int)"
        " from marts.repeated_deliveries order by load_id"
    )
    assert repeats == [
        # The same rows under the same number of the export, in another order.
        ("export", "again", "first", "7", 3, 70),
        ("business_key", "commented", "first", "receipt_imports", 1, 20),
        # The same number with other rows is another export; the payments in it are the same all the same.
        ("business_key", "other", "first", "receipt_imports", 2, 40),
    ]
