"""`tieout restatement`: every row that differs, what of it is about the past, and sums that tie."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.failures import NotFoundError
from orchestration.home import Home
from orchestration.restatement.differences import differences
from orchestration.run.durable import write_atomically
from orchestration.run.manifest import Manifest, manifest_text
from tests.orchestration.published import publish_by_hand

EARLIER, LATER = date(2026, 1, 31), date(2026, 2, 15)
Rows = list[tuple[str | None, str, str, int | None, str]]
"""receipt_id, amount, received_on, days in escrow, load_id."""

BEFORE: Rows = [
    ("R1", "10.00", "2026-01-05", 26, "a"),
    ("R2", "20.00", "2026-01-06", None, "a"),
    ("R3", "30.00", "2026-01-07", None, "a"),
    ("R6", "5.00", "2026-01-08", None, "a"),
]
AFTER: Rows = [
    ("R1", "10.00", "2026-01-05", 41, "b"),  # read again, and older; not changed
    ("R2", "25.50", "2026-01-06", None, "b"),  # corrected
    ("R4", "7.00", "2026-01-30", None, "b"),  # late
    ("R5", "8.00", "2026-02-10", None, "c"),  # new business
    ("R6", "4.00", "2026-01-08", None, "a"),  # its own row is the old one; another source changed it
]


def publish(home: Home, as_of: date, rows: Rows) -> Manifest:
    manifest = publish_by_hand(home, as_of)
    write_marts(manifest.data_file, rows)
    total = sum((Decimal(amount) for _, amount, *_ in rows), Decimal("0.00"))
    write_atomically(
        manifest.path,
        manifest_text({**manifest.content, "control_totals": {"receipts": {"amount": str(total)}}}),
    )
    return manifest


def write_marts(data_file: Path, rows: Rows) -> None:
    with duckdb.connect(str(data_file)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("drop table if exists marts.receipts")
        connection.execute(
            "create table marts.receipts (receipt_id varchar primary key, amount decimal(18, 2),"
            " received_on date, days_in_escrow integer, load_id varchar)"
        )
        connection.execute("create table marts.keyless (word varchar, word_amount decimal(18, 2))")
        connection.execute(
            "create table marts.loads as from (values ('a', '1.csv', date '2026-01-31'),"
            " ('b', '2.csv', '2026-02-01'), ('c', '3.csv', '2026-02-10')) as l(load_id, file_name, loaded_on)"
        )
        if rows:
            connection.executemany("insert into marts.receipts values (?, ?, ?, ?, ?)", rows)
            # Equal rows without a key are as many rows as there are.
            connection.executemany("insert into marts.keyless values ('x', ?)", [[row[1]] for row in rows])
            connection.executemany("insert into marts.keyless values ('x', ?)", [[row[1]] for row in rows])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    publish(home, EARLIER, BEFORE)
    publish(home, LATER, AFTER)
    return home


def call(home: Home, *arguments: str) -> Result:
    given_ = ["restatement", *arguments, "--home", str(home.root)]
    return CliRunner().invoke(tieout, given_, standalone_mode=False)


def restated(home: Home, *arguments: str) -> dict[str, dict[str, Any]]:
    outcome = call(home, *arguments, "--json")
    assert outcome.exception is None, outcome.exception
    assert outcome.return_value == exit_codes.RAN
    return {mart["table"]: mart for mart in json.loads(outcome.stdout)["marts"]}


def test_rows_are_told_apart_and_the_past_from_the_new(home: Home) -> None:
    mart = restated(home, "--as-of", "2026-01-31")["marts.receipts"]
    assert (mart["rows_added"], mart["rows_removed"], mart["rows_changed"]) == (2, 1, 2)
    assert (mart["rows_restated"], mart["rows_changed_indirectly"]) == (4, 1)
    assert mart["amounts"] == [
        {"column": "amount", "before": "65.00", "added": "15.00", "removed": "-30.00", "changed": "4.50",
         "after": "54.50", "remainder": "0.00"}
    ]  # fmt: skip
    assert mart["loads"] == [
        {"load_id": "b", "file_name": "2.csv", "loaded_on": "2026-02-01", "rows_added": 1, "rows_changed": 1},
        {"load_id": "c", "file_name": "3.csv", "loaded_on": "2026-02-10", "rows_added": 1, "rows_changed": 0},
    ]


def test_a_file_does_not_differ_from_itself(home: Home) -> None:
    for mart in restated(home, "--as-of", "2026-01-31", "--against", "2026-01-31").values():
        assert (mart["rows_added"], mart["rows_removed"], mart["rows_changed"]) == (0, 0, 0)


def test_sums_that_do_not_tie_are_an_error(home: Home) -> None:
    manifest = publish(home, date(2026, 2, 16), AFTER)
    manifest.content["control_totals"] = {"receipts": {"amount": "50.49"}}
    write_atomically(manifest.path, manifest_text(manifest.content))
    outcome = call(home, "--as-of", "2026-01-31")
    assert outcome.return_value == exit_codes.UNEXPECTED
    assert "DOES NOT TIE: marts.receipts.amount" in outcome.stdout


def test_what_is_not_there_can_be_made(home: Home) -> None:
    missing = call(home, "--as-of", "2026-01-15").exception
    assert isinstance(missing, NotFoundError)
    assert "tieout run --as-of 2026-01-15" in str(missing)
    next(home.published.glob("tieout-20260131*.duckdb")).unlink()
    removed = call(home, "--as-of", "2026-01-31").exception
    assert isinstance(removed, NotFoundError)
    assert "was removed" in str(removed)


row = st.tuples(
    st.decimals(min_value=-1000, max_value=1000, places=2).map(str),
    st.dates(date(2026, 1, 1), date(2026, 2, 28)).map(str),
    st.one_of(st.none(), st.integers(0, 50)),
    st.sampled_from("abc"),
)
world = st.dictionaries(st.sampled_from([f"R{number}" for number in range(8)]), row, max_size=8)


@given(before=world, after=world)
def test_the_rows_always_explain_the_whole_difference(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, Any], after: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("files")
    for name, rows in (("earlier", before), ("later", after)):
        write_marts(folder / f"{name}.duckdb", [(key, *facts) for key, facts in rows.items()])
    found = {
        mart.table: mart for mart in differences(folder / "earlier.duckdb", folder / "later.duckdb", EARLIER)
    }
    assert all(bridge.remainder == 0 for mart in found.values() for bridge in mart.amounts)
    receipts = found["marts.receipts"]
    assert receipts.rows_added == len(after.keys() - before.keys())
    assert receipts.rows_removed == len(before.keys() - after.keys())
    assert receipts.rows_changed == sum(
        before[key][:2] != after[key][:2] for key in before.keys() & after.keys()
    )
