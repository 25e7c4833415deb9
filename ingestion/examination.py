"""What an intake would make of one file, found out without keeping any of it.

Belongs here: taking a file in a folder of its own, and which header and profile it came closest to. Does not
belong here: showing it (`orchestration.command.profile`), or drafting a profile
(`ingestion.profiles.drafting`).
The account is that of a real intake, so it cannot differ from what the nightly run would do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from ingestion.bronze import BronzeStore
from ingestion.content import CsvContent, Refused, WorkbookContent, X12Content, recognize
from ingestion.contracts import CONTRACTS
from ingestion.headers import HeaderMatch, normalized
from ingestion.intake import take_landing
from ingestion.known_headers import ROWS_SEARCHED, KnownHeaders
from ingestion.profiles import Profile
from ingestion.readers.csv import LARGEST_HEADER, CsvHeader, UnreadableCsvError, first_records, read_records
from ingestion.readers.encodings import survey
from ingestion.readers.excel import Sheet, UnreadableWorkbookError, WorkbookParser
from ingestion.readers.workbook_guard import is_zip
from ingestion.sheets import ChosenSheet, choose_sheet, first_rows

TEXT = "delimited text"
WORKBOOK = "workbook"
X12 = "X12"
WITHOUT_COLUMNS = "a format without a header of columns"
OTHER = "no format that is taken"

_ANY_DAY = date(2000, 1, 1)
_FEWEST_KNOWN = 2  # cells that a row must spell as some export does for us to call it a header


@dataclass(frozen=True, slots=True)
class Header:
    """A header as the file writes it, and the rows below it as text. ``row`` is counted from 1."""

    names: tuple[str, ...]
    row: int
    below: pl.DataFrame
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of a profile a header has, or of a contract's own spellings, where ``profile`` is None."""

    source: str
    profile: Profile | None
    found: tuple[str, ...]
    missing: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def name(self) -> str:
        """What people call it."""
        return f"the columns of {self.source}" if self.profile is None else self.profile.name


@dataclass(frozen=True, slots=True)
class Examination:
    """What would become of a file.

    kind         what sort of file it is
    header       its header; None where no row looks like one
    match        the profile or contract that it fulfils; None where it is set aside
    load         the register's row
    kept         rows that would be kept, typed, with their provenance
    quarantined  why other rows, or the whole file, would be refused
    likenesses   profiles and contracts that it resembles, the nearest first
    """

    kind: str
    header: Header | None
    match: HeaderMatch | None
    load: dict[str, Any]
    kept: pl.DataFrame
    quarantined: pl.DataFrame
    likenesses: tuple[Likeness, ...]


def examine(name: str, data: bytes, headers: KnownHeaders, header_row: int | None = None) -> Examination:
    """Take the file ``name`` with the content ``data`` as an intake would, and say what came of it.

    ``header_row``, from 1, says where the header is when the file is not understood.
    """
    kind, found, match = _opened(name, data, headers, header_row)
    load, kept, quarantined = _taken(name, data, headers)
    likenesses = () if found is None else _likenesses(found.names, headers)
    return Examination(kind, found, match, load, kept, quarantined, likenesses)


def _taken(
    name: str, data: bytes, headers: KnownHeaders
) -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
    with TemporaryDirectory(prefix="tieout-profile-") as folder:
        landing = Path(folder, "landing")
        landing.mkdir()
        (landing / name).write_bytes(data)
        bronze = BronzeStore(Path(folder, "bronze"))
        take_landing(landing, bronze, run_id="profile", as_of=_ANY_DAY, headers=headers)
        load = bronze.scan("loads").collect().row(0, named=True)
        source = load["source"]
        kept = bronze.scan(source).collect() if source in CONTRACTS else pl.DataFrame()
        return load, kept, bronze.scan("quarantine").collect()


def _opened(
    name: str, data: bytes, headers: KnownHeaders, header_row: int | None
) -> tuple[str, Header | None, HeaderMatch | None]:
    encoding = survey([data]).encoding()
    content = recognize(data[:LARGEST_HEADER], encoding, name, headers)
    match content:
        case X12Content():
            return X12, None, None
        case WorkbookContent():
            return WORKBOOK, *_opened_workbook(name, data, headers, header_row)
        case CsvContent():
            return TEXT, _text_header(data, content.encoding, content.header), content.match
        case Refused():
            record = _likely_record(data, encoding, headers, header_row)
            if record is None:
                return OTHER if content.reason == "unknown_format" else TEXT, None, None
            return TEXT, _text_header(data, encoding, record), None
        case _:
            return WITHOUT_COLUMNS, None, None


