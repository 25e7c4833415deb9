"""Workbooks are read as a person sees them, within limits, or refused with a reason."""

import io
import random
import struct
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.readers.excel import UnreadableWorkbookError, WorkbookParser
from ingestion.readers.workbook_guard import workbook_reason
from tests.ingestion.deliveries import delimited, deliver, loads_by_name, rows, take
from tests.ingestion.workbooks import RECEIPTS, SHEET, day, formula, merged, repacked, workbook

HEADER = RECEIPTS[0]


@pytest.fixture(scope="module")
def parser() -> Iterator[WorkbookParser]:
    parser = WorkbookParser()
    yield parser
    parser.close()


def reason(parser: WorkbookParser, data: bytes) -> str:
    with pytest.raises(UnreadableWorkbookError) as refused:
        parser.parse(data)
    assert str(refused.value) == refused.value.reason
    return refused.value.reason


def cells(parser: WorkbookParser, data: bytes) -> list[list[str | None]]:
    return [list(row.values()) for row in parser.parse(data).sheets[0].cells.to_pylist()]


def test_a_workbook_loads_as_the_same_rows_would_from_text(tmp_path: Path):
    deliver(tmp_path / "x", "a.xlsx", workbook({"Receipts": RECEIPTS}))
    deliver(tmp_path / "c", "a.csv", delimited(HEADER, RECEIPTS[1:]))
    for home in (tmp_path / "x", tmp_path / "c"):
        take(home)
    columns = ("receipt_id", "received_at", "amount", "row_number")
    loaded = rows(tmp_path / "x", "receipts").select(columns).rows()
    assert loaded == rows(tmp_path / "c", "receipts").select(columns).rows()
    assert loaded[0][:3] == ("00123", datetime(2026, 1, 5, 10), Decimal("10.00"))


def test_titles_totals_blank_rows_and_merged_cells_are_skipped_and_counted(tmp_path: Path):
    book = workbook(
        {
            "Log": [
                [merged("Receipts of January", 7)],
                ["Printed", "01/31/2026"],
                [],
                *RECEIPTS,
                [],
                [None, None, "Total", None, None, 1210],
            ]
        }
    )
    deliver(tmp_path, "a.xlsx", book)
    report = take(tmp_path)
    load = loads_by_name(tmp_path)["a.xlsx"]
    assert rows(tmp_path, "receipts")["row_number"].to_list() == [5, 6]
    assert (load["records_read"], load["records_kept"], load["records_quarantined"]) == (7, 2, 0)
    assert (load["records_skipped"], load["skipped_reasons"]) == (5, "above_header 3, blank 1, totals 1")
    assert load["control_amount_read"] == Decimal("1210.00")
    assert (load["profile"], report.records_skipped) == ("generic", 5)


def test_numbers_dates_and_formulas_are_what_a_person_sees(tmp_path: Path):
    book = workbook(
        {
            "Log": [
                HEADER,
                [123456789012345, "Patient", "Co-Pay", 7, day(datetime(2026, 1, 5)), 0.1 + 0.2, "New"],
                ["2", "Patient", "Co-Pay", "L1", 46027, formula("=1+1", 2.5), "New"],
                ["3", "Patient", "Co-Pay", "L1", 46027.5, -12.1, "New"],
                ["4", "Patient", "Co-Pay", "L1", "2026-01-05", formula("=NA()", "#N/A"), "New"],
                ["1234567890123456", "Patient", "Co-Pay", "L1", "2026-01-05", "(5.00)", "New"],
                [1234567890123456, "Patient", "Co-Pay", "L1", "2026-01-05", 7, "New"],
                [1.23e11, "Patient", "Co-Pay", "L1", "2026-01-05", 7, "New"],
                ["1.23E+11", "Patient", "Co-Pay", "L1", "2026-01-05", 7, "New"],
                ["9", "Patient", "Co-Pay", "L1", "20260105", 7, "New"],
            ]
        }
    )
    deliver(tmp_path, "a.xlsx", book)
    take(tmp_path)
    kept = rows(tmp_path, "receipts").select("receipt_id", "location_id", "received_at", "amount").rows()
    assert kept == [
        ("123456789012345", "7", datetime(2026, 1, 5), Decimal("0.30")),
        ("2", "L1", datetime(2026, 1, 5), Decimal("2.50")),
        ("3", "L1", datetime(2026, 1, 5, 12), Decimal("-12.10")),
        ("1234567890123456", "L1", datetime(2026, 1, 5), Decimal("-5.00")),
        ("123000000000", "L1", datetime(2026, 1, 5), Decimal("7.00")),
    ]
    refused = rows(tmp_path, "quarantine").select("record_number", "column_name", "rule").rows()
    assert refused == [
        (5, "amount", "amount_is_not_a_number"),
        (7, "receipt_id", "not_mangled_by_excel"),
        (9, "receipt_id", "not_mangled_by_excel"),
        (10, "received_at", "timestamp_is_not_readable"),
    ]


