"""Exports: the whole filter, exact, harmless in a spreadsheet, and logged."""

import csv
import hashlib
import io
import zipfile
from decimal import Decimal

import fastexcel
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboards.tables.csv_export import harmless_texts
from orchestration.spreadsheet_text import harmless
from tests.dashboards.conftest import SignIn, signed_in
from tests.dashboards.world import ROWS, World, make_world, receipt

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    " =1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "a;=1",
    'a,"=1',
    'a"=1',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("x")',
    "=IMPORTXML(1)",
    "-2+3",
    "+",
    "=",
    "@",
    "-",
    "\u00a0=1",
    "\u2003=1",
    "\u3000=1",
    "=\u0085",
    "x\n=1",
    "x\t@y",
    "DDE;=1",
    "'=1",
    "''",
    "-1.5",
    "+1",
    "1e5",
    "plain",
    "a&b<c>d",
    "]]>",
    "é 🙈",
    " spaces ",
    "\ufffe",
    "\x01\x1f",
    "_x0041_",
    "</t></is></c><c><f>1</f></c>",
]


@pytest.fixture(scope="module")
def dangerous(tmp_path_factory: pytest.TempPathFactory) -> World:
    rows = dict(ROWS)
    rows["marts.receipts"] = [
        receipt(
            f"R{number:03d}", "L1", computed_message=text, amount="-12.30", escrow_amount="90071992547409.93"
        )
        for number, text in enumerate(DANGEROUS)
    ]
    return make_world(tmp_path_factory.mktemp("dangerous"), rows)


@pytest.fixture(scope="module")
def client(dangerous: World):
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield signed_in(dangerous, "viewer", stack)


COLUMNS = "receipt_id,computed_message,amount,escrow_amount,received_on,received_at,is_over_applied"
VIEW = f"sort=receipt_id&columns={COLUMNS}"


def test_no_cell_of_the_csv_can_be_taken_for_a_formula(client: TestClient):
    text = client.get(f"/receipts/export.csv?{VIEW}").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(DANGEROUS) + 1
    for (_, message, amount, *_), original in zip(rows[1:], DANGEROUS, strict=True):
        assert message == harmless(original)
        assert amount == "-12.30"


def test_no_cell_of_the_workbook_is_a_formula_and_no_text_is_lost(client: TestClient):
    content = client.get(f"/receipts/export.xlsx?{VIEW}").content
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    book = openpyxl.load_workbook(io.BytesIO(content)).active
    messages = [row[1].value for row in book.iter_rows(min_row=2)]
    kept = [text for text in DANGEROUS if text.isprintable() or text in {"x\n=1"}]
    for text, message in zip(DANGEROUS, messages, strict=True):
        if text in kept:
            assert message == text
    assert {row[1].data_type for row in book.iter_rows(min_row=2)} <= {"s", "inlineStr", "n"}


def test_amounts_are_numbers_dates_are_dates_and_what_no_number_holds_is_text(client: TestClient):
    content = client.get(f"/receipts/export.xlsx?{VIEW}").content
    row = next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True))
    assert Decimal(str(row[2])) == Decimal("-12.3")
    assert row[3] == "90071992547409.93"
    assert row[4].date().isoformat() == "2026-02-10"
    assert row[5].isoformat() == "2026-02-10T09:30:00"


def test_another_reader_of_workbooks_reads_it_too(client: TestClient):
    sheet = fastexcel.read_excel(client.get(f"/receipts/export.xlsx?{VIEW}").content).load_sheet(0)
    assert sheet.height == len(DANGEROUS)
    assert sheet.to_polars()["Amount"].to_list() == [-12.3] * len(DANGEROUS)


@given(st.lists(st.text(max_size=12), max_size=40))
def test_the_engine_makes_text_harmless_by_the_same_rule_as_the_command_line(texts: list[str]):
    assert harmless_texts(texts) == [harmless(text) for text in texts]


def test_the_same_rule_for_what_is_known_to_be_dangerous():
    assert harmless_texts(DANGEROUS) == [harmless(text) for text in DANGEROUS]


def test_the_whole_filter_is_exported_and_nothing_else(look_as: SignIn):
    text = look_as("viewer").get("/receipts/export.csv?location_id=L1&size=25&page=1&sort=receipt_id").text
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ['"R1"', '"R2"', '"R4"']


def test_every_export_is_logged_with_what_left(world: World, act_as: SignIn):
    answer = act_as("operator").get("/receipts/export.csv?location_id=L1&columns=receipt_id")
    entry = world.access_log.latest(1)[0]
    assert (entry.person, entry.action, entry.subject_id) == ("operator", "exported", "receipts")
    assert entry.facts["rows"] == 3
    assert entry.facts["filter"] == "location_id=L1"
    assert entry.facts["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert world.access_log.is_sound()


def test_an_export_is_of_no_use_without_signing_in(looked_at: World):
    client = TestClient(looked_at.application, base_url="http://127.0.0.1", follow_redirects=False)
    assert client.get("/receipts/export.csv").status_code == 303


def test_the_file_has_a_name_that_says_what_and_when(look_as: SignIn):
    answer = look_as("viewer").get("/exceptions/export.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="exceptions-2026-03-02.xlsx"'
