"""The pages in a browser: look, drill, decide, and nothing that keeps anybody out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from journal.store import Journal
from tests.dashboards.browser import chromium, opened, served, sign_in, watched
from tests.dashboards.world import PASSWORD, ROWS, World, balancing, difference, make_world

PAGES = (
    "/",
    "/balancing",
    "/balancing?group=location_id,charge_type",
    "/differences?is_expected=no",
    "/exceptions?group=area,title",
    "/exceptions",
    "/receipts?status=Error",
    "/receipt/R1",
    "/failed-charges?sort=amount",
    "/escrow-ageing?sort=age_days",
    "/remittances",
    "/deposits?sort=deposited_on",
    "/patients",
    "/patient/R1-patient",
    "/claim/C1",
    "/files",
    "/quarantine",
    "/statement",
    "/what-if",
    "/run",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    chromium()
    return make_world(tmp_path_factory.mktemp("browser"))


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
    """A page whose browser console and requests are watched."""
    with watched(context) as opened_page:
        yield opened_page


def test_an_operator_finds_an_error_looks_and_decides(page, address: str, world: World):
    sign_in(page, address, "operator")
    page.click("text=Receipts in error")
    page.wait_for_selector("text=Status is Error")
    page.check("input[name=key][value=R1]")
    assert page.inner_text("[data-selected]") == "1 selected"
    assert page.is_hidden("[name=hold_until]")
    page.select_option("[name=decision]", "hold")
    page.fill("[name=hold_until]", "2030-01-05")
    page.fill("#decide [name=reason]", "claim is on its way")
    page.click("#decide button.main")
    page.wait_for_selector("text=1 entered on")
    with Journal.open(world.home.journal, create=False) as journal:
        assert [(one.person, one.subject_id, one.facts["hold_until"]) for one in journal.entries()] == [
            ("operator", "R1", "2030-01-05")
        ]
    page.click("text=Back to where you were")
    page.wait_for_selector("tr.decided")
    assert "Hold until 2030-01-05" in page.inner_text("tr.decided")


LAST_WEEK = {
    "window_start_on": "2026-02-23", "window_end_on": "2026-03-01", "exception_count": 1,
    "emr_amount": "64.00", "billing_amount": "46.00", "difference_amount": "18.00",
    "expected_difference_amount": "0.00", "open_difference_amount": "18.00", "charge_type": "Coinsurance",
}  # fmt: skip
SWAPPED = {
    "charge_type": "Coinsurance", "difference_class": "amount_changed", "emr_payment_id": "EP-64",
    "emr_amount": "64.00", "billing_payment_id": "BP-46", "billing_amount": "46.00",
    "deposit_on": "2026-02-24", "billing_file_hash": "hash-1", "billing_row_number": 9,
}  # fmt: skip


@pytest.fixture
def with_a_planted_difference(tmp_path: Path) -> Iterator[str]:
    """A week that ties but for one payment whose figures somebody swapped: 64.00 here, 46.00 there."""
    days = {"window_start_on": "2026-02-24", "window_end_on": "2026-02-24"}
    rows = dict(ROWS)
    rows["marts.payment_balancing"] = [
        balancing(
            "L1", "P1", "week", difference_amount="0.00", open_difference_amount="0.00", exception_count=0
        ),
        balancing("L2", "P1", "week", **LAST_WEEK),
        balancing("L2", "P1", "day", **{**LAST_WEEK, **days}),
    ]
    rows["marts.balancing_differences"] = [
        difference("L1", 1, "10.00", difference_class="internal_payment", is_expected=True),
        difference("L2", 64, "18.00", **SWAPPED),
    ]
    with served(make_world(tmp_path / "planted", rows)) as found:
        yield found


class Visitor:
    """Somebody who has never been here: signs in, and clicks only what a page offers, counted."""

    def __init__(self, page, address: str) -> None:
        self.page = page
        self.clicks = 0
        page.goto(address)
        page.fill("[name=name]", "viewer-of-p1")
        page.fill("[name=password]", PASSWORD)
        self.click("button.main")

    def click(self, what: str) -> None:
        self.page.click(what)
        self.page.wait_for_load_state()
        self.clicks += 1


def test_last_weeks_difference_and_its_cause_are_within_five_clicks(page, with_a_planted_difference: str):
    visitor = Visitor(page, with_a_planted_difference)
    # The figure that does not tie, the amount beside its location, and the row that the amount is made of.
    visitor.click("ul.figures >> text=Does not tie with billing")
    visitor.click("a[title='the rows that do not tie']")
    visitor.click("tbody td.open a")
    assert visitor.clicks <= 5
    assert page.inner_text("h1") == "Another amount on each side: 18.00"
    assert "Both sides have the payment, with different amounts." in page.inner_text("main")
    emr, billing = (
        page.inner_text(f".sides section:has(h2:text-is('{side}'))") for side in ("EMR", "Billing")
    )
    assert "EP-64" in emr
    assert "64.00" in emr
    assert "BP-46" in billing
    assert "46.00" in billing
    assert "EMR line: receipts.csv, row 7" in page.inner_text(".sources")
    assert "Billing line: receipts.csv, row 9" in page.inner_text(".sources")


def test_the_trend_leads_to_the_same_difference(page, with_a_planted_difference: str):
    visitor = Visitor(page, with_a_planted_difference)
    visitor.click("section.box:has(h2:text-is('Difference by day')) tbody a >> nth=0")
    visitor.click("a[title='the rows that do not tie'] >> nth=0")
    visitor.click("tbody td.open a")
    assert visitor.clicks <= 5
    assert page.inner_text("h1") == "Another amount on each side: 18.00"


def test_groups_open_in_place_and_close(page, address: str):
    sign_in(page, address, "viewer")
    page.goto(f"{address}/exceptions?group=area,title")
    page.click(".twist >> nth=0")
    page.wait_for_selector("tbody.depth-1")
    page.click("tbody.depth-1 .twist >> nth=0")
    page.wait_for_selector("tbody.depth-2 table")
    page.click(".twist >> nth=0")
    page.wait_for_selector("tbody.depth-1", state="detached")
    assert page.locator("tbody.depth-2").count() == 0


def test_sorting_changes_the_table_and_the_address(page, address: str):
    sign_in(page, address, "viewer")
    page.goto(f"{address}/receipts?status=Error")
    page.click("thead >> text=Amount")
    page.wait_for_url("**sort=amount**")
    page.wait_for_selector("th[aria-sort=ascending] >> text=Amount")
    assert page.inner_text("tbody tr:first-child td.money") == "20.05"
    page.go_back()
    page.wait_for_selector("th[aria-sort=descending] >> text=Received")


def test_filters_and_columns_become_a_short_address(page, address: str):
    sign_in(page, address, "viewer")
    page.goto(f"{address}/receipts?sort=amount")
    page.click("summary:has-text('Filter')")
    page.select_option("select[name=location_id]", ["L1"])
    page.fill("[name='amount.min']", "30")
    page.click(".filters button.main")
    page.wait_for_url("**/receipts?sort=amount&location_id=L1&amount.min=30")
    page.click("summary:has-text('Columns')")
    for name in ("payment_method", "days_left"):
        page.uncheck(f".columns [value={name}]")
    page.click(".columns button.main")
    page.wait_for_load_state()
    assert page.url.count("columns=") == 1
    assert page.locator("thead >> text=Method").count() == 0


def test_the_table_can_be_worked_from_the_keyboard(page, address: str):
    sign_in(page, address, "operator")
    page.goto(f"{address}/receipts?sort=amount")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=key]:checked").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_finding_of_the_accessibility_rules(page, address: str, scheme: str):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    axe = Axe()
    found = []
    page.goto(f"{address}/sign-in")
    assert not axe.run(page).response["violations"]
    sign_in(page, address, "administrator")
    paths = [*PAGES, "/people", "/access-log"] if scheme == "light" else ["/", *PAGES[4:8]]
    for path in paths:
        page.goto(f"{address}{path}")
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                found.append((path, violation["id"], [node["target"] for node in violation["nodes"]][:3]))
    assert not found


def test_a_table_prints_without_its_controls(page, address: str, tmp_path: Path):
    sign_in(page, address, "viewer")
    page.goto(f"{address}/receipts?status=Error")
    page.emulate_media(media="print")
    assert page.is_hidden("nav.side")
    assert page.is_hidden(".bar")
    assert page.is_visible("table.grid")