@pytest.mark.parametrize(
    ("sheets", "hidden", "expected"),
    [
        ({"A": RECEIPTS, "B": [["Notes"], ["nothing"]]}, (), None),
        ({"A": RECEIPTS, "B": RECEIPTS}, (), "ambiguous_sheet"),
        ({"A": RECEIPTS, "B": RECEIPTS}, ("B",), None),
        ({"A": [["Notes"]], "B": RECEIPTS}, ("B",), "unknown_header"),
        ({"A": []}, (), "empty_file"),
        ({"A": [["one", "two"], ["3", "4"]]}, (), "unknown_header"),
        ({"A": [HEADER[:-1], *RECEIPTS[1:]]}, (), "missing_required_column:receipt_status"),
        ({"A": [["a", "b", "c", "d", "e"], *RECEIPTS]}, (), "unknown_header"),
        ({"A": [["title"]] * 19 + list(RECEIPTS)}, (), None),
        ({"A": [["title"]] * 20 + list(RECEIPTS)}, (), "unknown_header"),
    ],
)
def test_the_sheet_and_its_header_are_found_or_the_file_is_set_aside(
    tmp_path: Path, sheets, hidden, expected
):
    deliver(tmp_path, "a.xlsx", workbook(sheets, hidden))
    take(tmp_path)
    load = loads_by_name(tmp_path)["a.xlsx"]
    assert load["reason"] == expected
    assert rows(tmp_path, "receipts").height == (2 if expected is None else 0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_or_locked_workbook"),
        (b"\x1f\x8b\x08" + bytes(600), "archive"),
        (b"Rar!\x1a\x07" + bytes(600), "archive"),
        (repacked(workbook({"A": RECEIPTS}), lambda _, member: member)[:-1], "broken_workbook"),
    ],
)
def test_what_is_no_workbook_is_set_aside_with_its_reason(tmp_path: Path, content: bytes, expected: str):
    deliver(tmp_path, "a.xlsx", content)
    take(tmp_path)
    assert loads_by_name(tmp_path)["a.xlsx"]["reason"] == expected
    told = rows(tmp_path, "quarantine").row(0, named=True)
    assert told["problem"] != expected.replace("_", " ")


def test_a_workbook_longer_than_the_limit_is_set_aside(tmp_path: Path):
    deliver(tmp_path, "a.xlsx", workbook({"A": RECEIPTS}))
    take(tmp_path, whole_file_limit=100)
    assert loads_by_name(tmp_path)["a.xlsx"]["reason"] == "workbook_too_large"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return stream.getvalue()


def with_member(name: str) -> bytes:
    return repacked(workbook({"A": RECEIPTS}), lambda _, member: member, **{name: b"x"})


