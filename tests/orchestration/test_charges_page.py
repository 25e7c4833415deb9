"""The handbook's page about failed charges is true: its commands run, and the list is what is printed."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.home import Home
from tests.orchestration.charge_home import charge_home

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "work-failed-charges.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^tieout ((?:charges|journal) .*) --home practice$", PAGE, re.M)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return charge_home(tmp_path)


def call(home: Home, command: str) -> Result:
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
    # The hand-made file is of March 1; whoever reads the page works on the day after the last run.
    dated = ["--on", "2026-03-02"] if words[1] in ("reprocess", "delay", "release") else []
    return CliRunner(env={"TIEOUT_PERSON": "maria", "COLUMNS": "120"}).invoke(
        tieout, [*words, *dated, "--home", str(home.root)], standalone_mode=False
    )


def test_the_commands_of_the_page_run_in_their_order(home: Home):
    assert len(COMMANDS) >= 12
    for command in COMMANDS:
        outcome = call(home, command)
        assert outcome.exception is None, command
        assert outcome.return_value in (None, exit_codes.RAN), f"{command}\n{outcome.stderr}"


def test_the_list_on_the_page_is_what_is_printed(home: Home):
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert call(home, "charges list").stdout == shown


def test_the_decisions_in_the_table_are_those_of_the_block_below():
    decisions = re.findall(r"^\| .* \| `tieout (charges .*)` \|$", PAGE, re.M)
    assert len(decisions) == 3
    assert set(decisions) <= set(COMMANDS)
