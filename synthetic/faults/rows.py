"""Rows that break the rules of their source, between rows that keep them."""

from synthetic.faults.planting import Planting
from synthetic.scenarios import Row, claim_line, emr_payment, receipt


def plant(planting: Planting) -> None:
    """Unreadable amounts and dates, blanks where a value is required, values outside a closed list."""
    _payments(planting)
    _receipts(planting)
    _claim_lines(planting)
    _cut_off(planting)


def _payments(planting: Planting) -> None:
    day = planting.day(0)
    good = emr_payment("EPGOOD1", on=day, amount="20.00", payment_status="Unpaid")
    bad: tuple[tuple[Row, int | None, str], ...] = (
        (good | {"emr_payment_id": "EPBAD1", "paid_amount": "12.345"}, None, "an amount with three decimals"),
        (good | {"emr_payment_id": "EPBAD2", "paid_amount": "twenty"}, None, "an amount in words"),
        (
            good | {"emr_payment_id": "EPBAD3", "transaction_on": "2026-02-30"},
            2_000,
            "a date that does not exist",
        ),
        (
            good | {"emr_payment_id": "EPBAD4", "charge_type": "Gift Card"},
            2_000,
            "a charge type that is no type",
        ),
        (good | {"emr_payment_id": "1.23E+11"}, 2_000, "an id that a spreadsheet has mangled"),
    )
    _deliver(planting, 0, "emr_payments", good, bad)


def _receipts(planting: Planting) -> None:
    good = receipt(
        "RGOOD1",
        received_on=planting.day(1),
        amount="0.00",
        receipt_status="Completed",
        patient_id=planting.patient(),
    )
    bad: tuple[tuple[Row, int | None, str], ...] = (
        (good | {"receipt_id": None, "amount": "15.00"}, 1_500, "a receipt without its number"),
        (good | {"receipt_id": "RBAD2", "amount": "1,23.00"}, None, "an amount grouped wrongly"),
        (
            good | {"receipt_id": "RBAD3", "received_at": "yesterday", "amount": "16.00"},
            1_600,
            "a time in words",
        ),
    )
    _deliver(planting, 1, "receipts", good, bad)


def _claim_lines(planting: Planting) -> None:
    good = claim_line("800999E1", 1, "0.00")
    bad: tuple[tuple[Row, int | None, str], ...] = (
        (good | {"line_number": 0, "charge_amount": "30.00"}, 3_000, "a line number below one"),
        (good | {"line_number": 3, "charge_amount": "NaN"}, None, "an amount that is not a number"),
    )
    _deliver(planting, 2, "claim_lines", good, bad)


def _cut_off(planting: Planting) -> None:
    """An export that broke off within its last row, before the amount."""
    day = planting.day(3)
    row = emr_payment("EPCUT1", on=day, amount="20.00", payment_status="Unpaid")
    whole = planting.deliver(day, "emr_payments", row, row | {"emr_payment_id": "EPCUT2"}).read_bytes()
    last_row = whole.rindex(b"EPCUT2")
    path = planting.scenario.deliver_bytes(day, "emr_payments_cut.csv", whole[: last_row + 30])
    planting.record(
        "row_quarantined",
        path,
        "a row that was cut off with the end of its file",
        key=f"{planting.load_id(path)}|3",
        source="emr_payments",
        row=3,
    )


def _deliver(
    planting: Planting, number: int, source: str, good: Row, bad: tuple[tuple[Row, int | None, str], ...]
) -> None:
    """A file of one good row and the bad ones; the header is row 1."""
    path = planting.deliver(planting.day(number), source, good, *(row for row, _, _ in bad))
    for row_number, (_, cents, description) in enumerate(bad, 3):
        planting.record(
            "row_quarantined",
            path,
            description,
            key=f"{planting.load_id(path)}|{row_number}",
            source=source,
            row=row_number,
            cents=cents,
        )