def _opened_workbook(
    name: str, data: bytes, headers: KnownHeaders, header_row: int | None
) -> tuple[Header | None, HeaderMatch | None]:
    parser = WorkbookParser()
    try:
        workbook = parser.parse(data)
    except UnreadableWorkbookError:
        return None, None
    finally:
        parser.close()
    chosen = choose_sheet(workbook, headers, name)
    if isinstance(chosen, ChosenSheet):
        sheet = next(sheet for sheet in workbook.sheets if sheet.name == chosen.name)
        return _sheet_header(sheet, chosen.rows_above), chosen.match
    places = [(sheet, place) for sheet in workbook.sheets for place in range(len(first_rows(sheet)))]
    known = _known_spellings(headers)
    if header_row is not None:
        places = [(sheet, place) for sheet, place in places if place == header_row - 1]
        return (_sheet_header(*places[0]) if places else None), None
    best = max(places, key=lambda each: _known(first_rows(each[0])[each[1]], known), default=None)
    if best is None or _known(first_rows(best[0])[best[1]], known) < _FEWEST_KNOWN:
        return None, None
    return _sheet_header(*best), None


def _sheet_header(sheet: Sheet, place: int) -> Header:
    below = pl.DataFrame(sheet.cells.slice(place + 1))
    return Header(tuple(first_rows(sheet)[place]), place + 1, below, sheet.name)


def _text_header(data: bytes, encoding: str, record: CsvHeader) -> Header | None:
    try:
        records = read_records(data, encoding, record)
    except UnreadableCsvError:
        return None
    return Header(record.names, record.record_number, pl.DataFrame(records.fields))


def _likely_record(
    data: bytes, encoding: str, headers: KnownHeaders, header_row: int | None
) -> CsvHeader | None:
    """The record that most looks like a header, or the one that a person said is."""
    if is_zip(data[:4]):
        return None
    known = _known_spellings(headers)
    records = [each for found in first_records(data, encoding, ROWS_SEARCHED) for each in found]
    if header_row is not None:
        said = [record for record in records if record.record_number == header_row]
        return max(said, key=lambda record: len(record.names), default=None)
    best = max(records, key=lambda record: _known(record.names, known), default=None)
    return best if best is not None and _known(best.names, known) >= _FEWEST_KNOWN else None


def _known_spellings(headers: KnownHeaders) -> frozenset[str]:
    of_contracts = (
        contract.spellings(column) for contract in CONTRACTS.values() for column in contract.columns
    )
    of_profiles = (
        column.header for profile in (*headers.own, *headers.shipped) for column in profile.columns.values()
    )
    return frozenset(
        normalized(spelling) for spellings in (*of_contracts, *of_profiles) for spelling in spellings
    )


def _known(row: Sequence[str], known: frozenset[str]) -> int:
    return len({normalized(cell) for cell in row} & known)


def _likenesses(names: Sequence[str], headers: KnownHeaders) -> tuple[Likeness, ...]:
    spelled = {normalized(name) for name in names if name.strip()}
    found = [_likeness_of_profile(profile, spelled) for profile in (*headers.own, *headers.shipped)] + [
        _likeness_of_contract(source, spelled) for source in CONTRACTS
    ]
    near = [each for each in found if each.found]
    return tuple(sorted(near, key=lambda each: (len(each.missing) + len(each.lacking), -len(each.found))))


def _likeness_of_profile(profile: Profile, spelled: set[str]) -> Likeness:
    known = {
        name
        for name, column in profile.columns.items()
        if any(normalized(header) in spelled for header in column.header)
    }
    constants = {name for name, column in profile.columns.items() if column.constant is not None}
    lacking = tuple(name for name in profile.match.headers if normalized(name) not in spelled)
    return _likeness(profile.source, profile, known, constants, lacking)


def _likeness_of_contract(source: str, spelled: set[str]) -> Likeness:
    contract = CONTRACTS[source]
    known = {
        name
        for name in contract.columns
        if any(normalized(spelling) in spelled for spelling in contract.spellings(name))
    }
    return _likeness(source, None, known, set(), ())


def _likeness(
    source: str, profile: Profile | None, known: set[str], constants: set[str], lacking: tuple[str, ...]
) -> Likeness:
    contract = CONTRACTS[source]
    return Likeness(
        source,
        profile,
        found=tuple(name for name in contract.columns if name in known),
        missing=tuple(name for name in contract.required if name not in known | constants),
        lacking=lacking,
    )
