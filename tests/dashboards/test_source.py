"""The original lines of a row: both sides next to each other, masked, and never another file."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dashboards.conftest import SignIn, signed_in
from tests.dashboards.test_workbook import EQUAL, GOOD, form_token, made
from tests.dashboards.world import ROWS, World, make_world, receipt

RECEIPTS = (
    b"Receipt #,Chart Number,Payer Class,Type,Location,Received,Amount,Status,Patient Name\n"
    b"R0,P0,Patient,General,L1,2026-02-10 09:30,1.00,New,SOMEBODY ELSE\n"
    b'R1,R1-patient,Patient,"Co-Pay, of the visit",L1,2026-02-10 09:30,50.00,New,JANE CANARY\n'
)
OF_BILLING = b"not what was loaded"
DAY = "2026-02-10"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> World:
    """R1 is record 3 of a text file and paid what is row 2 of a workbook; R9 was entered by a person."""
    workbook = made(GOOD, EQUAL)
    files = {
        f"{DAY}/receipts.csv": (digest(RECEIPTS), RECEIPTS),
        f"{DAY}/payments.xlsx": (digest(workbook), workbook),
        f"{DAY}/changed.csv": (digest(b"what was loaded"), OF_BILLING),
        "../outside.csv": (digest(b"outside"), b"outside"),
    }
    receipts_hash, workbook_hash, changed_hash, outside_hash = (found[0] for found in files.values())
    rows = dict(ROWS)
    rows["marts.receipts"] = [
        receipt("R1", "L1", file_hash=receipts_hash, row_number=3),
        receipt("J-1", "L1", receipt_source="Journal", entered_as="J-1", file_hash=None, row_number=None),
        receipt("OUT", "L1", file_hash=outside_hash, row_number=1),
        receipt("FOREIGN-R", "L3", file_hash=receipts_hash, row_number=2),
    ]
    rows["marts.loads"] = [
        {"load_id": f"load-{number}", "file_hash": found[0], "file_name": name, "source": "receipts",
         "loaded_on": "2026-03-01", "verdict": "loaded"}
        for number, (name, found) in enumerate(files.items())
    ]  # fmt: skip
    rows["marts.balancing_differences"] = [
        dict(ROWS["marts.balancing_differences"][0]) | {
            "emr_file_hash": workbook_hash, "emr_row_number": 2, "billing_payment_id": "BP1",
            "billing_file_hash": changed_hash, "billing_row_number": 2,
        },
    ]  # fmt: skip
    found = make_world(tmp_path_factory.mktemp("delivered") / "home", rows)
    for name, (_, data) in files.items():
        path = Path(found.home.landing, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return found


@pytest.fixture(scope="module")
def look(delivered: World) -> Iterator[SignIn]:
    with ExitStack() as stack:
        yield lambda name: signed_in(delivered, name, stack)


def test_a_receipt_leads_to_its_line_as_it_was_delivered(delivered: World, look: SignIn):
    client = look("operator")
    assert "/receipts/source?key=R1" in client.get("/receipt/R1").text
    text = client.get("/receipts/source?key=R1").text
    assert f"<b>{DAY}/receipts.csv</b>, row 3" in text
    assert "<code>Co-Pay, of the visit</code>" in text
    assert "<code>50.00</code>" in text
    # Nobody reads that column, so nobody knows what is in it.
    assert ">Patient Name</th>" in text
    assert "CANARY" not in text
    assert "SOMEBODY" not in text
    logged = delivered.access_log.latest(1)[0]
    assert (logged.action, logged.subject_id) == ("viewed", "R1-patient")
    assert logged.facts["lines"] == [f"{DAY}/receipts.csv, row 3"]


def test_what_is_masked_is_shown_to_who_gives_a_reason(look: SignIn):
    client = look("reviewer")
    client.post("/reveal", data={"form_token": form_token(client), "reason": "asked by the bank"})
    assert "<code>JANE CANARY</code>" in client.get("/receipts/source?key=R1").text


def test_a_difference_shows_both_lines_and_says_when_one_is_not_what_was_loaded(look: SignIn):
    client = look("viewer")
    page = client.get("/differences?is_expected=no").text
    (record, *_) = re.findall(r'href="(/differences/record[^"]+)"', page)
    address = record.replace("/record", "/source").replace("&amp;", "&")
    text = client.get(address).text
    assert "<h2>EMR</h2>" in text
    assert f"<b>{DAY}/payments.xlsx</b>, sheet Receipts, row 2" in text
    assert "<code>25.00</code>" in text
    assert "CANARY" not in text
    assert "<h2>Billing</h2>" in text
    assert "it has been changed" in text
    assert "not what was loaded" not in text


def test_what_a_person_entered_is_no_line_of_a_file(look: SignIn):
    assert "a person entered it as J-1" in look("viewer").get("/receipts/source?key=J-1").text


def test_nothing_outside_of_the_landing_folder_is_opened(delivered: World, look: SignIn):
    assert (delivered.home.landing / "../outside.csv").exists()
    text = look("viewer").get("/receipts/source?key=OUT").text
    assert "not in the landing folder any more" in text


@pytest.mark.parametrize("link", ["file", "folder"])
def test_no_link_is_followed(delivered: World, look: SignIn, link: str):
    place = delivered.home.landing / DAY
    moved = place if link == "folder" else place / "receipts.csv"
    elsewhere = delivered.home.root / f"elsewhere-{link}"
    moved.rename(elsewhere)
    moved.symlink_to(elsewhere)
    try:
        text = look("viewer").get("/receipts/source?key=R1").text
        assert "not in the landing folder any more" in text
        assert "50.00" not in text
    finally:
        moved.unlink()
        elsewhere.rename(moved)


def test_a_row_of_another_location_opens_no_file(look: SignIn):
    answer = look("operator-of-p1").get("/receipts/source?key=FOREIGN-R")
    assert answer.status_code == 404
    assert "SOMEBODY" not in answer.text


def test_a_receipt_that_billing_took_over_is_found_by_its_first_number(tmp_path: Path):
    rows = dict(ROWS)
    rows["marts.receipts"] = [receipt("R7", "L1", entered_as="J-7"), receipt("R3", "L3", entered_as="J-3")]
    world = make_world(tmp_path / "home", rows)
    with ExitStack() as stack:
        client = signed_in(world, "operator-of-l1", stack)
        answer = client.get("/receipt/J-7", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/receipt/R7")
        assert client.get("/receipt/J-3").status_code == 404
        assert client.get("/receipt/J-9").status_code == 404
