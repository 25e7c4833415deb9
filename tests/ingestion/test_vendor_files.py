"""The workbook that the invented practice's EMR hands out is read by the shipped profile, cell for cell."""

from datetime import date, datetime
from pathlib import Path

import polars as pl

from synthetic.vendor_files import payment_log_name, write_payment_log
from tests.ingestion.deliveries import loads_by_name, rows, take

DAY = date(2026, 1, 30)


def payment(number: int, cents: int, **changes: object) -> dict[str, object]:
    return {
        "emr_payment_id": f"000{number}",
        "patient_id": f"P{number}",
        "emr_location_id": "CLINIC-101",
        "case_id": None,
        "transaction_on": DAY,
        "service_on": DAY,
        "charge_type": "Copay",
        "payment_method": "Cash",
        "payment_status": "Paid",
        "due_cents": cents,
        "paid_cents": cents,
        "last_modified_at": datetime(2026, 1, 30, 17, 0, number),
    } | changes


def test_the_payment_log_of_a_vendor_is_read_as_it_was_written(tmp_path: Path):
    written = pl.DataFrame(
        [
            payment(1, 2_510),
            payment(2, -120_000),
            payment(3, 10, service_on=None, charge_type="Payment on Account"),
        ]
    )
    (tmp_path / "landing").mkdir()
    name = payment_log_name("CLINIC-101")
    write_payment_log(written, "CLINIC-101", DAY, tmp_path / "landing" / name)
    take(tmp_path)
    load = loads_by_name(tmp_path)[name]
    assert (load["profile"], load["export_id"], load["skipped_reasons"]) == (
        "webpt-soap1-payment-log",
        "PL-CLINIC-101-20260130",
        "above_header 3, blank 1, totals 1",
    )
    assert rows(tmp_path, "quarantine").is_empty()
    read = rows(tmp_path, "emr_payments")
    assert read["row_number"].to_list() == [5, 6, 7]
    in_cents = read.with_columns(
        (pl.col("due_amount") * 100).cast(pl.Int64).alias("due_cents"),
        (pl.col("paid_amount") * 100).cast(pl.Int64).alias("paid_cents"),
    )
    assert in_cents.select(written.columns).rows() == written.rows()
