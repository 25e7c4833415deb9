"""OfficeEMR: the Receipts list, and the workbook that its Import Receipts takes.

Belongs here: the columns of both. Does not belong here: who delivers them.
"""

from datetime import date
from pathlib import Path

import polars as pl

from synthetic.vendor_files.layout import Column, write_text, write_workbook

RECEIPTS_NAME = "OfficeEMR Receipts.csv"
IMPORT_NAME = "Import Receipts.xlsx"

_RECEIPTS = (
    Column("Status", "receipt_status"),
    Column("Receipt Date", "received_at", "minute"),
    Column("Chart Number", "patient_id"),
    Column("Patient Name"),
    Column("Appointment", "appointment_id"),
    Column("Location", "location_id"),
    Column("Payer Class", "payer_class", spelled={"Patient": "Pat", "Insurance": "Ins"}),
    Column("Payer ID", "payer_id"),
    Column("Payment Type", "receipt_type"),
    Column("Payment Method", "payment_method"),
    Column("Check #", "check_number"),
    Column("Source", "receipt_source"),
    Column("Batch", "reference_batch_id"),
    Column("Batch Date", "reference_batch_on", "date"),
    Column("Post Date", "posting_on", "date"),
    Column("Deposit Date", "deposit_on", "date"),
    Column("Hold Date", "hold_until", "date"),
    Column("Receipt Amount", "amount_cents", "amount"),
    Column("Applied Amt.", "applied_cents", "amount"),
    Column("Unapplied Amt.", "unapplied_cents", "amount"),
    Column("Reversal Of", "reversal_of_receipt_id"),
    Column("Receipt #", "receipt_id"),
    Column("Last Modified", "last_modified_at", "second"),
)
_IMPORT = (
    Column("Patient #", "patient_id"),
    Column("Statement #", "statement_id"),
    Column("Payment Date", "received_on", "date"),
    Column("Payment Amount", "amount_cents", "amount"),
    Column("Payment Type", "receipt_type"),
    Column("Payment Method", "payment_method"),
    Column("Check/Trace #", "check_number"),
    Column("Comments", "comment"),
)


def write_receipts(rows: pl.DataFrame, _: date, path: Path) -> None:
    """Write the Receipts list: rows of `receipts`, with what was applied and is left of each."""
    write_text(_RECEIPTS, rows, path)


def write_receipt_import(rows: pl.DataFrame, day: date, path: Path) -> None:
    """Write what a lockbox sends for Import Receipts: rows of `receipt_imports`."""
    write_workbook(_IMPORT, rows, day, path, sheet_name="Receipts")
