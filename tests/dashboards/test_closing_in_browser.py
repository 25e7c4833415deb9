"""Closing a period and choosing a deposit in a browser: look, drill, act, and see it in the next run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from journal.store import Journal
from tests.dashboards.browser import chromium, opened, serious, served, sign_in, watched
from tests.dashboards.closing_world import FIGURES, moved, rows
from tests.dashboards.test_deposit import PIECES, piece
from tests.dashboards.world import AS_OF, World, make_world, publish

JANUARY = "/close/2026-01?location=all"


@pytest.fixture
def world(tmp_path: Path) -> World:
    chromium()
    return make_world(tmp_path / "home", {**rows(FIGURES), "marts.deposit_reconciliation": PIECES})


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(world) as found:
        yield found


@pytest.fixture
def page(tmp_path: Path) -> Iterator[object]:
    with opened(tmp_path / "profile") as context, watched(context) as found:
        yield found


def entered(world: World) -> list[tuple[str, str, str]]:
    with Journal.open(world.home.journal, create=False) as journal:
        return [(one.subject_id, one.action, one.person) for one in journal.entries()]


def sign_in_as(page, address: str, name: str) -> None:
    page.context.clear_cookies()
    sign_in(page, address, name)


def test_two_people_close_a_month_and_a_late_payment_makes_it_lapse(page, address: str, world: World):
    sign_in(page, address, "operator")
    page.click("nav >> text=Close")
    page.click("th >> text=2026-01")
    page.click(".tie-out a >> text=EMR payments")
    page.wait_for_url("**/balancing?**window_start_on.min=2026-01-01**")
    page.go_back()
    page.fill(".step [name=reason]", "two checks are under way")
    page.click(".step button.main")
    page.wait_for_selector("text=as entry 1 of the journal")
    assert page.inner_text(".steps li.done b") == "operator"
    sign_in_as(page, address, "reviewer")
    page.goto(f"{address}{JANUARY}")
    page.click(".step button >> text=Review")
    page.wait_for_selector("text=as entry 2 of the journal")
    page.click(".step button >> text=Sign")
    page.wait_for_selector("text=as entry 3 of the journal")
    assert page.inner_text("h1 .state") == "signed"
    key = "month|2026-01-01|all"
    assert entered(world) == [
        (key, "prepare", "operator"), (key, "review", "reviewer"), (key, "sign", "reviewer")
    ]  # fmt: skip
    publish(world.home, rows(moved("L1", "2026-01-01", "emr_payments", "125.00")), as_of=AS_OF)
    page.goto(f"{address}{JANUARY}")
    assert page.inner_text("h1 .state") == "lapsed"
    assert "125.00" in page.inner_text("section:has(h2:text('Moved since'))")
    page.goto(f"{address}/close")
    assert "1 late item of signed periods" in page.inner_text("tr:has(th:has-text('2026-02'))")


def test_an_ambiguous_deposit_is_chosen_and_the_next_run_has_it(page, address: str, world: World):
    sign_in(page, address, "operator")
    page.goto(f"{address}/deposits?status=ambiguous")
    page.click("td a >> text=D1")
    page.check("input[name=payment] >> nth=1")
    assert "adds up" in page.inner_text(".adds-up")
    assert page.inner_text("[data-selected-amount]") == "1,055.00"
    page.check("input[name=payment] >> nth=0")
    assert "-1,055.00 stay open" in page.inner_text(".adds-up")
    page.uncheck("input[name=payment] >> nth=0")
    page.fill("form[data-adds-up] [name=reason]", "bank advice of February 4")
    page.click("button >> text=It is this")
    page.wait_for_selector("text=as entry 1 of the journal")
    assert entered(world) == [("9|D1", "choose", "operator")]
    page.goto(f"{address}/deposits?status=ambiguous")
    assert "chosen: remittance|T-F" in page.inner_text("tr.decided")
    kept = [
        piece(
            "D1", "remittance|T-F", "1055.00", "1055.00", "matched", evidence="person", chosen_by="operator"
        ),
        *(one for one in PIECES if one["piece_key"] not in {"D1-None", "None-remittance|T-F"}),
    ]
    publish(world.home, {**rows(FIGURES), "marts.deposit_reconciliation": kept}, as_of=AS_OF)
    page.goto(f"{address}/deposits?chosen_by.none=no")
    page.click("td a >> text=D1")
    assert "Chosen by operator, and counted by this run" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_page_has_a_serious_finding_of_the_accessibility_rules(
    page, address: str, world: World, scheme: str
):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, address, "operator")
    found = []
    for path in ("/close", JANUARY, "/close/2026-02?location=L1", "/deposit?entry=9%7CD1"):
        page.goto(f"{address}{path}")
        found += [(path, *one) for one in serious(page)]
    page.goto(f"{address}{JANUARY}")
    page.click(".step button.main")
    page.wait_for_selector("text=as entry 1 of the journal")
    publish(world.home, rows(moved("L1", "2026-01-01", "emr_payments", "125.00")), as_of=AS_OF)
    sign_in_as(page, address, "administrator")
    page.goto(f"{address}{JANUARY}")
    assert "Moved since it was prepared" in page.inner_text("main")
    found += [(JANUARY, *one) for one in serious(page)]
    assert not found
