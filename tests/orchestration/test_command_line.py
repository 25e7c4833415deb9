"""The command line itself: quick help, exit codes, and no surprises on the screen."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration import exit_codes
from orchestration.command import COMMANDS, tieout
from orchestration.home import Home
from tests.orchestration.published import publish_by_hand

HEAVY = ("dagster", "dagster_dbt", "dbt", "duckdb", "great_expectations", "numpy", "polars", "pyarrow")


def real(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.command", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom orchestration.command import tieout\n"
        "for arguments in (['--help'], ['run', '--help'], ['query', '--help']):\n"
        "    assert CliRunner().invoke(tieout, arguments).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert outcome.stdout == "[]\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    outcome = CliRunner().invoke(tieout, [command, "--help"])
    assert outcome.exit_code == 0
    assert len(outcome.stdout.splitlines()) > 5


def test_help_lists_every_exit_code() -> None:
    shown = CliRunner().invoke(tieout, ["--help"]).stdout
    codes = [value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)]
    assert set(codes) == set(exit_codes.MEANINGS)
    assert all(f"{code} " in shown for code in codes)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run",), exit_codes.USAGE, "--home"),
        (("run", "--home", "nowhere-at-all"), exit_codes.USAGE, "there is no folder"),
        (("unknown",), exit_codes.USAGE, "No such command"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...], code: int, said: str) -> None:
    outcome = real(*arguments)
    assert (outcome.returncode, outcome.stdout) == (code, "")
    assert said in outcome.stderr


@pytest.mark.parametrize(
    ("as_of", "said"),
    [("yesterday", "is not a date"), ("2026-02-30", "is not a date"), ("sample-end", "dated folder")],
)
def test_a_wrong_date_is_a_usage_error(tmp_path: Path, as_of: str, said: str) -> None:
    Home(tmp_path).create()
    outcome = CliRunner().invoke(tieout, ["run", "--home", str(tmp_path), "--as-of", as_of])
    assert outcome.exit_code == exit_codes.USAGE
    assert said in outcome.stderr


def test_faulty_settings_end_with_their_own_code_and_start_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_text("time_zone: Mars\n")
    outcome = real("run", "--home", str(tmp_path), "--as-of", "2026-01-05")
    assert outcome.returncode == exit_codes.SETTINGS
    assert "time_zone" in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["settings.yml"]


def test_status_before_and_after_a_publish(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    arguments = ["status", "--home", str(tmp_path), "--json"]
    assert json.loads(CliRunner().invoke(tieout, arguments).stdout)["published_file"] is None
    manifest = publish_by_hand(home, date(2026, 1, 31))
    status = json.loads(CliRunner().invoke(tieout, arguments).stdout)
    assert (status["published_file"], status["as_of"]) == (str(manifest.data_file), "2026-01-31")


def test_doctor_is_content_with_a_sound_home(tmp_path: Path) -> None:
    publish_by_hand(Home(tmp_path), date(2026, 1, 31))
    outcome = CliRunner().invoke(tieout, ["doctor", "--home", str(tmp_path)], standalone_mode=False)
    assert "FAIL" not in outcome.stdout
    assert outcome.return_value == exit_codes.RAN


@pytest.mark.parametrize("harm", ["settings", "published", "manifest", "bronze"])
def test_doctor_finds_what_is_wrong(tmp_path: Path, harm: str) -> None:
    home = Home(tmp_path)
    manifests = [publish_by_hand(home, date(2026, 1, day)) for day in (30, 31)]
    if harm == "settings":
        home.settings.write_text("no_such: 1\n")
    elif harm == "published":
        manifests[1].data_file.write_bytes(b"cut")
    elif harm == "manifest":
        manifests[0].path.unlink()
    else:
        (home.bronze / "log").mkdir()
        (home.bronze / "log" / "00000002.json").write_text("{}")
    outcome = CliRunner().invoke(tieout, ["doctor", "--home", str(tmp_path)], standalone_mode=False)
    assert outcome.stdout.count("FAIL") == 1
    assert outcome.return_value == exit_codes.UNHEALTHY


def test_a_fault_of_the_program_shows_no_message_of_an_engine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from orchestration import command as module

    def broken(**_: object) -> None:
        raise ValueError("Original Line: 2,JOHN DOE,120.00")

    monkeypatch.setattr(module.tieout, "main", broken)
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == exit_codes.UNEXPECTED
    assert "JOHN" not in capsys.readouterr().err
