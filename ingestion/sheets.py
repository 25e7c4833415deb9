"""Which sheet of a workbook holds the records, and its rows as records.

Belongs here: choosing among sheets. Does not belong here: opening workbooks (`ingestion.readers.excel`). The
sheet that the profile names is taken; else the only one whose header is known. Hidden sheets are not looked
at.
"""

from dataclasses import dataclass

import numpy as np

from ingestion.export_ids import export_id_of
from ingestion.headers import UNKNOWN_HEADER, HeaderMatch, HeaderRefusal, normalized
from ingestion.known_headers import ROWS_SEARCHED, FoundHeader, KnownHeaders
from ingestion.readers.csv import CsvRecords
from ingestion.readers.excel import Sheet, Workbook

AMBIGUOUS_SHEET = "ambiguous_sheet"
EMPTY_FILE = "empty_file"

_DAY_ZERO = "1899-12-30"  # of serial dates after February 1900, in which spreadsheets see a 29th
_DAY_ZERO_OF_1904 = "1904-01-01"


@dataclass(frozen=True, slots=True)
class ChosenSheet:
    """The sheet that is taken. ``rows_above`` stand above its header, and tell the ``export_id``."""

    name: str
    match: HeaderMatch
    rows_above: int
    records: CsvRecords
    export_id: str | None = None


def first_rows(sheet: Sheet) -> list[list[str]]:
    """The rows of a sheet among which its header must be, blank cells as empty text."""
    columns = [column.to_pylist() for column in sheet.cells.slice(0, ROWS_SEARCHED).columns]
    return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]


def choose_sheet(workbook: Workbook, headers: KnownHeaders, file_name: str) -> ChosenSheet | HeaderRefusal:
    """The one sheet to take, or why there is none."""
    if not any(sheet.cells.num_rows for sheet in workbook.sheets):
        return HeaderRefusal(EMPTY_FILE)
    refusal = HeaderRefusal(UNKNOWN_HEADER)
    fitting: list[tuple[Sheet, FoundHeader]] = []
    for sheet in workbook.sheets:
        found = headers.find(first_rows(sheet), file_name)
        if isinstance(found, FoundHeader):
            if _is_meant(sheet, found):
                fitting.append((sheet, found))
        elif refusal.reason == UNKNOWN_HEADER:
            refusal = found
    if len(fitting) > 1:
        # What the profile names by sheet is meant, even where another export's sheet would fit as well.
        fitting = [each for each in fitting if _names_a_sheet(each[1])] or fitting
    if len(fitting) > 1:
        return HeaderRefusal(AMBIGUOUS_SHEET, fitting[0][1].match.contract.source)
    return _chosen(*fitting[0], workbook.is_1904) if fitting else refusal


def _names_a_sheet(found: FoundHeader) -> bool:
    return found.match.profile is not None and found.match.profile.sheet is not None


def _is_meant(sheet: Sheet, found: FoundHeader) -> bool:
    profile = found.match.profile
    if profile is None or profile.sheet is None:
        return True
    return normalized(profile.sheet) == normalized(sheet.name)


def _chosen(sheet: Sheet, found: FoundHeader, is_1904: bool) -> ChosenSheet:
    below = found.place + 1
    fields = sheet.cells.slice(below)
    numbers = np.arange(below + 1, below + 1 + fields.num_rows, dtype=np.int64)
    day_zero = _DAY_ZERO_OF_1904 if is_1904 else _DAY_ZERO
    records = CsvRecords(fields, numbers, ragged=[], serial_dates_from=day_zero)
    export_id = export_id_of(first_rows(sheet)[: found.place], found.match)
    return ChosenSheet(sheet.name, found.match, found.place, records, export_id)
