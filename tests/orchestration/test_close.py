"""`tieout close`: two people close a period; what they signed stays so, and what moves is told."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from journal.close_figures import late_lines, movements
from journal.store import Journal
from orchestration import exit_codes
from orchestration.close.open_exceptions import DELIVERIES, TIE_OUT_OF_SUITE
from orchestration.failures import EntryRefusedError, NotFoundError
from orchestration.home import Home
from tests.orchestration.close_home import APRIL, FEBRUARY, MARCH, close_home, moved
from tests.orchestration.desk_home import desk_home
from tests.orchestration.typed_commands import typed

ALL = [*FEBRUARY, *MARCH, *APRIL]
LATER = date(2026, 4, 10)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return close_home(tmp_path)


def step(home: Home, name: str, by: str, period: str = "2026-03", *more: str, on: str = "2026-04-20") -> int:
    outcome = typed(home, "close", name, "--period", period, "--by", by, "--on", on, *more)
    assert outcome.exception is None, outcome.exception
    return outcome.return_value


def status(home: Home, period: str = "2026-03", *more: str) -> dict[str, Any]:
    outcome = typed(home, "close", "status", "--period", period, "--json", *more)
    assert outcome.exception is None, outcome.exception
    return json.loads(outcome.stdout)


def said(home: Home, *arguments: str) -> Result:
    return typed(home, "close", *arguments)


def signed(home: Home, period: str = "2026-03", *more: str) -> None:
    for name, by in (("prepare", "maria"), ("review", "noor"), ("sign", "noor")):
        assert step(home, name, by, period, *more) == exit_codes.RAN


def test_two_people_close_a_month(home: Home) -> None:
    assert status(home)["status"] == "open"
    assert step(home, "prepare", "maria") == exit_codes.RAN
    assert status(home)["status"] == "prepared"
    assert step(home, "review", "noor") == exit_codes.RAN
    assert step(home, "sign", "noor") == exit_codes.RAN
    found = status(home)
    assert (found["status"], found["verdict"], found["moved"]) == ("signed", "reconciled", [])
    assert [(one["step"], one["person"]) for one in found["steps"]] == [
        ("prepared", "maria"), ("reviewed", "noor"), ("signed", "noor")
    ]  # fmt: skip
    assert len(found["figures_sha256"]) == 64


def test_a_same_person_sign_off_is_refused_and_the_attempt_stays(home: Home) -> None:
    step(home, "prepare", "maria")
    refused = typed(home, "close", "review", "--period", "2026-03", "--by", "Maria ", "--on", "2026-04-20")
    assert refused.return_value == exit_codes.ENTRY_REFUSED
    assert "prepared by the same person" in refused.stderr
    step(home, "review", "noor")
    assert step(home, "sign", "MARIA") == exit_codes.ENTRY_REFUSED
    with Journal.open(home.journal, create=False) as journal:
        kept = [(entry.subject_kind, entry.action, entry.person) for entry in journal.entries()]
    assert kept == [
        ("period", "prepare", "maria"),
        ("refusal", "review", "Maria "),
        ("period", "review", "noor"),
        ("refusal", "sign", "MARIA"),
    ]
    found = status(home)
    assert found["status"] == "reviewed"
    assert [entry["details"]["why"].split(";")[0] for entry in found["refused"]] == [
        "2026-03 of all locations was prepared by the same person"
    ] * 2
    assert (
        "refused: sign by MARIA on 2026-04-20, entry 4" in said(home, "status", "--period", "2026-03").stdout
    )
    step(home, "sign", "maria", "2026-03", "--dry-run")
    assert len(status(home)["refused"]) == 2


def test_a_step_cannot_be_dated_back(home: Home) -> None:
    outcome = typed(home, "close", "prepare", "--period", "2026-03", "--by", "maria", "--on", "2026-04-04")
    assert isinstance(outcome.exception, EntryRefusedError)


def test_a_signature_lapses_when_a_figure_moves_and_says_which(home: Home, tmp_path: Path) -> None:
    signed(home)
    key = ("L1", "2026-03-01", "balancing", "emr_payments")
    close_home(tmp_path, moved(ALL, {key: ("125.00", 5)}), as_of=LATER)
    found = status(home)
    assert found["status"] == "lapsed"
    assert found["moved"] == [
        {"location_id": "L1", "tie_out": "balancing", "figure": "emr_payments", "from_amount": "100.00",
         "to_amount": "125.00", "from_count": 4, "to_count": 5}
    ]  # fmt: skip
    page = said(home, "status", "--period", "2026-03").stdout
    assert "L1 balancing emr payments: 100.00 to 125.00, 4 to 5 items" in page
    close_home(tmp_path, ALL, as_of=date(2026, 4, 11))
    assert status(home)["status"] == "signed"


def test_two_movements_that_cancel_out_are_two(home: Home, tmp_path: Path) -> None:
    signed(home)
    moves = {
        ("L1", "2026-03-01", "balancing", "emr_payments"): ("99.00", 4),
        ("L2", "2026-03-01", "balancing", "emr_payments"): ("51.00", 2),
    }
    close_home(tmp_path, moved(ALL, moves), as_of=LATER)
    assert [one["location_id"] for one in status(home)["moved"]] == ["L1", "L2"]


def test_what_is_open_today_binds_nobody(home: Home, tmp_path: Path) -> None:
    signed(home)
    moves = {("practice", "2026-03-01", "deposits", "bank_matched"): ("140.00", 2)}
    close_home(tmp_path, moved(ALL, moves), as_of=LATER)
    assert status(home)["status"] == "signed"


def test_late_items_show_in_the_current_period_once_and_until_it_is_signed(
    home: Home, tmp_path: Path
) -> None:
    signed(home)
    late = moved(ALL, {("L1", "2026-03-01", "balancing", "emr_payments"): ("125.00", 5)})
    close_home(tmp_path, late, as_of=date(2026, 5, 2))
    line = "2026-03|L1|balancing|emr_payments|25.00|1"
    assert status(home, "2026-04")["late_items"] == [line]
    assert (
        "2026-03 L1 balancing emr payments: +25.00, +1 items"
        in said(home, "status", "--period", "2026-04").stdout
    )
    assert status(home, "2026-02")["late_items"] == []
    for name, by in (("prepare", "maria"), ("review", "noor"), ("sign", "noor")):
        assert step(home, name, by, "2026-04", on="2026-05-05") == exit_codes.RAN
    may = [("L1", "month", "2026-05-01", "balancing", "emr_payments", "total", True, "1.00", 1)]
    close_home(tmp_path, [*late, *may], as_of=date(2026, 6, 2))
    assert status(home, "2026-04")["late_items"] == [line]
    assert status(home, "2026-04")["status"] == "signed"
    assert status(home, "2026-05")["late_items"] == []
    more = moved(late, {("L1", "2026-03-01", "balancing", "emr_payments"): ("120.00", 5)})
    close_home(tmp_path, [*more, *may], as_of=date(2026, 6, 3))
    assert status(home, "2026-05")["late_items"] == ["2026-03|L1|balancing|emr_payments|-5.00|0"]


def test_reopening_takes_a_reason_and_starts_anew(home: Home) -> None:
    signed(home)
    assert said(home, "reopen", "--period", "2026-03", "--by", "maria").exception is not None
    assert step(home, "prepare", "maria") == exit_codes.ENTRY_REFUSED
    assert step(home, "reopen", "maria", "2026-03", "--reason", "a check came late") == exit_codes.RAN
    assert status(home)["status"] == "open"
    assert (
        "reopened by maria on 2026-04-20: a check came late"
        in said(home, "status", "--period", "2026-03").stdout
    )
    signed(home)


def test_a_location_and_all_locations_are_closed_apart(home: Home) -> None:
    signed(home, "2026-03", "--location", "L1")
    assert status(home, "2026-03", "--location", "L1")["status"] == "signed"
    assert status(home)["status"] == "open"
    refused = said(home, "prepare", "--period", "2026-03", "--location", "L9", "--by", "maria")
    assert refused.return_value == exit_codes.ENTRY_REFUSED


def test_open_exceptions_are_counted_where_they_belong_and_waived_ones_as_well(tmp_path: Path) -> None:
    exceptions = [
        ("missing_in_billing", "balancing_differences", "warning", "open", "U1", "E1", "L1", "2026-04-04"),
        ("amount_changed", "balancing_differences", "warning", "waived", "U1", "E2", "L1", "2026-04-04"),
        ("amount_changed", "balancing_differences", "warning", "open", "U7", "E7", "L1", "2026-04-02"),
        ("returned_item", "deposit_reconciliation", "critical", "open", "9|D1", None, None, "2026-04-04"),
        ("expected_file_missing", "expected_files", "critical", "open", "receipts|all|2026-03-12", None, None,
         "2026-04-04"),
    ]  # fmt: skip
    home = close_home(tmp_path, exceptions=exceptions)
    found = status(home)
    counted = {
        one["tie_out"]: (one["open_exceptions"], one["waived_exceptions"], one["verdict"])
        for one in found["tie_outs"]
    }
    assert counted["balancing"] == (2, 1, "warnings")
    assert counted["deposits"] == (1, 0, "breaks")
    assert counted[DELIVERIES] == (1, 0, "incomplete")
    assert counted["escrow"] == (0, 0, "reconciled")
    assert found["verdict"] == "incomplete"
    assert step(home, "prepare", "maria") == exit_codes.ENTRY_REFUSED
    only_l1 = status(home, "2026-03", "--location", "L1")
    assert only_l1["verdict"] == "warnings"
    for name, by in (("prepare", "maria"), ("review", "noor")):
        assert step(home, name, by, "2026-03", "--location", "L1") == exit_codes.RAN
    assert step(home, "sign", "noor", "2026-03", "--location", "L1") == exit_codes.ENTRY_REFUSED
    why = ("--location", "L1", "--reason", "entered in April")
    assert step(home, "sign", "noor", "2026-03", *why) == exit_codes.RAN


def test_a_remainder_makes_a_period_incomplete(tmp_path: Path) -> None:
    broken = moved(ALL, {("L1", "2026-03-01", "balancing", "remainder"): ("-0.01", 0)})
    home = close_home(tmp_path, broken)
    assert status(home)["verdict"] == "incomplete"
    assert step(home, "prepare", "maria") == exit_codes.ENTRY_REFUSED


def test_the_periods_are_listed_with_where_they_stand(home: Home) -> None:
    signed(home)
    lines = said(home, "status").stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["2026-02", "open", "reconciled"],
        ["2026-03", "signed", "reconciled"],
        ["2026-04", "open", "reconciled"],
    ]
    assert "prepared by maria on 2026-04-20; reviewed by noor" in lines[1]
    assert "still running" in lines[2]


def test_two_people_at_once_have_a_conflict(home: Home) -> None:
    from datetime import UTC, datetime

    from journal.close_entries import Prepare
    from journal.period import period_named
    from orchestration.desk.close_desk import CloseDesk
    from orchestration.desk.journal_access import Contained
    from orchestration.published_file import connect, current_publication
    from orchestration.settings import Settings

    period, moment = period_named("2026-03"), datetime(2026, 4, 20, tzinfo=UTC)
    with connect(home.published) as connection, Journal.open(home.journal) as journal:
        contained = Contained.in_publication(current_publication(home.published))
        desk = CloseDesk(connection, contained, journal, Settings())
        mine = Prepare(period=period, by="maria", bound=desk.bound(period, "r"))
        with pytest.raises(EntryRefusedError, match="one's own name"):
            desk.enter(journal, [mine], person="noor", entered_at=moment, on=moment.date())
        hers = Prepare(period=period, by="noor", bound=desk.bound(period, "r"))
        journal.append([hers.draft()], person="noor", entered_at=moment, entered_on=moment.date())
        with pytest.raises(EntryRefusedError, match="noor entered prepare"):
            desk.enter(journal, [mine], person="maria", entered_at=moment, on=moment.date())


def test_a_step_that_was_acknowledged_is_there_whatever_happens_to_the_program(
    home: Home, tmp_path: Path
) -> None:
    """Each step is killed as soon as it says that it was entered, before it can tidy up."""
    steps = (("prepare", "maria"), ("review", "noor"), ("sign", "noor"))
    for number, (name, by) in enumerate(steps, start=1):
        arguments = ("close", name, "--period", "2026-03", "--by", by, "--on", "2026-04-20")
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "orchestration.command", *arguments, "--home", str(home.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        assert "1 entered" in process.stdout.readline()
        process.kill()
        process.communicate()
        with Journal.open(home.journal, create=False) as journal:
            assert journal.head().entry_number == number
            assert journal.verify() == []
    close_home(tmp_path, ALL, as_of=LATER)
    assert status(home)["status"] == "signed"


def test_a_file_from_before_there_were_periods_says_so(tmp_path: Path) -> None:
    outcome = typed(desk_home(tmp_path), "close", "status")
    assert isinstance(outcome.exception, NotFoundError)


def test_every_suite_that_is_placed_exists() -> None:
    from expectations.catalogue import load_catalogue

    assert set(TIE_OUT_OF_SUITE) <= {suite.mart for suite in load_catalogue().suites}


def test_a_figure_that_appears_or_goes_away_moved() -> None:
    line = "L1|escrow|closing|5.00|0"
    (appeared,) = movements([], [line])
    assert (str(appeared.from_amount), str(appeared.to_amount)) == ("0.00", "5.00")
    assert movements([line], []) != []
    assert movements([line], [line]) == []
    assert late_lines("2026-03", [line], [], ["2026-03|L1|escrow|closing|-2.00|0"]) == (
        "2026-03|L1|escrow|closing|-3.00|0",
    )
    assert late_lines("2026-03", [line], [line], ["2026-02|L1|escrow|closing|-2.00|0"]) == ()
