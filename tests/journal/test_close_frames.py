"""Steps as a frame, and the standing of each period told from it: the same as from the journal itself."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from journal.close_entries import refusal_of
from journal.close_frames import PERIOD_ENTRIES, STANDINGS, period_entries_frame, standings_frame
from journal.entry import Entry
from journal.period import ALL_LOCATIONS, Period, period_named
from journal.store import Journal
from tests.journal.periods import LINES, MOVED, prepare, reopen, review, sign
from tests.journal.writing import write

MARCH, APRIL, MAY = (period_named(f"2026-0{month}", "L1") for month in (3, 4, 5))


def figures(of: dict[Period, tuple[str, ...]]) -> pl.DataFrame:
    rows = [(one.kind, one.start_on, one.location_id, line) for one, lines in of.items() for line in lines]
    schema = {
        "period_kind": pl.String, "period_start_on": pl.Date, "location_id": pl.String, "line": pl.String
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield opened


NOW = figures({MARCH: MOVED, APRIL: LINES, MAY: LINES})


def entered(journal: Journal, *steps) -> list[Entry]:
    for step in steps:
        write(journal, [step.draft()], person=step.by)
    return list(journal.entries())


def standings(entries: list[Entry], now: pl.DataFrame = NOW) -> dict[tuple[str, date], dict]:
    frame = standings_frame(period_entries_frame(entries), now)
    return {(row["location_id"], row["period_start_on"]): row for row in frame.iter_rows(named=True)}


def test_nobody_closed_anything():
    frame = standings_frame(period_entries_frame([]), NOW)
    assert frame.is_empty()
    assert frame.schema == pl.Schema(STANDINGS)


def test_steps_that_were_taken_and_refused_are_rows_by_number(journal: Journal):
    write(journal, [prepare().draft()], person="maria")
    write(journal, [refusal_of(sign(by="maria"), "the same person")], person="maria")
    frame = period_entries_frame(journal.entries())
    assert frame.schema == pl.Schema(PERIOD_ENTRIES)
    assert frame.select("entry_number", "action", "is_refused", "refused_for").rows() == [
        (1, "prepare", False, None),
        (2, "sign", True, "the same person"),
    ]
    assert frame["figures_sha256"].to_list() == [prepare().bound.sha256, None]


def test_a_refused_step_changes_nothing(journal: Journal):
    write(journal, [prepare().draft()], person="maria")
    write(journal, [refusal_of(review(by="maria"), "the same person")], person="maria")
    assert standings(list(journal.entries()))["L1", MARCH.start_on]["status"] == "prepared"


def test_a_signature_that_lapsed_says_who_and_what(journal: Journal):
    found = standings(entered(journal, prepare(), review(), sign(reason="a check is under way")))
    march = found["L1", MARCH.start_on]
    assert (march["status"], march["period_name"], march["period_end_on"]) == (
        "lapsed", "2026-03", date(2026, 3, 31),
    )  # fmt: skip
    assert (march["prepared_by"], march["reviewed_by"], march["signed_by"]) == ("maria", "noor", "noor")
    assert (march["signed_entry_number"], march["signed_reason"]) == (3, "a check is under way")
    assert march["figures_sha256"] == sign().bound.sha256
    assert march["moved"] == "L1 balancing emr payments: 30.00 to 31.00"
    moved, still = march["figures"]
    assert (moved["bound_amount"], moved["current_amount"]) == (Decimal("30.00"), Decimal("31.00"))
    assert still["bound_amount"] == still["current_amount"] == 0


def test_the_late_item_has_a_row_in_the_first_period_that_is_not_signed(journal: Journal):
    found = standings(entered(journal, prepare(), review(), sign()))
    assert set(found) == {("L1", MARCH.start_on), ("L1", APRIL.start_on)}
    april = found["L1", APRIL.start_on]
    assert (april["status"], april["prepared_by"], april["figures_sha256"]) == ("open", None, None)
    assert april["late_items"] == "2026-03 L1 balancing emr payments: +1.00"
    (late,) = april["figures"]
    assert (late["is_late"], late["figure_of_period"], late["current_amount"]) == (True, "2026-03", 1)


def test_a_late_item_that_changed_after_it_was_bound_is_one_row(journal: Journal):
    late = ("2026-03|L1|balancing|emr_payments|4.00|0",)
    steps = [prepare(), review(), sign(), prepare(period=APRIL, late=late)]
    april = standings(entered(journal, *steps))["L1", APRIL.start_on]
    (row,) = [figure for figure in april["figures"] if figure["is_late"]]
    assert (row["bound_amount"], row["current_amount"]) == (Decimal("4.00"), Decimal("1.00"))


def test_a_period_that_was_opened_again_says_why(journal: Journal):
    march = standings(entered(journal, prepare(), review(), sign(), reopen()))["L1", MARCH.start_on]
    assert (march["status"], march["signed_by"], march["reopened_by"]) == ("open", None, "maria")
    assert march["reopened_reason"] == "a check came late"


def test_all_locations_are_the_figures_of_each(journal: Journal):
    whole = period_named("2026-03", ALL_LOCATIONS)
    lines = (*LINES, "L2|escrow|closing|1.00|0")
    entries = entered(journal, prepare(period=whole, lines=tuple(sorted(lines))))
    now = figures({MARCH: LINES, period_named("2026-03", "L2"): ("L2|escrow|closing|2.00|0",)})
    (march,) = standings(entries, now).values()
    assert march["moved"] == "L2 escrow closing: 1.00 to 2.00"
