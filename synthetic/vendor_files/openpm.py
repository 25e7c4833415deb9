"""OpenPM: the Receipt Management report.

Belongs here: the columns of the report. Does not belong here: who delivers it.
"""

from datetime import date
from pathlib import Path

import polars as pl

from synthetic.vendor_files.layout import Column, write_text

REPORT_NAME = "Receipt Management.csv"

_RECEIPTS = (
    Column("Receipt #", "receipt_id"),
    Column("Received Date", "received_at", "minute"),
    Column("Post Date", "posting_on", "date"),
    Column("Deposit Date", "deposit_on", "date"),
    Column(
        "Category", "payer_class", spelled={"Patient": "Patients", "Insurance": "Ins", "Invoice": "Invoices"}
    ),
    Column("Guarantor ID", "patient_id"),
    Column("Insurance ID", "payer_id"),
    Column("Facility", "location_id"),
    Column("Receipt Type", "receipt_type"),
    Column("Method", "payment_method"),
    Column("Check/EFT #", "check_number"),
    Column("Source", "receipt_source"),
    Column("Reference Batch", "reference_batch_id"),
    Column("Reference Batch Date", "reference_batch_on", "date"),
    Column("Amount", "amount_cents", "amount"),
    Column("Applied", "applied_cents", "amount"),
    Column("Disbursed", "disbursed_cents", "amount"),
    Column("Escrow", "unapplied_cents", "amount"),
    Column(
        "Status",
        "receipt_status",
        spelled={"New": "Open", "Completed": "Posted", "Hold": "On Hold", "Ignore": "Deleted"},
    ),
    Column("Last Modified", "last_modified_at", "second"),
)


def write_receipt_report(rows: pl.DataFrame, _: date, path: Path) -> None:
    """Write the report: rows of `receipts`, with what was applied, disbursed and is left of each."""
    write_text(_RECEIPTS, rows, path)
