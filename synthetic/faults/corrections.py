"""Corrections of people: some that apply and raise nothing, and some that fit nothing."""

from datetime import date

from synthetic.faults.planting import Planting
from synthetic.scenarios import Row, receipt


def plant(planting: Planting) -> None:
    """An amount that is put right, a refused row that is settled, and four corrections that fit nothing."""
    day, later = planting.day(4), planting.day(9)
    good = receipt(
        "RFIX1", received_on=day, amount="0.01", receipt_status="Completed", patient_id=planting.patient()
    )
    refused = good | {"receipt_id": "RFIX2", "amount": "a cent"}
    path = planting.deliver(day, "receipts", good, refused)
    file_name = path.relative_to(planting.landing).as_posix()
    fits = (
        _correction(1, later, "RFIX1", "amount", "0.01", "0.00"),
        _correction(2, later, None, None, None, None) | {"file_name": file_name, "record_number": 3},
    )
    misfits = (
        (_correction(3, later, "RFIX1", "payment_method", "Cash", "Card"), "of a value that is not there"),
        (_correction(4, later, "RFIX1", "receipt_id", "RFIX1", "RFIX9"), "of a key"),
        (_correction(5, later, "RNOWHERE", "amount", "1.00", "2.00"), "of a row that is not there"),
        (
            _correction(6, later, "RFIX1", "receipt_status", "Completed", "Lost"),
            "to a value outside the list",
        ),
    )
    corrections = planting.deliver(later, "corrections", *fits, *(row for row, _ in misfits))
    for row_number, (row, what) in enumerate(misfits, 2 + len(fits)):
        planting.record(
            "correction_not_applicable",
            corrections,
            f"a correction {what}",
            key=str(row["correction_id"]),
            source="corrections",
            row=row_number,
        )


def _correction(
    number: int, day: date, key: str | None, column: str | None, old: str | None, new: str | None
) -> Row:
    return {
        "correction_id": f"FIX{number}",
        "corrected_by": "biller1",
        "corrected_at": f"{day}T16:00:00",
        "reason": "Keyed wrongly at the desk",
        "source": "receipts",
        "business_key": key,
        "column_name": column,
        "old_value": old,
        "new_value": new,
    }
