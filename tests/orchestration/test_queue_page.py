"""The pages about exceptions are true: commands run, the list is what is printed, the example is lived."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from expectations.worked import Entry, Sighting, walk
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.home import Home
from tests.orchestration.exception_home import exception_home

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to" / "work-the-queue.md").read_text(encoding="utf-8")
EXPLAINED = (DOCS / "explanation" / "exceptions.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^tieout ((?:exceptions|journal|query) .*) --home practice$", PAGE, re.M)
ENTERING = ("assign", "comment", "acknowledge", "resolve", "waive", "reopen")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return exception_home(tmp_path)


def call(home: Home, command: str) -> Result:
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
    # The hand-made file is of March 1; whoever reads the page works on the day after the last run.
    dated = ["--on", "2026-03-02"] if words[1] in ENTERING else []
    return CliRunner(env={"TIEOUT_PERSON": "maria", "COLUMNS": "120"}).invoke(
        tieout, [*words, *dated, "--home", str(home.root)], standalone_mode=False
    )


def test_the_commands_of_the_page_run_in_their_order(home: Home):
    assert len(COMMANDS) >= 20
    for command in COMMANDS:
        outcome = call(home, command)
        assert outcome.exception is None, f"{command}: {outcome.exception}"
        assert outcome.return_value in (None, exit_codes.RAN), f"{command}\n{outcome.stderr}"


def test_the_list_on_the_page_is_what_is_printed(home: Home):
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert call(home, "exceptions list").stdout == shown


def test_the_decisions_in_the_table_are_those_of_the_block_below():
    decisions = re.findall(r"^\| .* \| `tieout (exceptions .*)` \|$", PAGE, re.M)
    assert len(decisions) == len(ENTERING)
    assert set(decisions) <= set(COMMANDS)


def test_the_life_that_is_told_is_the_life_that_is_lived():
    rows = re.findall(r"^\| (\d+) \| (.*) \| (\w+) \| (\w+) \|$", EXPLAINED, re.M)
    assert len(rows) == 11
    first = date(2026, 3, 1)
    sightings: dict[int, Sighting] = {}
    looks, entries = set(), []
    for number, event, _, cause in rows:
        day = int(number)
        amount = re.search(r"a run finds (\d+\.\d\d)", event)
        if amount:
            sightings[day] = Sighting("used_beyond_amount", Decimal(amount.group(1)))
        if event.startswith("a run"):
            looks.add(day)
            continue
        until = re.search(r"until day (\d+)", event)
        to = re.search(r" to (\w+)$", event)
        last = sightings[max(sightings)]
        entries.append(
            Entry(
                len(entries) + 1,
                first + timedelta(days=day),
                event.split()[0],
                cause,
                assigned_to=to.group(1) if to else None,
                waived_until=first + timedelta(days=int(until.group(1))) if until else None,
                accepted_finding=last.finding if until else None,
                accepted_amount=last.amount if until else None,
            )
        )
    # A look on every day that is told; what is not told is as on the day before.
    last_day = max(looks)
    told = {day: sightings.get(day) for day in looks}
    found: dict[date, Sighting] = {}
    standing = None
    for day in range(1, last_day + 1):
        standing = told.get(day, standing)
        if standing is not None:
            found[first + timedelta(days=day)] = standing
    changes = walk([first + timedelta(days=day) for day in range(1, last_day + 1)], found, entries)
    lived = [((change.changed_on - first).days, change.state, change.cause) for change in changes]
    assert lived == [(int(number), state, cause) for number, _, state, cause in rows]
    assert sum(state == "reopened" for _, state, _ in lived) == 3
