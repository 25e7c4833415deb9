"""`tieout profile` says what a run would do, and the handbook's page about vendors is true."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ingestion.profiles import read_profile
from orchestration import exit_codes
from orchestration.command.profile import command
from orchestration.failures import SettingsError
from tests.ingestion.workbooks import RECEIPTS, workbook

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-vendor.md"
CANARY = "CANARY JANE DOE"


def block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]


def asked(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(command, [str(each) for each in arguments])


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    (tmp_path / "practice" / "profiles").mkdir(parents=True)
    (tmp_path / "harbor.csv").write_text(block("csv"), encoding="utf-8")
    return tmp_path / "practice"


def code_of(result: Result) -> int:
    return result.return_value if result.exit_code == 0 else result.exit_code


def test_the_page_about_vendors_is_true(tmp_path: Path, practice: Path):
    first = CliRunner().invoke(command, [str(tmp_path / "harbor.csv")], standalone_mode=False)
    assert code_of(first) == exit_codes.UNHEALTHY
    assert "would be set aside: the header fits no source (unknown_header)" in first.output
    assert "header in row 3" in first.output
    profile = practice / "profiles" / "harbor.yml"
    asked(tmp_path / "harbor.csv", "--source", "emr_payments", "--write", profile)
    drafted = yaml.safe_load(profile.read_text())
    assert (drafted["decimal_mark"], drafted["dates"]) == (",", ["%d.%m.%Y"])
    assert drafted["columns"]["patient_id"] == "Patient"
    assert drafted["columns"]["charge_type"] == "???"
    profile.write_text(block("yaml"))
    again = CliRunner(env={"COLUMNS": "160"}).invoke(
        command, [str(tmp_path / "harbor.csv"), "--home", str(practice)], standalone_mode=False
    )
    assert code_of(again) == exit_codes.RAN
    for line in block("text").splitlines():
        assert line in again.output
    assert re.search(r"6 +│ patient_id +│ not_as_long_as_the_profile_says", again.output)
    assert re.search(r"7 +│ charge_type +│ in_closed_list", again.output)


def test_a_draft_can_be_read_as_a_profile_and_matches_nothing_before_it_is_finished(
    tmp_path: Path, practice: Path
):
    profile = practice / "profiles" / "harbor.yml"
    asked(tmp_path / "harbor.csv", "--source", "emr_payments", "--write", profile)
    assert read_profile(profile).source == "emr_payments"
    assert "would be set aside" in asked(tmp_path / "harbor.csv", "--home", practice).output


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_no_protected_value_is_shown(tmp_path: Path, name: str):
    """Neither in rows that are kept nor in those that are refused, nor of a file without a header."""
    header = [*RECEIPTS[0], "Patient Name"]
    lines = [
        header,
        [*RECEIPTS[1], CANARY],
        [CANARY] * 8,
        ["1", "Patient", "Co-Pay", "L1", CANARY, CANARY, "New", CANARY],
    ]
    as_text = "\n".join(",".join(line) for line in lines)
    (tmp_path / "a.csv").write_text(as_text)
    (tmp_path / "a.xlsx").write_bytes(workbook({"Log": lines}))
    shown = asked(tmp_path / name).output
    assert "1 kept + 2 refused" in shown
    assert "CANARY" not in shown
    without_header = [[CANARY, "1", "2"], [CANARY, "3", "4"]]
    (tmp_path / "a.csv").write_text("\n".join(",".join(line) for line in without_header))
    (tmp_path / "a.xlsx").write_bytes(workbook({"Log": without_header}))
    shown = asked(tmp_path / name).output
    assert "--header-row" in shown
    assert "CANARY" not in shown


def test_interchanges_and_broken_workbooks_are_told_too(tmp_path: Path):
    (tmp_path / "a.edi").write_bytes(b"ISA*00*short")
    assert "X12" in asked(tmp_path / "a.edi").output
    (tmp_path / "a.xlsx").write_bytes(workbook({"Log": RECEIPTS})[:-9])
    assert "damaged (broken_workbook)" in asked(tmp_path / "a.xlsx").output


def test_a_draft_overwrites_nothing_and_asks_for_what_it_lacks(tmp_path: Path, practice: Path):
    there = practice / "profiles" / "there.yml"
    there.write_text("")
    refused = asked(tmp_path / "harbor.csv", "--source", "receipts", "--write", there)
    assert (refused.exit_code, "is there already" in refused.output) == (exit_codes.USAGE, True)
    (tmp_path / "nothing.csv").write_text("a;b\n1;2\n")
    refused = asked(tmp_path / "nothing.csv", "--write", practice / "profiles" / "x.yml")
    assert "--header-row" in refused.output
    refused = asked(tmp_path / "nothing.csv", "--header-row", 1, "--write", practice / "profiles" / "x.yml")
    assert "--source" in refused.output
    assert asked(tmp_path / "nothing.csv", "--source", "nowhere").exit_code == exit_codes.USAGE


def test_a_wrong_profile_stops_a_run_at_its_start(tmp_path: Path):
    from orchestration.run.nightly import open_run

    (tmp_path / "settings.yml").write_text("practice_name: P\ntime_zone: America/New_York\n")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "acme.yml").write_text("title: Acme\nsource: nowhere\n")
    with (
        pytest.raises(SettingsError, match=r"^profiles/acme\.yml, source: is not one of "),
        open_run(tmp_path),
    ):
        pass
    assert not (tmp_path / "bronze").exists()
