"""The columns of a vendor's report, and the way from a frame to its cells, as text or in a workbook.

Belongs here: how any report writes dates, times, amounts and codes. Does not belong here: the columns of one
report. A frame holds dates as dates and amounts as cents; a column that it lacks is blank in the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Literal

import polars as pl
import xlsxwriter

from synthetic import amounts

_EXPORTED_AT = time(18)
_DAY, _MINUTE, _SECOND = "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True, slots=True)
class Column:
    """A header, the column of the world under it, what its cells hold, and how the vendor spells values.

    A cell of a time shows minutes or seconds. Without a column it is blank.
    """

    header: str
    column: str | None = None
    kind: Literal["text", "date", "minute", "second", "amount"] = "text"
    spelled: Mapping[str, str] = field(default_factory=dict)


Layout = Sequence[Column]


def write_text(layout: Layout, rows: pl.DataFrame, path: Path, encoding: str = "utf-8") -> None:
    """Write `rows` as a report that is downloaded as CSV, with the line ends that spreadsheets expect."""
    body = rows.select(_as_text(column, rows) for column in layout).write_csv(line_terminator="\r\n")
    path.write_bytes(body.encode(encoding))


def _as_text(column: Column, rows: pl.DataFrame) -> pl.Expr:
    if column.column not in rows.columns:
        return pl.lit(None, dtype=pl.String).alias(column.header)
    value = pl.col(column.column)
    match column.kind:
        case "amount":
            text = amounts.accounting(value)
        case "date":
            text = value.dt.strftime(_DAY)
        case "minute":
            text = value.dt.strftime(_MINUTE)
        case "second":
            text = value.dt.strftime(_SECOND)
        case _:
            text = value.cast(pl.String)
    return (text.replace(dict(column.spelled)) if column.spelled else text).alias(column.header)


def write_workbook(
    layout: Layout,
    rows: pl.DataFrame,
    day: date,
    path: Path,
    *,
    sheet_name: str,
    titles: Sequence[Sequence[str]] = (),
    totalled: Sequence[str] = (),
) -> None:
    """Write `rows` as a workbook made on `day`: titles, the header, dates as dates, and a total below.

    The first of the titles stands across all columns. A total, of the columns in `totalled`, follows after a
    blank row. The same rows give the same bytes.
    """
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": datetime.combine(day, _EXPORTED_AT)})
    sheet = book.add_worksheet(sheet_name)
    formats = {
        "date": book.add_format({"num_format": "mm/dd/yyyy"}),
        "amount": book.add_format({"num_format": "$#,##0.00;($#,##0.00)"}),
        "bold": book.add_format({"bold": True}),
    }
    for row, title in enumerate(titles):
        if row == 0:
            sheet.merge_range(0, 0, 0, len(layout) - 1, title[0], formats["bold"])
        else:
            sheet.write_row(row, 0, title)
    head = len(titles)
    sheet.write_row(head, 0, [column.header for column in layout], formats["bold"])
    below = head + 1 + rows.height
    for position, column in enumerate(layout):
        values = rows[column.column].to_list() if column.column in rows.columns else []
        for row, value in enumerate(values, start=head + 1):
            _write_cell(sheet, row, position, column, value, formats)
        if column.header in totalled:
            _write_cell(sheet, below + 1, position, column, sum(values), formats)
    if totalled:
        sheet.write_string(below + 1, 0, "Total", formats["bold"])
    book.close()


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    position: int,
    column: Column,
    value: object,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    match column.kind, value:
        case _, None:
            return
        case "amount", int():
            sheet.write_number(row, position, Decimal(value).scaleb(-2), formats["amount"])
        case "date", date():
            sheet.write_datetime(row, position, value, formats["date"])
        case "second", datetime():
            sheet.write_string(row, position, f"{value:{_SECOND}}")
        case _:
            sheet.write_string(row, position, column.spelled.get(str(value), str(value)))
