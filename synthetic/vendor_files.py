"""Exports as their vendors hand them out: workbooks with a title, dates as dates, and a total at the bottom.

Belongs here: the layout of such a file. Does not belong here: what is in it, or how it is read
(`ingestion.profiles`), from which nothing is taken, so that a fault of either shows.
"""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

_EXPORTED_AT = time(18)

# Header, column of the world, and what stands in the cell.
_PAYMENT_LOG = (
    ("Payment ID", "emr_payment_id", "text"),
    ("Patient Name", None, "text"),
    ("Patient ID", "patient_id", "text"),
    ("Clinic", "emr_location_id", "text"),
    ("Case", "case_id", "text"),
    ("Visit ID", "appointment_id", "text"),
    ("Date of Transaction", "transaction_on", "date"),
    ("Date of Service", "service_on", "date"),
    ("Charge Type", "charge_type", "text"),
    ("Payment Method", "payment_method", "text"),
    ("Payment Status", "payment_status", "text"),
    ("Amount Due", "due_cents", "amount"),
    ("Total Charges", "charge_cents", "amount"),
    ("Amount Paid", "paid_cents", "amount"),
    ("Collected By", "collected_by", "text"),
    ("Last Modified", "last_modified_at", "time"),
)
_TOTALLED = ("Amount Due", "Amount Paid")


def payment_log_name(emr_location_id: str) -> str:
    """Name of the workbook of one clinic."""
    return f"Payment Log {emr_location_id}.xlsx"


def write_payment_log(rows: pl.DataFrame, emr_location_id: str, day: date, path: Path) -> None:
    """Write the Payment Log of WebPT SOAP 1.0 for one clinic: ``rows`` of `emr_payments`, amounts in cents.

    The same rows give the same bytes.
    """
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": datetime.combine(day, _EXPORTED_AT)})
    sheet = book.add_worksheet("Payment Log")
    formats = {
        "date": book.add_format({"num_format": "mm/dd/yyyy"}),
        "amount": book.add_format({"num_format": "$#,##0.00;($#,##0.00)"}),
        "bold": book.add_format({"bold": True}),
    }
    width = len(_PAYMENT_LOG)
    sheet.merge_range(0, 0, 0, width - 1, "Payment Log", formats["bold"])
    sheet.write_row(1, 0, ("Clinic", emr_location_id))
    sheet.write_row(2, 0, ("Export ID", f"PL-{emr_location_id}-{day:%Y%m%d}"))
    sheet.write_row(3, 0, [header for header, _, _ in _PAYMENT_LOG], formats["bold"])
    last = 4 + rows.height
    for column, (header, source, kind) in enumerate(_PAYMENT_LOG):
        values = rows[source].to_list() if source in rows.columns else []
        for row, value in enumerate(values, start=4):
            _write(sheet, row, column, value, kind, formats)
        if header in _TOTALLED:
            _write(sheet, last + 1, column, sum(values), "amount", formats)
    sheet.write_string(last + 1, 0, "Total", formats["bold"])
    book.close()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    kind: str,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    match kind, value:
        case _, None:
            return
        case "amount", int():
            sheet.write_number(row, column, Decimal(value).scaleb(-2), formats["amount"])
        case "date", date():
            sheet.write_datetime(row, column, value, formats["date"])
        case "time", datetime():
            sheet.write_string(row, column, f"{value:%m/%d/%Y %I:%M:%S %p}")
        case _:
            sheet.write_string(row, column, str(value))
