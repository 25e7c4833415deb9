"""Working receipts in a browser: enter one, bring a workbook, link from lists, open the original lines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from journal.store import Journal
from tests.dashboards.browser import chromium, opened, served, sign_in
from tests.dashboards.test_source import RECEIPTS, digest
from tests.dashboards.test_workbook import BAD_AMOUNT, EQUAL, GOOD, made
from tests.dashboards.world import AS_OF, ROWS, World, make_world, publish, receipt


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """R1 has its line in the landing folder, and its patient an appointment to come."""
    chromium()
    rows = dict(ROWS)
    (load,) = ROWS["marts.loads"]
    rows["marts.loads"] = [dict(load) | {"file_hash": digest(RECEIPTS)}]
    rows["marts.receipts"] = [
        *(one for one in ROWS["marts.receipts"] if one["receipt_id"] != "R1"),
        receipt("R1", "L1", file_hash=digest(RECEIPTS), row_number=3),
    ]
    rows["marts.appointments"] = [
        {"appointment_id": "A2", "patient_id": "R1-patient", "location_id": "L1",
         "appointment_on": "2199-01-05", "appointment_status": "Scheduled"},
    ]  # fmt: skip
    found = make_world(tmp_path_factory.mktemp("desk") / "home", rows)
    (found.home.landing / "receipts.csv").write_bytes(RECEIPTS)
    return found


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with served(world) as found:
        yield found


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with opened(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def page(context) -> Iterator[object]:
    """A page whose browser console is watched."""
    context.clear_cookies()
    opened_page = context.new_page()
    opened_page.set_default_timeout(10_000)
    told: list[str] = []
    opened_page.on("pageerror", lambda error: told.append(str(error)))
    opened_page.on("console", lambda one: told.append(one.text) if "Content Security" in one.text else None)
    yield opened_page
    opened_page.close()
    assert not told


def fill_in(page, **given: str) -> None:
    for name, value in given.items():
        if name in {"receipt_type", "payment_method", "location_id"}:
            page.select_option(f".receipt-form [name={name}]", value)
        else:
            page.fill(f".receipt-form [name={name}]", value)


def test_the_original_line_opens_in_place(page, address: str):
    sign_in(page, address, "viewer")
    page.goto(f"{address}/receipt/R1")
    page.click("text=Show the lines as they were delivered")
    page.wait_for_selector("table.line")
    assert "receipts.csv, row 3" in page.inner_text(".lines")
    assert "2026-02-10" in page.inner_text(".lines")
    assert page.url.endswith("/receipt/R1")


def test_a_receipt_is_entered_asked_about_and_is_there_after_the_run(page, address: str, world: World):
    sign_in(page, address, "operator")
    page.click("nav >> text=Receipts")
    page.click("text=New receipt")
    fill_in(
        page,
        patient_id="R1-patient",
        received_on="2026-02-10",
        amount="50.00",
        receipt_type="Co-Pay",
        payment_method="Check",
        location_id="L1",
        reason="second visit of the day",
    )
    page.click("button.main:has-text('Enter')")
    page.wait_for_selector("text=This payment may be there already")
    # What was typed is still there, and nothing is entered before the person says so.
    assert page.input_value("[name=amount]") == "50.00"
    page.check("[name=seen]")
    page.click("button.main:has-text('Enter')")
    page.wait_for_selector("text=Entered as J-1")
    assert page.inner_text("section tbody th") == "J-1"
    with Journal.open(world.home.journal, create=False) as journal:
        (entry,) = journal.entries()
        assert (entry.person, entry.facts["amount"], entry.facts["besides"]) == ("operator", "50.00", ["R1"])
    # The next run publishes it; the pages take the newer file without a restart.
    entered = receipt(
        "J-1", "L1", patient_id="R1-patient", receipt_source="Journal", entered_as="J-1",
        entry_number=1, file_hash=None, row_number=None, load_id=None,
    )  # fmt: skip
    publish(world.home, dict(ROWS) | {"marts.receipts": [*ROWS["marts.receipts"], entered]}, as_of=AS_OF)
    page.goto(f"{address}/receipts?receipt_id=J-1")
    page.click("tbody >> text=J-1")
    page.wait_for_selector("text=A person entered it here. Billing has not delivered it yet.")
    assert "entered as a new receipt of 50.00" in page.inner_text("main")


def test_a_workbook_is_looked_at_and_imported(page, address: str, world: World, tmp_path: Path):
    path = tmp_path / "lockbox.xlsx"
    path.write_bytes(made(GOOD, EQUAL, BAD_AMOUNT))
    sign_in(page, address, "operator")
    page.goto(f"{address}/receipts")
    page.click("text=Import a workbook")
    page.set_input_files("[name=workbook]", str(path))
    page.click("text=Look at it")
    page.wait_for_selector("text=Rows that would be refused")
    assert "2 kept" in page.inner_text(".figures")
    assert "35.10" in page.inner_text(".figures")
    assert "1 refused" in page.inner_text(".figures")
    page.click("text=Import 2 rows")
    page.wait_for_selector("text=The next run takes it")
    assert [one.suffix for one in world.home.landing.glob("receipts-import-*")] == [".xlsx"]


def test_a_receipt_is_linked_to_a_claim_chosen_from_the_list(page, address: str):
    sign_in(page, address, "operator")
    page.goto(f"{address}/receipt/R1")
    page.click("[aria-label='Link to claim C1']")
    page.wait_for_selector("text=1 entered on")
    page.click("text=Back to where you were")
    page.wait_for_selector("text=Entered since the run")
    assert "linked to C1" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_receipts_have_no_serious_finding(page, address: str, scheme: str, tmp_path: Path):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    sign_in(page, address, "operator")
    axe, found = Axe(), []

    def look(what: str) -> None:
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                found.append((what, violation["id"], [one["target"] for one in violation["nodes"]][:3]))

    for path in ("/receipts/new", "/receipts/import", "/receipt/R1", "/receipts/source?key=R1", "/what-if"):
        page.goto(f"{address}{path}")
        look(path)
    page.goto(f"{address}/receipts/new")
    fill_in(
        page,
        patient_id="nobody",
        received_on="2026-02-10",
        amount="1.00",
        receipt_type="Co-Pay",
        payment_method="Check",
        location_id="L1",
    )
    page.click("button.main:has-text('Enter')")
    page.wait_for_selector("text=Nothing is known of this patient")
    look("a question")
    page.goto(f"{address}/receipts/import")
    path = tmp_path / "lockbox.xlsx"
    path.write_bytes(made(GOOD, BAD_AMOUNT))
    page.set_input_files("[name=workbook]", str(path))
    page.click("text=Look at it")
    page.wait_for_selector("text=Rows that would be refused")
    look("a preview")
    assert not found
