"""Workbooks for the tests of ingestion: rows as sheets, and archives that are not what they say."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import xlsxwriter

RECEIPTS = (
    ("Receipt #", "Payer Class", "Type", "Location", "Received", "Amount", "Status"),
    ("00123", "Patient", "Co-Pay", "L1", "2026-01-05 10:00:00", "10.00", "New"),
    ("124", "Insurance", "Insurance", "L1", "01/06/2026", "$1,200.00", "New"),
)
SHEET = "xl/worksheets/sheet1.xml"


def workbook(sheets: Mapping[str, Iterable[Iterable[Any]]], hidden: Iterable[str] = ()) -> bytes:
    """A workbook of ``sheets`` by name; text stays text, and a callable cell writes itself."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if callable(cell):
                    cell(book, sheet, row, column)
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
    book.close()
    return stream.getvalue()


def formula(text: str, cached: Any) -> Callable[..., None]:
    """A cell that holds a formula and the value it had when the workbook was saved."""
    return lambda _, sheet, row, column: sheet.write_formula(row, column, text, None, cached)


def day(moment: Any) -> Callable[..., None]:
    """A cell that holds a date as spreadsheets do: a number with a format."""
    return lambda book, sheet, row, column: sheet.write_datetime(
        row, column, moment, book.add_format({"num_format": "mm/dd/yyyy"})
    )


def merged(text: str, width: int) -> Callable[..., None]:
    """A cell merged with those to its right."""
    return lambda _, sheet, row, column: sheet.merge_range(row, column, row, column + width - 1, text)


def repacked(data: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """The same archive with every member changed, and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return stream.getvalue()