def with_claimed_size(data: bytes, size: int) -> bytes:
    """The same archive whose directory says that the first sheet expands to ``size``."""
    place = data.rfind(SHEET.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    return data[: place + 24] + struct.pack("<L", size) + data[place + 28 :]


def test_a_directory_that_is_no_spreadsheets_is_refused_before_anything_is_opened():
    book = workbook({"A": RECEIPTS})
    bomb = repacked(book, lambda name, member: member + b" " * 300_000_000 if name == SHEET else member)
    assert workbook_reason(book) is None
    assert len(bomb) < 400_000
    assert workbook_reason(bomb) == "expands_too_far"
    for name in ("../evil.xml", "xl/../../evil", "/etc/evil", "C:/evil", "a\\..\\evil"):
        assert workbook_reason(with_member(name)) == "hostile_workbook"
    assert workbook_reason(archive(**{f"m{number}": b"" for number in range(2_001)})) == "hostile_workbook"
    assert workbook_reason(archive(**{"xl/workbook.bin": b"x"})) == "workbook_format_not_taken"
    assert workbook_reason(archive(**{"content.xml": b"x"})) == "workbook_format_not_taken"
    assert workbook_reason(archive(**{"payments.csv": b"x"})) == "archive"
    assert workbook_reason(book[:-22] + book[-22:].replace(b"PK\x05\x06", b"PK\x05\x07")) == "broken_workbook"


def test_members_that_are_not_what_the_directory_says_are_refused(parser: WorkbookParser):
    book = workbook({"A": RECEIPTS})
    assert reason(parser, with_claimed_size(book, 10)) == "hostile_workbook"
    assert reason(parser, with_claimed_size(book, 10_000_000 // 8)) == "broken_workbook"
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    declared = repacked(book, lambda name, member: entity + member[55:] if name == SHEET else member)
    assert reason(parser, declared) == "entity_declared"


def test_a_parser_that_meets_a_limit_costs_one_file_and_no_more(tmp_path: Path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    huge = repacked(
        workbook({"A": RECEIPTS}),
        lambda name, member: member.replace(b"</sheetData>", far) if name == SHEET else member,
    )
    deliver(tmp_path, "a.xlsx", huge)
    deliver(tmp_path, "b.xlsx", workbook({"A": RECEIPTS}))
    take(tmp_path)
    loads = loads_by_name(tmp_path)
    assert loads["a.xlsx"]["reason"] == "parser_limit"
    assert loads["b.xlsx"]["verdict"] == "loaded"


def test_a_parser_that_takes_too_long_is_ended():
    parser = WorkbookParser(wall_seconds=0.0)
    assert reason(parser, workbook({"A": RECEIPTS})) == "parser_limit"
    parser.close()


def test_a_sheet_of_too_many_columns_is_refused(parser: WorkbookParser):
    assert reason(parser, workbook({"A": [["c"] * 1_001]})) == "too_many_columns"


def test_links_and_macros_are_not_followed(parser: WorkbookParser):
    link = formula('=HYPERLINK("file:///etc/passwd")', "shown")
    outside = formula("='[other.xlsx]A'!A1", "cached")
    book = repacked(
        workbook({"A": [["ID", link, outside]]}), lambda _, member: member, **{"xl/vbaProject.bin": b"x"}
    )
    assert cells(parser, book) == [["ID", "shown", "cached"]]


def test_every_cut_of_a_workbook_is_refused_and_loads_nothing(parser: WorkbookParser):
    book = workbook({"A": RECEIPTS})
    assert {workbook_reason(book[:cut]) for cut in range(len(book))} == {"broken_workbook"}


def fuzz(parser: WorkbookParser, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(workbook({"A": RECEIPTS}))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        parser.parse(bytes(data))
    except UnreadableWorkbookError:
        return


def fuzz_sheet(parser: WorkbookParser, seed: int) -> None:
    """Damage inside of a sheet whose packing is whole."""
    chance = random.Random(seed)

    def damaged(name: str, member: bytes) -> bytes:
        if not name.endswith(".xml") or chance.random() < 0.6:
            return member
        data = bytearray(member)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data)

    try:
        parser.parse(repacked(workbook({"A": RECEIPTS}), damaged))
    except UnreadableWorkbookError:
        return


def test_damage_anywhere_is_survived(parser: WorkbookParser):
    for seed in range(60):
        fuzz(parser, seed)
        fuzz_sheet(parser, seed)


@pytest.mark.soak
def test_damage_anywhere_is_survived_for_a_minute(parser: WorkbookParser):
    end = time.monotonic() + 60
    seed = 1_000
    while time.monotonic() < end:
        fuzz(parser, seed)
        fuzz_sheet(parser, seed)
        seed += 1
