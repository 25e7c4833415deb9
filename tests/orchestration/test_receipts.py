"""`tieout receipts`: what is allowed gets into the journal, what is not is refused with its reason, and what
was entered shows at once.
"""

import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from journal.receipt_entries import SetStatus
from journal.receipt_refusals import Circumstances
from journal.store import Journal
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.desk.journal_access import Contained
from orchestration.desk.receipt_desk import ReceiptDesk
from orchestration.failures import EntryRefusedError, JournalFaultError, NotFoundError, SettingsError
from orchestration.home import Home
from orchestration.published_file import connect
from orchestration.run.manifest import current_manifest
from orchestration.settings import load_settings
from tests.orchestration.desk_home import desk_home, record_journal
from tests.orchestration.test_command_line import HEAVY
from tests.orchestration.typed_commands import entered, typed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return desk_home(tmp_path)


def call(home: Home, *arguments: str, command: str = "receipts") -> Result:
    return typed(home, command, *arguments)


def enter(home: Home, *arguments: str) -> tuple[int, dict]:
    return entered(home, "receipts", *arguments)


def listed(home: Home, *arguments: str) -> list[str]:
    outcome = call(home, "list", *arguments, "--json")
    assert outcome.exception is None, outcome.exception
    return [receipt["receipt_id"] for receipt in json.loads(outcome.stdout)]


def shown(home: Home, receipt_id: str) -> dict:
    return json.loads(call(home, "show", receipt_id, "--json").stdout)


def test_a_list_can_be_narrowed_by_everything_that_receipts_have_in_common(home: Home) -> None:
    assert listed(home, "--status", "Error") == ["R1", "R4"]
    assert listed(home, "--status", "Error", "--status", "Hold", "--location", "L2") == ["R3", "R4"]
    assert listed(home, "--code", "NO_CLAIM_FOUND") == ["R1"]
    assert listed(home, "--type", "Co-Pay", "--patient", "P2") == ["R4"]
    assert listed(home, "--received-to", "2026-02-19") == []
    assert len(listed(home)) == 8


def test_a_file_without_codes_says_so(tmp_path: Path) -> None:
    home = desk_home(tmp_path, with_codes=False)
    assert isinstance(call(home, "list", "--code", "NO_CLAIM_FOUND").exception, NotFoundError)
    assert listed(home, "--status", "Error") == ["R1", "R4"]


def test_looking_makes_no_journal(home: Home) -> None:
    assert listed(home, "--status", "New") == ["R5"]
    assert not home.journal.exists()


def test_a_bulk_change_is_entered_shown_and_attributed(home: Home) -> None:
    code, result = enter(
        home,
        "set-status",
        "--status",
        "Error",
        "--to",
        "Hold",
        "--hold-until",
        "2026-04-01",
        "--reason",
        "ask",
    )
    assert (code, result["allowed"], result["refused"]) == (exit_codes.RAN, ["R1", "R4"], [])
    assert [(e["person"], e["entered_on"], e["reason"]) for e in result["entries"]] == [
        ("maria", "2026-03-02", "ask"),
        ("maria", "2026-03-02", "ask"),
    ]
    assert listed(home, "--status", "Error") == []
    assert listed(home, "--status", "Hold") == ["R1", "R3", "R4"]
    assert listed(home, "--code", "SET_BY_PERSON") == ["R1", "R4"]
    assert shown(home, "R1")["hold_until"] == "2026-04-01"


