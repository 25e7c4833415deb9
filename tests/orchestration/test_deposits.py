"""`tieout deposits`: what could be several payments is listed, a choice shows at once, others are refused."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result

from orchestration import exit_codes
from orchestration.failures import NotFoundError
from orchestration.home import Home
from orchestration.published_file import current_publication
from orchestration.run.durable import write_atomically
from orchestration.run.manifest import manifest_text
from tests.orchestration.published import publish_by_hand
from tests.orchestration.typed_commands import typed

COLUMNS = (
    "deposit_id varchar, expected_key varchar, status varchar, bank_amount decimal(18, 2),"
    " expected_amount decimal(18, 2), match_group_key varchar, suggested_keys varchar, chosen_by varchar"
)
# deposit, payment, status, bank, books, group, suggested, chosen by
PIECES = [
    ("D1", None, "ambiguous", "55", "0", "g", None, None),
    ("D2", None, "ambiguous", "55", "0", "g", None, None),
    (None, "remittance|E", "ambiguous", "0", "55", "g", None, None),
    (None, "remittance|F", "ambiguous", "0", "55", "g", None, None),
    ("D3", "remittance|A", "matched", "100", "100", "9|D3", None, None),
    ("D4", None, "deposit_without_remittance", "30", "0", "9|D4", "remittance|S1+remittance|S2", None),
    (None, "remittance|S1", "waiting_for_deposit", "0", "10", "x", None, None),
    (None, "remittance|S2", "remittance_without_deposit", "0", "20", "y", None, None),
    (None, "return|R", "waiting_for_deposit", "0", "-55", "z", None, None),
]
ON = ("--by", "maria", "--on", "2026-06-20")


def publish(root: Path, pieces: list[tuple[Any, ...]] = PIECES, as_of: date = date(2026, 6, 19)) -> Home:
    home = Home(root)
    manifest = publish_by_hand(home, as_of)
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute(
            f"create table marts.deposit_reconciliation ({COLUMNS}, bank_account varchar default '9',"
            " deposited_on date default '2026-06-04', channel varchar default 'electronic',"
            " payer_identifier varchar default '19', candidate_count bigint, expected_on date default"
            " '2026-06-04', expected_kind varchar default 'remittance', trace_number varchar,"
            " location_id varchar, receipt_id varchar, remittance_key varchar)"
        )
        connection.executemany(
            "insert into marts.deposit_reconciliation (deposit_id, expected_key, status, bank_amount,"
            " expected_amount, match_group_key, suggested_keys, chosen_by) values (?, ?, ?, ?, ?, ?, ?, ?)",
            pieces,
        )
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return publish(tmp_path)


def call(home: Home, *arguments: str) -> Result:
    return typed(home, "deposits", *arguments)


def listed(home: Home, *named: str) -> dict[str, tuple[list[str], list[str]]]:
    outcome = call(home, "list", *named, "--json")
    assert outcome.exception is None, outcome.exception
    return {
        row["entry_key"]: ([one["expected_key"] for one in row["candidates"]], row["chosen_payments"])
        for row in json.loads(outcome.stdout)
    }


def choose(home: Home, *names: str, reason: str = "bank advice of June 4") -> Result:
    return call(home, "choose", *names, "--reason", reason, *ON)


def refused(outcome: Result, sentence: str) -> None:
    assert outcome.return_value == exit_codes.ENTRY_REFUSED, outcome.output
    assert sentence in outcome.stderr


def test_what_could_be_several_payments_is_listed_with_them(home: Home) -> None:
    both = ["remittance|E", "remittance|F"]
    assert listed(home) == {"9|D1": (both, []), "9|D2": (both, [])}
    assert listed(home, "D4") == {"9|D4": (["remittance|S1", "remittance|S2"], [])}
    assert "9|D1  electronic of payer 19, 2026-06-04: 55.00, ambiguous" in call(home, "list").stdout


def test_a_choice_shows_at_once_and_its_payment_is_nobody_elses(home: Home) -> None:
    outcome = choose(home, "D1", "remittance|F")
    assert outcome.return_value == exit_codes.RAN, outcome.output
    assert listed(home) == {
        "9|D1": (["remittance|F", "remittance|E"], ["remittance|F"]),
        "9|D2": (["remittance|E"], []),
    }
    assert "* remittance|F" in call(home, "list", "D1").stdout
    refused(choose(home, "D2", "remittance|F"), "maria chose remittance|F for the entry 9|D1")
    refused(choose(home, "D1", "remittance|E"), "take that back first")
    (row,) = json.loads(call(home, "list", "D1", "--json").stdout)
    assert row["entries"][0]["details"] == {"bank_amount": "55.00", "payments": [["remittance|F", "55.00"]]}


def test_a_choice_is_taken_back(home: Home) -> None:
    refused(call(home, "undo", "D1", "--reason", "wrong", *ON), "nothing to take back")
    choose(home, "D1", "remittance|F")
    assert call(home, "undo", "D1", "--reason", "wrong day", *ON).return_value == exit_codes.RAN
    assert choose(home, "D2", "remittance|F").return_value == exit_codes.RAN


def test_a_suggestion_becomes_a_match_by_a_person_only(home: Home) -> None:
    outcome = choose(home, "D4", "remittance|S1", "remittance|S2")
    assert outcome.return_value == exit_codes.RAN, outcome.output


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("D3", "remittance|E"), "explained already (matched)"),
        (("D9", "remittance|E"), "The bank has no entry D9"),
        (("D1", "remittance|A"), "explained already (matched)"),
        (("D1", "remittance|none"), "expect no payment"),
        (("D1", "return|R"), "moves the other way"),
    ],
)
def test_what_is_not_open_on_both_sides_is_refused(home: Home, names: tuple[str, ...], sentence: str) -> None:
    refused(choose(home, *names), sentence)


def test_without_a_reason_or_twice_the_same_nothing_is_chosen(home: Home) -> None:
    assert "Say why" in str(call(home, "choose", "D1", "remittance|E", *ON).exception)
    assert "chosen twice" in str(choose(home, "D1", "remittance|E", "remittance|E").exception)


def test_a_choice_that_the_run_kept_can_be_undone_and_chosen_otherwise(home: Home, tmp_path: Path) -> None:
    choose(home, "D1", "remittance|E")
    kept = [
        ("D1", "remittance|E", "matched", "55", "55", "9|D1", None, "maria"),
        ("D2", "remittance|F", "matched", "55", "55", "9|D2", None, None),
    ]
    publish(tmp_path, kept, date(2026, 6, 20))
    assert listed(home) == {"9|D1": (["remittance|E"], ["remittance|E"])}
    call(home, "undo", "D1", "--reason", "wrong", "--by", "noor", "--on", "2026-06-21")
    outcome = call(
        home, "choose", "D1", "remittance|E", "--reason", "no, right", "--by", "noor", "--on", "2026-06-21"
    )
    assert outcome.return_value == exit_codes.RAN, outcome.output


def test_a_choice_whose_amount_changed_says_so(home: Home, tmp_path: Path) -> None:
    choose(home, "D1", "remittance|E")
    changed = [("D1", None, "ambiguous", "56", "0", "g", None, None), *PIECES[1:]]
    publish(tmp_path, changed, date(2026, 6, 20))
    manifest = current_publication(home.published)
    inputs = manifest.content["inputs"] | {"journal": {"entry_number": 1, "entry_hash": ""}}
    write_atomically(manifest.path, manifest_text(manifest.content | {"inputs": inputs}))
    assert "an amount has changed since" in call(home, "list", "D1").stdout


def test_a_file_from_before_deposits_were_chosen_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish_by_hand(home, date(2026, 6, 19))
    assert isinstance(call(home, "list").exception, NotFoundError)
