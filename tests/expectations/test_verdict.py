"""Every rung of the ladder, and that a worse one always wins."""

from dataclasses import fields
from itertools import product

import duckdb
import pytest

from expectations.verdict import GREEN, LADDER, MEANINGS, Grounds, grounds_of_warehouse, verdict

RUNG_OF_GROUND = {
    "missing_files": "incomplete",
    "unproven": "incomplete",
    "critical": "breaks",
    "other": "warnings",
    "waived": "warnings",
    "pending": "pending",
}


def test_each_ground_is_on_a_rung():
    assert set(RUNG_OF_GROUND) == {field.name for field in fields(Grounds)}
    assert set(MEANINGS) == set(LADDER)


@pytest.mark.parametrize("present", list(product([0, 1, 70_000], repeat=len(RUNG_OF_GROUND)))[::5])
def test_the_worst_ground_decides(present):
    grounds = dict(zip(RUNG_OF_GROUND, present, strict=True))
    rungs = [RUNG_OF_GROUND[name] for name, count in grounds.items() if count] or ["reconciled"]
    found = verdict(Grounds(**grounds))
    assert found.word == min(rungs, key=LADDER.index)
    assert found.is_green == (found.word == GREEN) == (not any(present))


def test_the_sentence_counts_what_it_stands_on():
    assert verdict(Grounds()).sentence == "reconciled: everything ties"
    assert verdict(Grounds(pending=2)).sentence == "pending: 2 items within the waiting time"
    worst = verdict(Grounds(missing_files=1, unproven=2, critical=1, other=3_000, waived=1, pending=1))
    assert worst.sentence == (
        "incomplete: 1 missing file, 2 sums that are not proven, 1 critical exception,"
        " 3,000 other exceptions, 1 waived exception, 1 item within the waiting time"
    )


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute("create schema exceptions")
        connection.execute("create schema marts")
        connection.execute(
            "create table exceptions.exceptions (kind varchar, severity varchar, status varchar)"
        )
        connection.execute(
            "create table marts.period_tie_outs"
            " (period_kind varchar, role varchar, amount decimal(18, 2), item_count bigint)"
        )
        yield connection


@pytest.mark.parametrize(
    ("exceptions", "tie_outs", "word"),
    [
        ([], [], "reconciled"),
        ([], [("month", "remainder", 0, 0), ("month", "total", 5, 3)], "reconciled"),
        ([], [("month", "pending", 5, 1)], "pending"),
        ([], [("day", "pending", 5, 1)], "reconciled"),
        ([("only_in_billing", "warning", "open")], [("month", "pending", 5, 1)], "warnings"),
        ([("posted_by_hand", "info", "open")], [], "warnings"),
        ([("negative_escrow", "critical", "waived")], [], "warnings"),
        ([("negative_escrow", "critical", "open")], [], "breaks"),
        ([("negative_escrow", "critical", "reopened"), ("x", "info", "open")], [], "breaks"),
        ([("expected_file_missing", "critical", "open")], [], "incomplete"),
        ([("expected_file_missing", "critical", "waived")], [], "warnings"),
        ([("expected_file_late", "info", "open")], [], "warnings"),
        ([], [("month", "remainder", "-0.01", 0)], "incomplete"),
    ],
)
def test_what_is_published_is_counted(warehouse, exceptions, tie_outs, word):
    for row in exceptions:
        warehouse.execute("insert into exceptions.exceptions values (?, ?, ?)", row)
    for row in tie_outs:
        warehouse.execute("insert into marts.period_tie_outs values (?, ?, ?, ?)", row)
    assert verdict(grounds_of_warehouse(warehouse)).word == word