REFUSED = {
    "unknown receipt": (["set-status", "R99", "--to", "New"], "R99", "There is no receipt"),
    "hold date in the past": (
        ["set-status", "R1", "--to", "Hold", "--hold-until", "2026-03-01"],
        "R1",
        "hold date is in the past",
    ),
    "another patient's claim": (["link", "R1", "--claim", "C2"], "R1", "another patient"),
    "void claim": (["link", "R1", "--claim", "C3"], "R1", "or it is void"),
    "unknown code": (["disburse", "R1", "--amount", "1", "--code", "X"], "R1", "code is unknown"),
    "more than escrow": (
        ["disburse", "R3", "--amount", "30.01", "--code", "O"],
        "R3",
        "less money in escrow",
    ),
    "nothing to undo": (["undo-disbursement", "R1", "journal-1"], "R1", "no such disbursement"),
    "refund of escrow": (["refund", "R1", "--amount", "1", "--method", "Check"], "R1", "still has money"),
    "refund over credit": (["refund", "R2", "--amount", "40.01", "--method", "Check"], "R2", "larger than"),
    "reversed twice": (["reverse", "R6"], "R6", "reversed before"),
    "a reversal": (["set-status", "R6-R", "--to", "New"], "R6-R", "stays as it is"),
    "a pass of an error": (["force-pass", "R1"], "R1", "New and Hold receipts only"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(home: Home, case: str) -> None:
    arguments, receipt_id, sentence = REFUSED[case]
    code, result = enter(home, *arguments)
    assert code == exit_codes.ENTRY_REFUSED
    assert [refused["receipt_id"] for refused in result["refused"]] == [receipt_id]
    assert sentence in result["refused"][0]["reason"]
    assert result["entries"] == []


def test_the_allowed_are_entered_beside_the_refused(home: Home) -> None:
    code, result = enter(home, "force-pass", "R1", "R3", "R5")
    assert code == exit_codes.ENTRY_REFUSED
    assert [entry["subject_id"] for entry in result["entries"]] == ["R3", "R5"]
    assert [refused["receipt_id"] for refused in result["refused"]] == ["R1"]


def test_money_follows_what_was_entered(home: Home) -> None:
    code, result = enter(home, "disburse", "R3", "--amount", "30.00", "--code", "O")
    assert code == exit_codes.RAN
    now = shown(home, "R3")
    assert (now["status"], now["disbursed"], now["unapplied"]) == ("Completed", "30.00", "0.00")
    disbursement = f"journal-{result['entries'][0]['entry_number']}"
    assert now["disbursements"] == {disbursement: "30.00"}
    assert enter(home, "disburse", "R3", "--amount", "0.01", "--code", "O")[0] == exit_codes.ENTRY_REFUSED
    assert enter(home, "undo-disbursement", "R3", disbursement)[0] == exit_codes.RAN
    assert shown(home, "R3")["unapplied"] == "30.00"


def test_two_refunds_of_one_patient_share_the_credit(home: Home) -> None:
    assert enter(home, "refund", "R2", "--amount", "25.00", "--method", "Check")[0] == exit_codes.RAN
    code, result = enter(home, "refund", "R7", "--amount", "15.01", "--method", "Check")
    assert code == exit_codes.ENTRY_REFUSED
    assert "larger than the patient's credit" in result["refused"][0]["reason"]
    assert enter(home, "refund", "R7", "--amount", "15.00", "--method", "Check")[0] == exit_codes.RAN


def test_links_to_what_is_the_patients_are_taken(home: Home) -> None:
    assert enter(home, "link", "R1", "--claim", "C1")[0] == exit_codes.RAN
    assert enter(home, "link", "R4", "--appointment", "A2")[0] == exit_codes.RAN
    assert (shown(home, "R1")["claim_id"], shown(home, "R4")["appointment_id"]) == ("C1", "A2")


def test_many_receipts_need_a_yes(tmp_path: Path) -> None:
    home = desk_home(tmp_path, more_receipts=101)
    every = ("set-status", "--location", "L9", "--to", "Ignore")
    _, trial = enter(home, *every)
    assert (trial["is_trial"], len(trial["allowed"]), trial["entries"]) == (True, 101, [])
    assert not home.journal.exists()
    _, done = enter(home, *every, "--yes")
    assert len(done["entries"]) == 101
    assert listed(home, "--location", "L9", "--status", "New") == []


def test_a_trial_enters_nothing(home: Home) -> None:
    code, trial = enter(home, "set-status", "R1", "R99", "--to", "New", "--dry-run")
    assert (code, trial["allowed"], len(trial["refused"])) == (exit_codes.ENTRY_REFUSED, ["R1"], 1)
    assert not home.journal.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set-status", "R1", "--to", "New"), "--by"),
        (("set-status", "--to", "New", "--by", "maria"), "name the receipts"),
        (("set-status", "R1", "--to", "Completed", "--by", "maria"), "Completed"),
        (("disburse", "R1", "--amount", "1.005", "--code", "O", "--by", "maria"), "whole cents"),
        (("disburse", "R1", "--amount", "ten", "--code", "O", "--by", "maria"), "not an amount"),
        (("link", "R1", "--by", "maria"), "one claim or to one appointment"),
    ],
)
def test_usage_errors_enter_nothing(home: Home, arguments: tuple[str, ...], said: str) -> None:
    outcome = CliRunner().invoke(
        tieout, ["receipts", *arguments, "--home", str(home.root)], env={"TIEOUT_PERSON": ""}
    )
    assert outcome.exit_code == exit_codes.USAGE
    assert said in outcome.stderr
    assert not home.journal.exists()


