"""`tieout remittances`: what is held is listed, a release shows at once, what is not allowed is refused."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from orchestration import exit_codes
from orchestration.failures import NotFoundError
from orchestration.home import Home
from tests.orchestration.published import publish_by_hand
from tests.orchestration.typed_commands import entered, typed

# key, trace, standing, held for
REMITTANCES = [
    ("K1", "T1", "counted", None),
    ("K2", "T1", "trace_seen_before", "trace_seen_before"),
    ("K3", "T3", "conflicting_trace", "conflicting_trace"),
    ("K4", "T3", "duplicate", None),
    ("K5", "T5", "debit", None),
]
WHY = ("--reason", "both are at the bank")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    manifest = publish_by_hand(home, date(2026, 3, 1))
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute(
            "create or replace table marts.era_dashboard (remittance_key varchar, trace_number varchar,"
            " standing varchar, held_for varchar, released_on date, payer_key varchar default '1900000001',"
            " payer_name varchar default 'PLAIN PLAN', payment_on date default '2026-02-20',"
            " check_amount decimal(18, 2) default 100)"
        )
        connection.executemany(
            "insert into marts.era_dashboard (remittance_key, trace_number, standing, held_for)"
            " values (?, ?, ?, ?)",
            REMITTANCES,
        )
    return home


def call(home: Home, *arguments: str) -> Result:
    return typed(home, "remittances", *arguments)


def listed(home: Home, *named: str) -> dict[str, bool]:
    outcome = call(home, "list", *named, "--json")
    assert outcome.exception is None, outcome.exception
    return {row["remittance_key"]: row["is_released"] for row in json.loads(outcome.stdout)}


def test_what_is_held_is_listed(home: Home) -> None:
    assert listed(home) == {"K2": False, "K3": False, "K4": False, "K5": False}
    assert listed(home, "T1") == {"K1": False, "K2": False}
    assert "held for: trace seen before" in call(home, "list", "K2").stdout


def test_a_release_shows_at_once_and_can_be_taken_back(home: Home) -> None:
    # The trace is that of a payment that counts, and of one that is held.
    code, result = entered(home, "remittances", "release", "T1", *WHY)
    assert (code, result["allowed"]) == (exit_codes.RAN, ["K2"])
    assert listed(home)["K2"]
    assert "maria release: both are at the bank" in call(home, "list", "K2").stdout
    assert entered(home, "remittances", "hold", "K2", "--reason", "one payment")[0] == exit_codes.RAN
    assert not listed(home)["K2"]


def test_what_is_not_allowed_is_refused_beside_the_rest(home: Home) -> None:
    code, result = entered(home, "remittances", "release", "K3", "K5", "NOBODY", *WHY)
    assert code == exit_codes.ENTRY_REFUSED
    assert result["allowed"] == ["K3"]
    assert [row["remittance_key"] for row in result["refused"]] == ["K5", "NOBODY"]


def test_a_trace_of_several_needs_the_key(home: Home) -> None:
    outcome = call(home, "release", "T3", *WHY, "--by", "maria")
    assert "name one of K3, K4" in str(outcome.exception)


def test_a_release_needs_a_reason(home: Home) -> None:
    assert "Say why" in str(call(home, "release", "K2", "--by", "maria").exception)


def test_a_file_from_before_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish_by_hand(home, date(2026, 3, 1))
    assert isinstance(call(home, "list").exception, NotFoundError)
