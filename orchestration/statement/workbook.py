"""The statement as a workbook: one sheet a person signs, one with every row behind it.

Amounts go into the file as exact decimal text of a number, and nothing in it is a formula, so what a reviewer
opens is what was computed here.
"""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.statement import layout
from orchestration.statement.classes import TITLES
from orchestration.statement.statement import Difference, TieOutStatement

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Location", 12), ("Day", 12), ("Charge type", 20), ("Patient", 12), ("Class", 46), ("Expected", 10),
    ("Amount", 14), ("EMR payment", 18), ("EMR amount", 14), ("Billing payment", 18), ("Billing amount", 14),
    ("Settled by", 18), ("Feed", 24), ("EMR file", 34), ("EMR row", 9), ("Billing file", 34),
    ("Billing row", 11),
)  # fmt: skip


def write_workbook(whole: TieOutStatement, path: Path) -> None:
    """Write the statement to ``path``. The same statement gives the same bytes."""
    from xlsxwriter import Workbook

    with Workbook(str(path), _PLAIN_TEXT) as book:
        book.set_properties({"title": "Tie-out statement", "created": datetime.combine(whole.as_of, time())})
        formats = {
            "bold": book.add_format({"bold": True}),
            "head": book.add_format({"bold": True, "bottom": 1}),
            "head_right": book.add_format({"bold": True, "bottom": 1, "align": "right"}),
            "signature": book.add_format({"bottom": 1}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
            "note": book.add_format({"text_wrap": True, "valign": "top", "italic": True}),
            "remainder": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1, "bottom": 6}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "count": book.add_format({"num_format": "#,##0"}),
            "total_count": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
        }
        _statement_sheet(book, whole, formats)
        _rows_sheet(book, whole, formats)


def _statement_sheet(book: "Workbook", whole: TieOutStatement, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Statement")
    sheet.set_column(0, 0, 56)
    sheet.set_column(1, 1, 11)
    sheet.set_column(2, 2, 18)
    sheet.set_portrait()
    _print_set_up(sheet)
    at = 0
    for text in layout.heading(whole):
        sheet.write_string(at, 0, text, formats["bold"])
        at += 1
    starts = []
    for part in layout.parts(whole):
        statement = part.statement
        at += 1
        starts.append(at)
        for column, text in enumerate((part.title, "payments", "amount")):
            sheet.write_string(at, column, text, formats["head_right" if column else "head"])
        at = _lines(sheet, at, layout.lines(statement), formats)
        at += 1
        sheet.write_string(at, 0, layout.BESIDE, formats["bold"])
        at = _lines(sheet, at, layout.beside(statement), formats)
        for text in layout.closes(statement):
            at += 1
            sheet.merge_range(at, 0, at, 2, text, formats["note"])
            sheet.set_row(at, 30)
        at += 1
    # Each location on a page of its own; the first goes under the heading.
    sheet.set_h_pagebreaks(starts[1:])
    for label in layout.SIGN_OFF:
        at += 2
        sheet.write_string(at, 0, f"{label}:", formats["signature"])


def _lines(sheet: "Worksheet", at: int, lines: list[layout.Line], formats: dict[str, Any]) -> int:
    """Write lines under row ``at``; the row of the last one comes back."""
    for line in lines:
        at += 1
        sheet.write_string(at, 0, line.label, formats["bold"] if line.is_total else None)
        if line.count is not None:
            sheet.write_number(at, 1, line.count, formats["total_count" if line.is_total else "count"])
        shape = "remainder" if line.label == layout.REMAINDER else "total" if line.is_total else "money"
        _amount(sheet, at, 2, line.amount, formats[shape])
    return at


def _print_set_up(sheet: "Worksheet") -> None:
    """As wide as a letter page, numbered, with the name of the sheet."""
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P of &N")


def _rows_sheet(book: "Workbook", whole: TieOutStatement, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Rows")
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, formats["head"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    _print_set_up(sheet)
    rows = [row for statement in whole.locations for row in statement.differences]
    sheet.autofilter(0, 0, len(rows), len(_COLUMNS) - 1)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, Decimal):
                _amount(sheet, at, column, value, formats["money"])
            elif isinstance(value, date):
                sheet.write_datetime(at, column, value, formats["day"])
            elif isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value:
                sheet.write_string(at, column, value)


def _cells(row: Difference) -> tuple[str | int | Decimal | date | None, ...]:
    return (
        row.location_id, row.balanced_on, row.charge_type, row.patient_id,
        TITLES[row.difference_class], "yes" if row.is_expected else "no", row.amount,
        row.emr_payment_id, row.emr_amount, row.billing_payment_id, row.billing_amount,
        row.adjustment_payment_id, row.feed_status, row.emr_file, row.emr_row, row.billing_file,
        row.billing_row,
    )  # fmt: skip


def _amount(sheet: "Worksheet", row: int, column: int, amount: Decimal | None, shape: Any) -> None:  # noqa: ANN401 - the library's formats have no public type
    """Write a number from its decimal digits; beyond the digits that a spreadsheet keeps, as text."""
    if amount is None:
        return
    if len(amount.as_tuple().digits) > 15:
        sheet.write_string(row, column, str(amount))
    else:
        sheet.write_number(row, column, amount, shape)
