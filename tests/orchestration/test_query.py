"""`tieout query`: every digit, and nothing but reading the published file."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.command import tieout
from orchestration.failures import NothingPublishedError, QueryRefusedError
from orchestration.home import Home
from tests.orchestration.published import publish_by_hand


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("published"))
    publish_by_hand(home, date(2026, 1, 31))
    return home


def query(home: Home, sql: str, style: str = "csv") -> Result:
    return CliRunner().invoke(tieout, ["query", sql, "--home", str(home.root), "--format", style])


ALL = "from marts.receipts order by receipt_id"


def test_csv_has_every_digit(home: Home) -> None:
    rows = list(csv.DictReader(io.StringIO(query(home, ALL).stdout)))
    assert rows == [
        {"receipt_id": "R1", "amount": "90071992547409.93", "received_on": "2026-01-05"},
        {"receipt_id": "R2", "amount": "-0.10", "received_on": ""},
    ]


def test_text_of_a_csv_is_harmless_in_a_spreadsheet(home: Home) -> None:
    sql = "select '=1+1' as \"=a\", ['=2'] as b, -1.50 as c"
    assert query(home, sql).stdout == "'=a,b,c\n'=1+1,['=2'],-1.50\n"
    assert json.loads(query(home, sql, "json").stdout)[0]["=a"] == "=1+1"


def test_json_has_amounts_as_text_and_counts_as_numbers(home: Home) -> None:
    rows = json.loads(query(home, ALL, "json").stdout)
    assert rows[0] == {"receipt_id": "R1", "amount": "90071992547409.93", "received_on": "2026-01-05"}
    assert rows[1]["received_on"] is None
    assert json.loads(query(home, "select count(*) as n from marts.receipts", "json").stdout) == [{"n": 2}]
    assert json.loads(query(home, "from marts.receipts where false", "json").stdout) == []


def test_the_table_shows_the_rows(home: Home) -> None:
    assert "90071992547409.93" in query(home, ALL, "table").stdout


@pytest.mark.parametrize(
    "sql",
    [
        "insert into marts.receipts values ('R3', 1, null)",
        "delete from marts.receipts",
        "create table marts.more (id integer)",
        "drop table marts.receipts",
        "from read_csv('/etc/hostname')",
        "from read_text('/etc/hostname')",
        "from '/etc/hostname'",
        "from glob('/*')",
        "copy marts.receipts to '{place}/leak.csv'",
        "export database '{place}/leak'",
        "attach '{place}/leak.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma profiling_output = '{place}/leak.json'",
        "set temp_directory = '{place}'",
        "no such sql",
    ],
)
def test_anything_but_reading_is_refused(home: Home, sql: str, tmp_path: Path) -> None:
    outcome = query(home, sql.format(place=tmp_path))
    assert isinstance(outcome.exception, QueryRefusedError)
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_before_the_first_run_there_is_nothing_to_ask(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(tieout, ["query", "select 1", "--home", str(tmp_path)])
    assert isinstance(outcome.exception, NothingPublishedError)


def test_docs_tell_what_the_columns_are(home: Home) -> None:
    shown = CliRunner().invoke(tieout, ["docs", "marts.receipts", "--home", str(home.root)]).stdout
    assert "What was received." in shown
    assert "receipt_id (key)" in shown
    assert "One row per receipt." in CliRunner().invoke(tieout, ["docs", "--home", str(home.root)]).stdout


def test_docs_of_an_unknown_table_names_the_known(home: Home) -> None:
    outcome = CliRunner().invoke(tieout, ["docs", "marts.none", "--home", str(home.root)])
    assert outcome.exit_code == 2
    assert "marts.receipts" in outcome.stderr
