"""`tieout exceptions`: what is allowed gets into the journal, what is not is refused with its reason, and it
shows at once.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from journal.exception_entries import Acknowledge, Comment
from journal.frames import exception_entries_frame
from journal.store import Journal
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.desk.exception_desk import ExceptionDesk
from orchestration.desk.journal_access import Contained
from orchestration.failures import EntryRefusedError, NotFoundError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.settings import Settings
from tests.orchestration.desk_home import desk_home, record_journal
from tests.orchestration.exception_home import FINDINGS, exception_home, id_of, publish_exceptions
from tests.orchestration.typed_commands import entered, typed

MISSING, OTHER_MISSING, LOST = (id_of(key) for key in ("emr:EP1", "emr:EP2", "emr:EP3"))
OVER, DISBURSED = id_of("R7"), id_of("D7")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return exception_home(tmp_path)


def call(home: Home, *arguments: str, command: str = "exceptions") -> Result:
    return typed(home, command, *arguments)


def enter(home: Home, *arguments: str) -> tuple[int, dict]:
    return entered(home, "exceptions", *arguments)


def listed(home: Home, *arguments: str) -> list[str]:
    outcome = call(home, "list", *arguments, "--json")
    assert outcome.exception is None, outcome.exception
    return [one["business_key"] for one in json.loads(outcome.stdout)]


def shown(home: Home, exception_id: str) -> dict:
    return json.loads(call(home, "show", exception_id, "--json").stdout)


def test_the_most_urgent_come_first_and_dependents_behind_their_root(home: Home) -> None:
    assert listed(home) == [
        "emr:EP3", "receipts|L2|2026-02-27", "emr:EP2", "emr:EP1", "D7", "R7", "billing:BP9",
    ]  # fmt: skip


FILTERS = {
    "kind": (["--kind", "missing_in_billing"], ["emr:EP2", "emr:EP1"]),
    "owner": (["--owner", "payment posting"], ["D7", "R7"]),
    "severity": (["--severity", "critical"], ["emr:EP3", "receipts|L2|2026-02-27"]),
    "location": (["--location", "L2", "--severity", "warning"], ["emr:EP2"]),
    "patient": (["--patient", "P2"], ["emr:EP2", "billing:BP9"]),
    "age": (["--older-than", "8"], ["emr:EP3", "emr:EP1"]),
    "no age": (["--older-than", "9"], []),
    "amount": (["--amount-from", "20", "--amount-to", "35.00"], ["emr:EP2", "emr:EP1"]),
    "text": (["--text", "FEED SAYS"], ["emr:EP2"]),
    "text of a key": (["--text", "2026-02-27"], ["receipts|L2|2026-02-27"]),
    "root": (["--root", DISBURSED], ["R7"]),
    "status": (["--status", "waived"], []),
    "nobody's": (["--unassigned", "--location", "L2", "--kind", "missing_in_billing"], ["emr:EP2"]),
}


@pytest.mark.parametrize("name", FILTERS)
def test_the_queue_can_be_narrowed(home: Home, name: str) -> None:
    arguments, keys = FILTERS[name]
    assert listed(home, *arguments) == keys


def test_an_id_may_be_short_where_it_is_unique(home: Home) -> None:
    assert shown(home, OVER[:6])["business_key"] == "R7"
    assert isinstance(call(home, "show", OVER[:5]).exception, NotFoundError)
    assert isinstance(call(home, "show", "f" * 32).exception, NotFoundError)


def test_an_exception_is_shown_with_its_root_its_meaning_and_its_life(home: Home) -> None:
    over = shown(home, OVER)
    assert over["root"]["exception_id"] == DISBURSED
    assert "took more than the receipt still had" in over["because"]
    assert over["next_step"] == f"tieout exceptions show {DISBURSED}"
    root = shown(home, DISBURSED)
    assert (root["root"], [one["business_key"] for one in root["dependents"]]) == (None, ["R7"])
    assert root["next_step"] == "tieout receipts show R7"
    told = call(home, "show", LOST).stdout
    for said in ("2026-02-20 found: new", "2026-03-01 found: persisting", "persisting, since 2026-03-01"):
        assert said in told
    assert "In the EMR: send payment EP3 again; or enter it in billing for patient P1." in told
    assert f"tieout receipts show R7 --home {home.root}" in call(home, "show", DISBURSED).stdout


def test_looking_makes_no_journal(home: Home) -> None:
    assert listed(home, "--kind", "over_applied") == ["R7"]
    assert not home.journal.exists()


def test_a_file_without_exceptions_says_so(tmp_path: Path) -> None:
    assert isinstance(call(desk_home(tmp_path), "list").exception, NotFoundError)


def test_a_file_from_before_exceptions_were_worked_is_read(home: Home) -> None:
    with duckdb.connect(str(current_publication(home.published).data_file)) as connection:
        columns = connection.execute("select * from exceptions.exceptions limit 0").description
        kept = [name for name, *_ in columns][:21]
        assert kept[-1] == "row_number"
        connection.execute(
            "create or replace table exceptions.exceptions as"
            f" select {', '.join(kept)} from exceptions.exceptions"
        )
        connection.execute("drop table exceptions.history; drop table exceptions.root_causes")
    assert len(listed(home)) == len(FINDINGS)
    old = shown(home, OVER)
    assert (old["state"], old["root"], old["next_step"]) == ("open", None, f"tieout explain exception {OVER}")
    assert enter(home, "acknowledge", OVER)[0] == exit_codes.RAN
    assert shown(home, OVER)["status"] == "acknowledged"


def test_what_was_entered_shows_at_once_and_nothing_is_hidden(home: Home) -> None:
    code, result = enter(
        home, "waive", "--kind", "missing_in_billing", "--until", "2026-04-01", "--reason", "asked"
    )
    assert (code, result["refused"]) == (exit_codes.RAN, [])
    assert sorted(result["allowed"]) == sorted([MISSING, OTHER_MISSING])
    assert {(e["person"], e["entered_on"], e["reason"]) for e in result["entries"]} == {
        ("maria", "2026-03-02", "asked")
    }
    assert result["entries"][0]["details"]["kind"] == "missing_in_billing"
    assert listed(home, "--kind", "missing_in_billing") == []
    assert listed(home, "--status", "waived") == ["emr:EP2", "emr:EP1"]
    assert (
        "5 exceptions, 115.00 at stake\nof 7 with 170.00 in all: 5 open, 2 waived"
        in call(home, "list").stdout
    )
    one = shown(home, MISSING)
    assert (one["status"], one["state"], one["waived_until"]) == ("waived", "waived", "2026-04-01")
    assert [entry["action"] for entry in one["entries_since"]] == ["waive"]


def test_an_acceptance_keeps_what_was_accepted(home: Home) -> None:
    enter(home, "acknowledge", MISSING, "--reason", "known")
    with Journal.open(home.journal) as journal:
        (row,) = exception_entries_frame(journal.entries()).to_dicts()
    assert (row["accepted_finding"], str(row["accepted_amount"])) == ("no record in the claims feed", "20.00")
    assert (row["kind"], row["business_key"]) == ("missing_in_billing", "emr:EP1")


def test_work_goes_from_hand_to_hand(home: Home) -> None:
    assert enter(home, "assign", OVER[:8], "--to", "noor")[0] == exit_codes.RAN
    assert listed(home, "--assigned-to", "noor") == ["R7"]
    assert (shown(home, OVER)["assigned_to"], shown(home, OVER)["state"]) == ("noor", "assigned")
    assert "R7" not in listed(home, "--unassigned")
    assert enter(home, "assign", "--assigned-to", "noor", "--nobody")[0] == exit_codes.RAN
    assert shown(home, OVER)["assigned_to"] is None
    assert (
        enter(home, "comment", OVER, "-m", "asked the clinic")[1]["entries"][0]["reason"]
        == "asked the clinic"
    )
    assert enter(home, "resolve", OVER, "--reason", "reversed")[0] == exit_codes.RAN
    assert listed(home, "--status", "resolved") == ["R7"]
    assert enter(home, "reopen", "--status", "resolved")[0] == exit_codes.RAN
    assert shown(home, OVER)["status"] == "reopened"
    told = call(home, "list", "--exception", OVER[:8], command="journal")
    assert [line.split()[5] for line in told.stdout.splitlines()] == [
        "assign", "assign", "comment", "resolve", "reopen",
    ]  # fmt: skip


REFUSED = {
    "unknown": (["acknowledge", "0" * 32], "0" * 32, "The last run found no exception"),
    "to the same person": (["assign", "--to", "noor", OVER], OVER, "noor has it already"),
    "from nobody": (["assign", "--nobody", MISSING], MISSING, "nothing to take away"),
    "open already": (["reopen", MISSING], MISSING, "nothing to reopen"),
    "waived into the past": (
        ["waive", MISSING, "--until", "2026-03-02"],
        MISSING,
        "over already on 2026-03-02",
    ),
    "waived for ever": (["waive", MISSING, "--until", "2027-03-04"], MISSING, "give a day up to 2027-03-03"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(home: Home, case: str) -> None:
    enter(home, "assign", OVER, "--to", "noor")
    arguments, subject, sentence = REFUSED[case]
    code, result = enter(home, *arguments, "--reason", "because")
    assert code == exit_codes.ENTRY_REFUSED
    assert [refused["exception_id"] for refused in result["refused"]] == [subject]
    assert sentence in result["refused"][0]["reason"]
    assert result["entries"] == []


def test_the_allowed_are_entered_beside_the_refused(home: Home) -> None:
    enter(home, "acknowledge", MISSING)
    code, result = enter(home, "acknowledge", MISSING, OTHER_MISSING)
    assert code == exit_codes.ENTRY_REFUSED
    assert [entry["subject_id"] for entry in result["entries"]] == [OTHER_MISSING]
    assert "acknowledged already" in result["refused"][0]["reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["waive", MISSING, "--until", "2026-04-01"], "Say why it is waived"),
        (["resolve", MISSING], "Say what was done"),
        (["acknowledge"], "name the exceptions"),
        (["assign", MISSING], "--to whom, or --nobody"),
        (["assign", MISSING, "--to", "noor", "--nobody"], "--to whom, or --nobody"),
        (["list", "--amount-from", "1.234"], "dollars and cents"),
        (["list", "--amount-from", "nan"], "dollars and cents"),
        (["list", "--amount-from", "much"], "write it as 12.50"),
    ],
)
def test_a_command_that_cannot_be_understood_says_why(home: Home, arguments: list[str], said: str) -> None:
    by = [] if arguments[0] == "list" else ["--by", "maria", "--on", "2026-03-02"]
    outcome = call(home, *arguments, *by)
    assert said in str(getattr(outcome.exception, "message", outcome.exception))
    assert not home.journal.exists()


def test_more_than_a_hundred_need_a_yes(tmp_path: Path) -> None:
    home = exception_home(tmp_path, more=120)
    code, result = enter(home, "acknowledge", "--kind", "escrow_aged")
    assert (code, result["is_trial"], result["entries"]) == (exit_codes.RAN, True, [])
    assert len(result["allowed"]) == 120
    assert not enter(home, "acknowledge", "--kind", "escrow_aged", "--yes")[1]["is_trial"]
    assert listed(home, "--kind", "escrow_aged") == []


def test_two_people_on_one_exception_and_the_second_is_told(home: Home) -> None:
    settings = Settings()
    contained = Contained.in_publication(current_publication(home.published))
    draft = Comment(exception_id=MISSING, reason="mine")
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with connect(home.published) as connection, Journal.open(home.journal) as journal:
        desk = ExceptionDesk(connection, contained, journal, settings)
        theirs = Acknowledge(exception_id=MISSING, what_was_found="anything", amount_at_stake=None)
        journal.append([theirs.draft()], person="maria", entered_at=moment, entered_on=date(2026, 3, 2))
        with pytest.raises(EntryRefusedError, match="maria entered acknowledge") as conflict:
            desk.enter(journal, [draft], person="noor", entered_at=moment, on=date(2026, 3, 2))
        assert "look again" in str(conflict.value)
        assert journal.head().entry_number == 1
        # Somebody at another exception is not disturbed.
        other = Comment(exception_id=LOST, reason="mine")
        assert desk.enter(journal, [other], person="noor", entered_at=moment, on=date(2026, 3, 2)).entries


def test_the_next_run_counts_what_was_entered_and_the_desk_shows_it_once(home: Home) -> None:
    enter(home, "assign", OVER, "--to", "noor")
    enter(home, "waive", MISSING, "--until", "2026-03-10", "--reason", "asked")
    enter(home, "resolve", LOST, "--reason", "sent again")
    with Journal.open(home.journal) as journal:
        entries, head = exception_entries_frame(journal.entries()), journal.head()
    later = [row for row in FINDINGS if row[1] != "emr:EP2"]
    manifest = publish_exceptions(home, findings=later, on=date(2026, 3, 2), entries=entries)
    record_journal(manifest, head.entry_number, head.entry_hash)
    assert [shown(home, one)["status"] for one in (OVER, MISSING, LOST)] == ["open", "waived", "reopened"]
    lost = shown(home, LOST)
    assert (lost["changed_because"], lost["entries_since"]) == ("still_found", [])
    assert [change["cause"] for change in lost["history"]] == ["found", "resolve", "still_found"]
    assert shown(home, OVER)["assigned_to"] == "noor"
    assert "maria assign to noor" in call(home, "show", OVER).stdout
    assert isinstance(call(home, "show", OTHER_MISSING).exception, NotFoundError)


def test_a_waiver_is_over_on_its_day_also_for_who_looks_before_the_run(home: Home) -> None:
    enter(home, "waive", MISSING, "--until", "2026-03-05", "--reason", "asked")
    with Journal.open(home.journal) as journal:
        entries, head = exception_entries_frame(journal.entries()), journal.head()
    manifest = publish_exceptions(home, on=date(2026, 3, 2), entries=entries)
    record_journal(manifest, head.entry_number, head.entry_hash)
    outcome = typed(
        home, "exceptions", "reopen", MISSING, "--by", "maria", "--on", "2026-03-05", "--json",
    )  # fmt: skip
    assert "nothing to reopen" in json.loads(outcome.stdout)["refused"][0]["reason"]
    outcome = typed(home, "exceptions", "reopen", MISSING, "--by", "maria", "--on", "2026-03-04", "--json")
    assert json.loads(outcome.stdout)["refused"] == []


@pytest.mark.parametrize(
    "command", ["list", "show", "assign", "comment", "acknowledge", "resolve", "waive", "reopen"]
)
def test_every_command_teaches_with_an_example(command: str) -> None:
    told = CliRunner().invoke(tieout, ["exceptions", command, "--help"]).stdout
    assert f"tieout exceptions {command}" in told
