"""One record of a delivered file, as the file has it: its columns under their own names, in their own words.

Belongs here: finding the record by its number, as an intake counts them. Does not belong here: where the file
lies, and who may see what (`orchestration.serving.source_lines`).
"""

from dataclasses import dataclass

import numpy as np

from ingestion.content import CsvContent, WorkbookContent, recognize
from ingestion.headers import HeaderMatch
from ingestion.known_headers import KnownHeaders
from ingestion.readers.csv import LARGEST_HEADER, CsvRecords, UnreadableCsvError, read_records
from ingestion.readers.encodings import survey
from ingestion.readers.excel import UnreadableWorkbookError, WorkbookParser
from ingestion.sheets import ChosenSheet, choose_sheet, first_rows


@dataclass(frozen=True, slots=True)
class DeliveredCell:
    """A field of a record. ``column`` is what it is read as, blank where it is not read at all."""

    name: str
    text: str
    column: str
    is_protected: bool


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """A record with its fields in the order of the file. ``sheet`` is blank where there are no sheets."""

    sheet: str
    cells: tuple[DeliveredCell, ...]


def delivered_line(name: str, data: bytes, headers: KnownHeaders, number: int) -> DeliveredLine | None:
    """Record ``number`` of the file ``name``; None where it has none or is no table of columns.

    What an unread column holds nobody knows, so it counts as protected.
    """
    encoding = survey([data]).encoding()
    content = recognize(data[:LARGEST_HEADER], encoding, name, headers)
    if isinstance(content, CsvContent):
        try:
            records = read_records(data, content.encoding, content.header)
        except UnreadableCsvError:
            return None
        return _line("", content.header.names, content.match, records, number)
    if isinstance(content, WorkbookContent):
        return _line_of_workbook(name, data, headers, number)
    return None


def _line_of_workbook(name: str, data: bytes, headers: KnownHeaders, number: int) -> DeliveredLine | None:
    parser = WorkbookParser()
    try:
        workbook = parser.parse(data)
    except UnreadableWorkbookError:
        return None
    finally:
        parser.close()
    chosen = choose_sheet(workbook, headers, name)
    if not isinstance(chosen, ChosenSheet):
        return None
    sheet = next(sheet for sheet in workbook.sheets if sheet.name == chosen.name)
    names = tuple(first_rows(sheet)[chosen.rows_above])
    return _line(chosen.name, names, chosen.match, chosen.records, number)


def _line(
    sheet: str, names: tuple[str, ...], match: HeaderMatch, records: CsvRecords, number: int
) -> DeliveredLine | None:
    places = np.flatnonzero(records.numbers == number)
    if not places.size:
        return None
    row = records.fields.slice(int(places[0]), 1).to_pylist()[0]
    columns = {position: column for column, position in match.fields.items()}
    cells = []
    for position, text in enumerate(row.values()):
        column = columns.get(position, "")
        name = names[position] if position < len(names) else ""
        if name.strip() or text is not None:
            is_protected = not column or column in match.contract.protected
            cells.append(DeliveredCell(name.strip(), text or "", column, is_protected))
    return DeliveredLine(sheet, tuple(cells))
