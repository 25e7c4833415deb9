"""Bringing a workbook: what is shown of it before, what gets into the landing folder, and what never does."""

import io
import re
import zipfile
from datetime import date

import pytest
from starlette.testclient import TestClient

from ingestion.bronze import BronzeStore
from ingestion.intake import take_landing
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import World
from tests.ingestion.workbooks import workbook

HEADER = ["Patient #", "Statement #", "Payment Date", "Amount", "Payment Type", "Payment Method"]
HEADER += ["Check/Trace #", "Comment"]
GOOD = ["P1", "S1", "03/01/2026", "25.00", "Co-Pay", "Check", "1001", "CANARY of a comment"]
EQUAL = ["P2", "S2", "03/01/2026", "10.10", "General", "Cash", "", ""]
BAD_DATE = ["P3", "S3", "31/31/2026", "40.00", "General", "Cash", "", ""]
BAD_AMOUNT = ["P4", "S4", "03/01/2026", "4O.00", "General", "Cash", "", ""]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def made(*rows: list[str]) -> bytes:
    return workbook({"Receipts": [HEADER, *rows]})


def bring(client: TestClient, data: bytes, name: str = "Jane Doe.xlsx") -> tuple[int, str]:
    token = form_token(client)
    answer = client.post(
        "/receipts/import", data={"form_token": token}, files={"workbook": (name, data, XLSX)}
    )
    return answer.status_code, answer.text


def form_token(client: TestClient) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]


def land(client: TestClient, page: str) -> tuple[int, str]:
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    answer = client.post("/receipts/import/land", data={"form_token": form_token(client), "token": token})
    return answer.status_code, answer.text


def landed(world: World) -> list[str]:
    return sorted(path.name for path in world.home.landing.rglob("*") if path.is_file())


def test_a_workbook_is_shown_with_what_would_be_kept_and_refused(world: World, act_as: SignIn):
    status, text = bring(act_as("operator"), made(GOOD, EQUAL, EQUAL, BAD_DATE, BAD_AMOUNT))
    assert status == 200
    figures = re.findall(r"<span>([^<]+)</span><b>([^<]+)</b>", text)
    assert figures == [
        ("5 rows read", "85.20"),
        ("3 kept", "45.20"),
        ("2 refused", "40.00"),
        ("0 repeated", "0.00"),
    ]
    refused = re.findall(r'<tr><td class="number">(\d+)</td><td>(\w+)</td><td>([^<]+)</td>', text)
    assert [(row, column) for row, column, _ in refused] == [("5", "Date"), ("6", "Amount")]
    assert "31/31/2026" not in text
    assert "4O.00" not in text
    assert "CANARY" not in text
    assert landed(world) == []


def test_it_lands_when_the_person_says_so_and_a_run_takes_it(world: World, act_as: SignIn):
    client = act_as("operator")
    data = made(GOOD, EQUAL, BAD_DATE)
    status, text = land(client, bring(client, data)[1])
    assert status == 200
    (name,) = landed(world)
    assert re.fullmatch(r"receipts-import-[0-9a-f]{16}\.xlsx", name)
    assert name in text
    assert (world.home.landing / name).read_bytes() == data
    logged = [one for one in world.access_log.latest(20) if one.subject_kind == "workbook"]
    assert {one.action for one in logged} == {"tried", "decided"}
    assert not any("Jane" in one.details or "CANARY" in one.details for one in logged)
    bronze = BronzeStore(world.home.bronze)
    report = take_landing(world.home.landing, bronze, run_id="1", as_of=date(2026, 3, 3))
    assert report.files == {"loaded": 1}
    assert bronze.scan("receipt_imports").collect().height == 2


def test_what_an_earlier_workbook_has_is_said(world: World, act_as: SignIn):
    client = act_as("operator")
    first = made(GOOD, EQUAL)
    land(client, bring(client, first)[1])
    take_landing(world.home.landing, BronzeStore(world.home.bronze), run_id="1", as_of=date(2026, 3, 3))
    _, text = bring(client, first)
    assert "This very workbook was brought before" in text
    assert 'name="token"' not in text
    _, text = bring(client, made(EQUAL, EQUAL))
    # The second of the two is another payment.
    assert "<span>1 repeated</span><b>10.10</b>" in text
    assert text.count('<span class="state warn">receipts-import-') == 1


def test_a_workbook_is_landed_once(world: World, act_as: SignIn):
    client = act_as("operator")
    data = made(GOOD)
    _, page = bring(client, data)
    assert land(client, page)[0] == 200
    assert land(client, page)[0] == 409
    assert len(landed(world)) == 1
    _, page = bring(client, data)
    assert "was brought before" in page


def bomb() -> bytes:
    """A workbook whose sheet is a gigabyte of blanks."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as member:
            for _ in range(600):
                member.write(b" " * 1024 * 1024)
    return found.getvalue()


def climbing() -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("../../../tmp/evil.xml", "<evil/>")
    return found.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose the workbook first"),
        (b"Patient #,Amount\n1,2\n", "not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "not an .xlsx workbook"),
        (b"PK\x03\x04 and nothing more", "breaks off"),
        (climbing(), "not one that a spreadsheet writes"),
        (workbook({"Sheet": [["A", "B", "C"], ["1", "2", "3"]]}), "fits no source"),
    ],
)
def test_what_is_no_such_workbook_is_refused_and_nothing_lands(
    world: World, act_as: SignIn, data: bytes, sentence: str
):
    status, text = bring(act_as("operator"), data)
    assert status == 400
    assert sentence in text
    assert landed(world) == []


def test_a_workbook_that_expands_too_far_is_refused_unopened(world: World, act_as: SignIn):
    status, text = bring(act_as("operator"), bomb())
    assert (status, "expands to more than is safe" in text) == (400, True)


@pytest.mark.parametrize(
    "name", ["../../evil.xlsx", "/etc/passwd", "a\x00b.xlsx", "=cmd.xlsx", ".hidden.xlsx"]
)
def test_the_name_that_a_person_gave_goes_nowhere(world: World, act_as: SignIn, name: str):
    client = act_as("operator")
    assert land(client, bring(client, made(GOOD), name)[1])[0] == 200
    assert len(landed(world)) == 1
    assert landed(world)[0].startswith("receipts-import-")


def test_more_than_a_form_can_hold_is_refused_unread(world: World, act_as: SignIn):
    status, text = bring(act_as("operator"), b"PK\x03\x04" + b"x" * 9 * 1024 * 1024)
    assert (status, "more than a form can hold" in text) == (403, True)


@pytest.mark.parametrize("person", ["operator-of-p1", "operator-of-l1"])
def test_people_of_some_locations_bring_none(look_as: SignIn, person: str):
    client = look_as(person)
    assert "/receipts/import" not in client.get("/receipts?status=Error").text
    assert client.get("/receipts/import").status_code == 409
    assert bring(client, made(GOOD))[0] == 409


def test_a_file_of_that_name_is_never_overwritten(world: World, act_as: SignIn):
    client = act_as("operator")
    data = made(GOOD)
    _, page = bring(client, data)
    import hashlib

    place = world.home.landing / f"receipts-import-{hashlib.sha256(data).hexdigest()[:16]}.xlsx"
    place.symlink_to(world.home.settings)
    assert land(client, page)[0] == 409
    assert place.is_symlink()
    assert not world.home.settings.exists()
