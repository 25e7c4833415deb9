"""`tieout charges`: what is allowed gets into the journal, what is not is refused with its reason, and it
shows at once.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from journal.charge_entries import Release
from journal.store import Journal
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.failures import EntryRefusedError, NotFoundError
from orchestration.home import Home
from orchestration.run.manifest import current_manifest
from tests.orchestration.charge_home import charge_home
from tests.orchestration.desk_home import desk_home, record_journal
from tests.orchestration.typed_commands import entered, typed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return charge_home(tmp_path)


def call(home: Home, *arguments: str, command: str = "charges") -> Result:
    return typed(home, command, *arguments)


def enter(home: Home, *arguments: str) -> tuple[int, dict]:
    return entered(home, "charges", *arguments)


def listed(home: Home, *arguments: str) -> list[str]:
    outcome = call(home, "list", *arguments, "--json")
    assert outcome.exception is None, outcome.exception
    return [charge["charge_key"] for charge in json.loads(outcome.stdout)]


def shown(home: Home, charge_id: str, *arguments: str) -> dict:
    return json.loads(call(home, "show", charge_id, *arguments, "--json").stdout)


def test_money_that_is_lost_first_comes_first(home: Home) -> None:
    assert listed(home) == ["A|CH1", "A|CH3", "A|CH2", "B|CH2", "A|CH4", "A|CH5"]


def test_a_list_can_be_narrowed_by_every_filter_of_the_report(home: Home) -> None:
    assert listed(home, "--company", "B") == ["B|CH2"]
    assert listed(home, "--location", "L2", "--run", "F2") == ["A|CH3", "A|CH5"]
    assert listed(home, "--reason-code", "fc01") == ["A|CH1", "A|CH2", "B|CH2"]
    assert listed(home, "--owner", "front desk", "--payer", "P2") == ["A|CH3", "A|CH4"]
    assert listed(home, "--older-than", "28") == ["A|CH4"]
    assert listed(home, "--older-than", "27") == ["A|CH1", "A|CH4"]
    assert listed(home, "--filing", "passed", "--filing", "not_evaluable") == ["A|CH4", "A|CH5"]
    assert listed(home, "--practice", "other") == []
    assert listed(home, "--status", "released", "--status", "voided") == ["A|CH6", "A|CH8"]


def test_the_table_says_how_much_is_close_to_the_limit(home: Home) -> None:
    printed = call(home, "list").stdout
    assert "6 charges, 520.00; 1 with 80.00 close to the filing limit" in printed


def test_a_narrow_terminal_breaks_no_word(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = call(home, "list").stdout
    assert "Authorization" in printed
    assert "2026-02-01" in printed
    assert "…" not in printed


def test_a_list_of_nothing_says_so(home: Home) -> None:
    assert call(home, "list", "--practice", "other").stdout.startswith("No failed charge is like that")


def test_a_charge_is_shown_with_its_reasons(home: Home) -> None:
    assert [reason["reason_code"] for reason in shown(home, "CH1")["reasons"]] == ["FC01", "FC09"]
    assert [charge["company_id"] for charge in shown(home, "CH2")] == ["A", "B"]
    assert shown(home, "B|CH2")["amount"] == "5.00"
    assert shown(home, "CH2", "--company", "B")["amount"] == "5.00"
    assert isinstance(call(home, "show", "CH99").exception, NotFoundError)
    assert "authorizations: Mend it." in call(home, "show", "CH1").stdout


def test_looking_makes_no_journal(home: Home) -> None:
    assert listed(home, "--run", "F1") == ["A|CH4"]
    assert not home.journal.exists()


def test_a_file_without_failed_charges_says_so(tmp_path: Path) -> None:
    assert isinstance(call(desk_home(tmp_path), "list").exception, NotFoundError)


def test_what_was_entered_shows_at_once(home: Home) -> None:
    code, result = enter(home, "reprocess", "--reason-code", "FC06", "--reason", "cards copied")
    assert (code, result["refused"]) == (exit_codes.RAN, [])
    assert sorted(result["allowed"]) == ["A|CH3", "A|CH4", "A|CH5"]
    assert {(e["person"], e["entered_on"], e["reason"]) for e in result["entries"]} == {
        ("maria", "2026-03-02", "cards copied")
    }
    assert listed(home, "--status", "reprocess_requested") == ["A|CH3", "A|CH4", "A|CH5"]
    now = shown(home, "CH3")
    assert (now["charge_status"], now["reprocess_requested_on"]) == ("reprocess_requested", "2026-03-02")
    assert [entry["action"] for entry in now["entries"]] == ["reprocess"]


def test_a_delay_comes_and_goes(home: Home) -> None:
    assert enter(home, "delay", "CH1", "--until", "2026-03-21", "--reason", "asked")[0] == exit_codes.RAN
    assert shown(home, "CH1")["delayed_until"] == "2026-03-21"
    assert "maria delay until 2026-03-21: asked" in call(home, "show", "CH1").stdout
    code, result = enter(home, "reprocess", "CH1")
    assert code == exit_codes.ENTRY_REFUSED
    assert "release it first" in result["refused"][0]["reason"]
    assert enter(home, "release", "--status", "delayed")[0] == exit_codes.RAN
    assert shown(home, "CH1")["charge_status"] == "failing"
    assert enter(home, "reprocess", "CH1")[0] == exit_codes.RAN


REFUSED = {
    "unknown charge": (["reprocess", "CH99"], "|CH99", "There is no failed charge"),
    "released by the last run": (["reprocess", "CH6"], "A|CH6", "so it is billed"),
    "answered by the payer": (["delay", "CH7", "--until", "2026-03-10"], "A|CH7", "answered"),
    "void claim": (["reprocess", "CH8"], "A|CH8", "is void"),
    "delay into the past": (["delay", "CH1", "--until", "2026-03-02"], "A|CH1", "over already on 2026-03-02"),
    "delay beyond filing": (["delay", "CH1", "--until", "2026-03-22"], "A|CH1", "until 2026-03-21"),
    "nothing to release": (["release", "CH1"], "A|CH1", "nothing to release"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(home: Home, case: str) -> None:
    arguments, key, sentence = REFUSED[case]
    code, result = enter(home, *arguments, "--reason", "because")
    assert code == exit_codes.ENTRY_REFUSED
    assert [refused["charge_key"] for refused in result["refused"]] == [key]
    assert sentence in result["refused"][0]["reason"]
    assert result["entries"] == []


def test_the_allowed_are_entered_beside_the_refused(home: Home) -> None:
    code, result = enter(home, "reprocess", "CH1", "CH6", "CH3")
    assert code == exit_codes.ENTRY_REFUSED
    assert [entry["subject_id"] for entry in result["entries"]] == ["A|CH1", "A|CH3"]
    assert [refused["charge_key"] for refused in result["refused"]] == ["A|CH6"]


def test_a_number_of_two_companies_needs_the_company(home: Home) -> None:
    outcome = call(home, "reprocess", "CH2", "--by", "maria")
    assert "several companies: A, B; add --company" in str(outcome.exception)
    _, result = enter(home, "reprocess", "CH2", "--company", "B")
    assert result["allowed"] == ["B|CH2"]
    _, result = enter(home, "reprocess", "A|CH2")
    assert result["allowed"] == ["A|CH2"]


def test_many_charges_need_a_yes(tmp_path: Path) -> None:
    home = charge_home(tmp_path, more_charges=101)
    _, trial = enter(home, "reprocess", "--run", "F9")
    assert (trial["is_trial"], len(trial["allowed"]), trial["entries"]) == (True, 101, [])
    assert not home.journal.exists()
    said = call(home, "reprocess", "--run", "F9", "--by", "maria").stdout
    assert "nothing entered; 101 charges would be" in said
    assert "add --yes" in said
    _, done = enter(home, "reprocess", "--run", "F9", "--yes")
    assert len(done["entries"]) == 101
    assert listed(home, "--run", "F9", "--status", "failing") == []


def test_a_trial_enters_nothing(home: Home) -> None:
    code, trial = enter(home, "reprocess", "CH1", "CH99", "--dry-run")
    assert (code, trial["allowed"], len(trial["refused"])) == (exit_codes.ENTRY_REFUSED, ["A|CH1"], 1)
    assert not home.journal.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reprocess", "CH1"), "--by"),
        (("reprocess", "--by", "maria"), "name the charges"),
        (("delay", "CH1", "--by", "maria"), "--until"),
        (("delay", "CH1", "--until", "tomorrow", "--by", "maria"), "not a date"),
        (("delay", "CH1", "--until", "2026-04-01", "--by", "maria"), "Say why"),
    ],
)
def test_usage_errors_enter_nothing(home: Home, arguments: tuple[str, ...], said: str) -> None:
    outcome = CliRunner().invoke(
        tieout, ["charges", *arguments, "--home", str(home.root)], env={"TIEOUT_PERSON": ""}
    )
    assert outcome.exit_code == exit_codes.USAGE
    assert said in outcome.stderr
    assert not home.journal.exists()


def test_a_published_day_is_closed(home: Home) -> None:
    outcome = call(home, "reprocess", "CH1", "--by", "maria", "--on", "2026-03-01")
    assert isinstance(outcome.exception, EntryRefusedError)


def test_somebody_faster_makes_it_a_conflict(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.desk import charge_desk as module

    judged = module.refusals

    def slowly(*arguments: object) -> dict[int, str]:
        monkeypatch.setattr(module, "refusals", judged)
        draft = Release(company_id="A", charge_record_id="CH1").draft()
        with Journal.open(home.journal) as journal:
            journal.append([draft], person="maria", entered_at=datetime.now(UTC), entered_on=date(2026, 3, 2))
        return judged(*arguments)

    monkeypatch.setattr(module, "refusals", slowly)
    outcome = call(home, "reprocess", "CH1", "CH3", "--by", "noor", "--on", "2026-03-02")
    assert isinstance(outcome.exception, EntryRefusedError)
    assert "maria entered release" in str(outcome.exception)
    assert listed(home, "--status", "reprocess_requested") == []


def test_entries_that_a_run_counted_are_not_counted_again(home: Home) -> None:
    enter(home, "reprocess", "CH1")
    manifest = current_manifest(home.published)
    with Journal.open(home.journal, create=False) as journal:
        head = journal.head()
    record_journal(manifest, *head)
    assert shown(home, "CH1")["charge_status"] == "reprocess_requested", "dated after the publish"
    manifest.content["as_of"] = "2026-03-02"
    record_journal(manifest, *head)
    now = shown(home, "CH1")
    assert now["charge_status"] == "failing", "the published file counts it, and says failing"
    assert [entry["action"] for entry in now["entries"]] == ["reprocess"]


def test_the_journal_lists_what_was_done_to_a_charge(home: Home) -> None:
    enter(home, "reprocess", "CH1", "CH3")
    lines = call(home, "list", "--charge", "CH3", "--json", command="journal").stdout.splitlines()
    assert [json.loads(line)["subject_id"] for line in lines] == ["A|CH3"]
    assert call(home, "list", "--charge", "A|CH3", command="journal").stdout.count("reprocess") == 1
    assert call(home, "verify", command="journal").return_value == exit_codes.RAN