def test_a_published_day_is_closed(home: Home) -> None:
    outcome = call(home, "set-status", "R1", "--to", "New", "--by", "maria", "--on", "2026-03-01")
    assert isinstance(outcome.exception, EntryRefusedError)
    assert call(home, "set-status", "R1", "--to", "New", "--by", "maria").exception is None
    entry = json.loads(call(home, "list", "--json", command="journal").stdout)
    assert date.fromisoformat(entry["entered_on"]) > date(2026, 3, 1)


def test_somebody_faster_makes_it_a_conflict(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.desk import receipt_desk as module

    judged = module.refusals

    def slowly(drafts: list, states: dict, circumstances: Circumstances) -> dict[int, str]:
        monkeypatch.setattr(module, "refusals", judged)
        draft = SetStatus(receipt_id="R1", status="Ignore").draft()
        with Journal.open(home.journal) as journal:
            journal.append([draft], person="maria", entered_at=datetime.now(UTC), entered_on=date(2026, 3, 2))
        return judged(drafts, states, circumstances)

    monkeypatch.setattr(module, "refusals", slowly)
    outcome = call(home, "set-status", "R1", "R4", "--to", "New", "--by", "noor", "--on", "2026-03-02")
    assert isinstance(outcome.exception, EntryRefusedError)
    assert "maria entered set_status" in str(outcome.exception)
    assert (shown(home, "R1")["status"], shown(home, "R4")["status"]) == ("Ignore", "Error")


def test_entries_that_a_run_counted_are_not_counted_again(home: Home) -> None:
    _, first = enter(home, "disburse", "R3", "--amount", "5.00", "--code", "O")
    manifest = current_manifest(home.published)
    with Journal.open(home.journal, create=False) as journal:
        head = journal.head()
    # The entry is dated after the publish, so a file as of that day cannot contain it.
    record_journal(manifest, *head)
    assert shown(home, "R3")["disbursed"] == "5.00"
    manifest.content["as_of"] = "2026-03-02"
    record_journal(manifest, *head)
    now = shown(home, "R3")
    assert (now["disbursed"], now["entries_since"]) == ("0.00", [])
    assert now["disbursements"] == {f"journal-{first['entries'][0]['entry_number']}": "5.00"}


def test_a_journal_that_is_gone_is_not_taken_for_an_empty_one(home: Home) -> None:
    record_journal(current_manifest(home.published), 3, "a" * 64)
    assert isinstance(call(home, "list").exception, JournalFaultError)


def test_the_journal_can_be_listed_verified_and_copied(home: Home, tmp_path: Path) -> None:
    enter(home, "set-status", "R1", "R4", "--to", "New")
    lines = call(home, "list", "--receipt", "R4", "--json", command="journal").stdout.splitlines()
    assert [json.loads(line)["subject_id"] for line in lines] == ["R4"]
    assert call(home, "verify", command="journal").return_value == exit_codes.RAN
    for _ in range(2):
        assert call(home, "export", str(tmp_path / "copy.sqlite"), command="journal").exception is None
    with Journal.open(tmp_path / "copy.sqlite", create=False) as copy:
        assert copy.head().entry_number == 2
    record_journal(current_manifest(home.published), 2, "a" * 64)
    assert call(home, "verify", command="journal").return_value == exit_codes.JOURNAL_FAULT


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom orchestration.command import tieout\n"
        "for name in ('receipts', 'charges', 'journal', 'explain', 'what-if', 'restatement'):\n"
        "    assert CliRunner().invoke(tieout, [name, '--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert outcome.stdout == "[]\n"


@pytest.mark.parametrize("address", ["mysql://host/name", "journal.sqlite"])
def test_only_postgresql_can_be_named_for_the_journal(tmp_path: Path, address: str) -> None:
    (tmp_path / "settings.yml").write_text(f"journal: {address}\n")
    with pytest.raises(SettingsError, match="postgresql://"):
        load_settings(tmp_path / "settings.yml")


def test_no_acknowledged_entry_of_500_is_lost_when_the_command_is_killed(tmp_path: Path) -> None:
    home = desk_home(tmp_path, more_receipts=100)
    rng = random.Random(2711)
    acknowledged: set[int] = set()
    rounds = kills = 0
    while len(acknowledged) < 500:
        rounds += 1
        to = ("Hold", "New")[rounds % 2]
        arguments = ["receipts", "set-status", "--location", "L9", "--to", to, "--on", "2026-03-02", "--json"]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "orchestration.command",
                *arguments,
                "--home",
                str(home.root),
                "--by",
                "m",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        if rounds % 2:
            time.sleep(rng.uniform(0.3, 1.5))
            process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
        kills += process.returncode == -signal.SIGKILL
        if process.returncode == exit_codes.RAN:
            acknowledged |= {entry["entry_number"] for entry in json.loads(output)["entries"]}
    with Journal.open(home.journal, create=False) as journal:
        assert journal.verify() == []
        kept = [entry.entry_number for entry in journal.entries()]
    assert acknowledged <= set(kept)
    assert len(kept) % 100 == 0, "a call is entered in one piece or not at all"
    assert kills > 0


NEW = (
    "new",
    "--patient",
    "P7",
    "--amount",
    "25.00",
    "--type",
    "Co-Pay",
    "--method",
    "Cash",
    "--location",
    "L1",
)


def test_a_new_receipt_is_entered_shown_and_acted_on(home: Home) -> None:
    code, result = enter(home, *NEW, "--received-on", "2026-03-01", "--check", "77", "--reason", "by mail")
    assert (code, result["allowed"]) == (exit_codes.RAN, ["J-1"])
    (entry,) = result["entries"]
    assert (entry["action"], entry["reason"], entry["details"]["amount"]) == (
        "new_receipt",
        "by mail",
        "25.00",
    )
    assert shown(home, "J-1")["unapplied"] == "25.00"
    assert listed(home, "--patient", "P7") == ["J-1"]
    assert listed(home, "--patient", "P7", "--status", "Error") == []
    assert enter(home, "disburse", "J-1", "--amount", "25.00", "--code", "O")[0] == exit_codes.RAN
    assert shown(home, "J-1")["status"] == "Completed"
    assert enter(home, "disburse", "J-1", "--amount", "0.01", "--code", "O")[0] == exit_codes.ENTRY_REFUSED


def test_an_equal_receipt_is_entered_when_somebody_says_that_it_is_another(home: Home) -> None:
    def again(*more: str) -> Result:
        equal = ("--patient", "P1", "--amount", "100.00", "--received-on", "2026-02-20", "--type", "Co-Pay")
        place = ("--method", "Check", "--location", "L1", "--by", "maria", "--on", "2026-03-02")
        return call(home, "new", *equal, *place, *more, "--json")

    assert "already" in str(again().exception)
    assert not home.journal.exists()
    outcome = again("--another")
    assert outcome.exception is None, outcome.exception
    (entry,) = json.loads(outcome.stdout)["entries"]
    assert entry["details"]["besides"] == ["R1"]
    assert "already" in str(again().exception)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--received-on", "2026-03-03", "dated after today"),
        ("--type", "Copay", "choose one of"),
        ("--method", "Shells", "choose one of"),
        ("--location", "L404", "no such location"),
    ],
)
def test_a_new_receipt_that_cannot_be_is_refused(home: Home, option: str, value: str, sentence: str) -> None:
    code, result = enter(home, *NEW, "--received-on", "2026-03-01", option, value)
    assert code == exit_codes.ENTRY_REFUSED
    assert sentence in result["refused"][0]["reason"]


def test_two_people_who_enter_the_same_payment_at_once_enter_it_once(home: Home) -> None:
    with connect(home.published) as connection, Journal.open(home.journal) as journal:
        contained = Contained.in_publication(current_manifest(home.published))
        desks = [ReceiptDesk(connection, contained, journal, load_settings(home.settings)) for _ in range(2)]
        drafts = [
            desk.new_receipt(
                is_another=False, patient_id="P7", received_on=date(2026, 3, 1), amount=Decimal("25.00"),
                receipt_type="Co-Pay", payment_method="Cash", location_id="L1",
            )
            for desk in desks
        ]  # fmt: skip
        entered_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
        desks[0].enter(journal, drafts[:1], person="maria", entered_at=entered_at, on=date(2026, 3, 2))
        with pytest.raises(EntryRefusedError, match="maria entered new_receipt for receipt J-1"):
            desks[1].enter(journal, drafts[1:], person="noor", entered_at=entered_at, on=date(2026, 3, 2))
        assert journal.head().entry_number == 1
