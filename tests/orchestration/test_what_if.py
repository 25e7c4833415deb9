"""`tieout what-if`: the same answer as a practice that has those settings, and nothing published."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import synthetic
from ingestion.bronze import BronzeStore
from ingestion.intake import take_landing
from journal.receipt_entries import SetStatus
from journal.store import Journal
from orchestration.command import tieout
from orchestration.failures import SettingsError
from orchestration.home import Home
from orchestration.settings import BEGINNING, Settings
from orchestration.what_if.settings import KNOWN, history_of, read_changes

CHANGED = ("--set", "copay_hold_days=2", "--set", "receipt_disbursement=pro_rata")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, date]:
    """A small practice group with its files taken in, and its last day."""
    root = tmp_path_factory.mktemp("practice") / "home"
    last_on = synthetic.write_world(root, seed=11, clinics=2, days=15, receipts=80, faults=False).last_on
    home = Home(root)
    home.create()
    take_landing(home.landing, BronzeStore(home.bronze), run_id="r", as_of=last_on, progress=None)
    return home, last_on


def what_if(home: Home, as_of: date, *arguments: str) -> dict[str, Any]:
    given = ["what-if", *arguments, "--as-of", as_of.isoformat(), "--home", str(home.root), "--json"]
    outcome = CliRunner().invoke(tieout, given, standalone_mode=False)
    assert outcome.exception is None, outcome.exception
    return json.loads(outcome.stdout)


def side(result: dict[str, Any], which: str) -> dict[str, tuple[int, str]]:
    """Name -> count and amount of one side, what is not there left out."""
    return {
        figure["name"]: (figure[f"count_{which}"], figure[f"amount_{which}"])
        for figure in result["figures"]
        if figure[f"count_{which}"] or figure["name"] in ("escrow", "credits")
    }


def test_it_equals_a_practice_that_has_those_settings(practice: tuple[Home, date], tmp_path: Path) -> None:
    home, last_on = practice
    asked = what_if(home, last_on, *CHANGED)
    assert asked["receipts_changed"] > 0 < asked["patients_touched"]
    assert side(asked, "before") != side(asked, "after")

    fresh = Home(tmp_path / "home")
    shutil.copytree(home.root, fresh.root)
    content = yaml.safe_load(fresh.settings.read_text()) or {}
    wanted = {"copay_hold_days": 2, "receipt_disbursement": "pro_rata"}
    content["posting"] = {**content.get("posting", {}), **wanted}
    for change in content.get("changes", []):
        for name in wanted:
            change.pop(name, None)
    fresh.settings.write_text(yaml.safe_dump(content))
    unchanged = what_if(fresh, last_on, *CHANGED)
    assert side(unchanged, "before") == side(asked, "after")
    assert (unchanged["receipts_changed"], unchanged["patients_touched"]) == (0, 0)
    assert unchanged["biggest_movers"] == []


def test_it_publishes_and_keeps_nothing(practice: tuple[Home, date]) -> None:
    home, last_on = practice
    before = sorted(path.relative_to(home.root) for path in home.root.rglob("*"))
    what_if(home, last_on, "--set", "credit_hold_days=0", "--from", last_on.isoformat())
    assert sorted(path.relative_to(home.root) for path in home.root.rglob("*")) == before


def test_what_people_entered_counts_on_both_sides(practice: tuple[Home, date], tmp_path: Path) -> None:
    home, last_on = practice
    copy = Home(tmp_path / "home")
    shutil.copytree(home.root, copy.root)
    held = BronzeStore(copy.bronze).scan("receipts").collect()
    receipt_id = held.filter(held["payer_class"] == "Patient").sort("receipt_id")["receipt_id"][0]
    draft = SetStatus(receipt_id=receipt_id, status="Ignore").draft()
    with Journal.open(copy.journal) as journal:
        journal.append([draft], person="maria", entered_at=datetime.now(UTC), entered_on=last_on)
    result = what_if(copy, last_on, "--set", "copay_hold_days=7")
    assert side(result, "before")["Ignore"][0] == side(result, "after")["Ignore"][0] == 1


def test_an_unknown_setting_names_the_known() -> None:
    with pytest.raises(SettingsError) as refused:
        read_changes({"copay_hold_day": "14"})
    assert all(name in str(refused.value) for name in KNOWN)


@pytest.mark.parametrize(
    "assignment", ["copay_hold_days=soon", "receipt_disbursement=random", "copay_hold_days=-1"]
)
def test_an_impossible_value_is_refused(assignment: str) -> None:
    name, _, text = assignment.partition("=")
    with pytest.raises(SettingsError, match=name):
        read_changes({name: text})


def test_values_are_read_as_their_setting_wants_them() -> None:
    assert read_changes({
        "copay_hold_days": "14", "copay_procedures_only": "on", "skip_statuses": "Legal, Dispute",
        "claim_done_status": "",
    }) == {
        "copay_hold_days": 14, "copay_procedures_only": True, "skip_statuses": ("Legal", "Dispute"),
        "claim_done_status": "",
    }  # fmt: skip


def test_a_change_holds_from_its_day_on_whatever_the_practice_changes_later() -> None:
    settings = Settings.model_validate(
        {
            "posting": {"copay_hold_days": 3},
            "changes": [{"effective_from": "2026-03-01", "copay_hold_days": 5}],
        }
    )
    history = history_of(settings, {"copay_hold_days": 14}, date(2026, 2, 1))
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1)]
    assert [history.in_force(day)[1].copay_hold_days for day in days] == [3, 14, 14]
    always = history_of(settings, {"copay_hold_days": 14}, BEGINNING)
    assert [always.in_force(day)[1].copay_hold_days for day in days] == [14, 14, 14]
    assert [history_of(settings).in_force(day)[1].copay_hold_days for day in days] == [3, 3, 5]
