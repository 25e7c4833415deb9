"""Sixty days of runs: faults appear, change, clear and return, people work them, and every state has its day.

The truth is a table: for each exception the days on which it is there and as what, what people entered, and
every change that must come of it. The journal, the observations in bronze and the schema `exceptions` are the
real ones; only the findings are planted. No run is made on a Sunday, some are made twice, some are killed.
"""

import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.catalogue import Catalogue, load_catalogue
from expectations.exceptions import observed_in, told, write_exceptions
from expectations.findings import prepare
from expectations.observations import EXCEPTION_ENTRIES, ObservationHistory
from ingestion.bronze import BronzeStore
from journal.exception_entries import Acknowledge, Assign, Comment, ExceptionDraft, Reopen, Resolve, Waive
from journal.frames import exception_entries_frame
from journal.store import Journal

DAYS = 60
FIRST = date(2026, 3, 2)  # a Monday
KIND = "over_applied"
CATALOGUE = Catalogue(suites=tuple(suite for suite in load_catalogue().suites if suite.mart == "receipts"))
TABLES = ("exceptions", "lives", "history", "metrics", "kinds", "root_causes")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def is_run(number: int) -> bool:
    return day(number).weekday() != 6


@dataclass(frozen=True)
class Planned:
    """One exception: (from, to, amount, finding) while it is there, what is entered when, and the truth."""

    there: list[tuple[int, int, str, str]]
    truth: list[str]
    entered: dict[int, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)


USED, OPPOSITE = "used_beyond_amount", "used_with_opposite_sign"


def stays(start: int = 0, end: int = DAYS - 1, amount: str = "10.00", finding: str = USED) -> tuple:
    return start, end, amount, finding


ACKNOWLEDGED = ("acknowledge", {"reason": "known"})
PLAN = {
    "STEADY": Planned([stays()], ["0 new found", "1 persisting found"]),
    "LATE": Planned([stays(10)], ["10 new found", "11 persisting found"]),
    "LAST-DAY": Planned([stays(59)], ["59 new found"]),
    "CLEARS": Planned([stays(0, 18)], ["0 new found", "1 persisting found", "19 cleared not_found"]),
    # Gone on a Sunday: the run of Monday is the first that can know.
    "CLEARS-ON-SUNDAY": Planned([stays(3, 19)], [
        "3 new found", "4 persisting found", "21 cleared not_found",
    ]),
    "ONLY-ON-A-SUNDAY": Planned([stays(6, 6)], []),
    "RETURNS": Planned(
        [stays(0, 9), stays(25, 29), stays(45)],
        ["0 new found", "1 persisting found", "10 cleared not_found", "25 reopened found_again",
         "30 cleared not_found", "45 reopened found_again"],
    ),
    "ONE-NIGHT": Planned([stays(7, 7), stays(9, 9)], [
        "7 new found", "8 cleared not_found", "9 reopened found_again", "10 cleared not_found",
    ]),
    "ACKNOWLEDGED": Planned([stays()], [
        "0 new found", "1 persisting found", "5 acknowledged acknowledge",
    ], {5: [ACKNOWLEDGED]}),
    "AMOUNT-CHANGES": Planned([stays(0, 29), stays(30, amount="12.00")], [
        "0 new found", "1 persisting found", "5 acknowledged acknowledge", "30 reopened amount_changed",
        "33 acknowledged acknowledge",
    ], {5: [ACKNOWLEDGED], 33: [("acknowledge", {"amount": "12.00"})]}),
    "CHANGES-AND-BACK": Planned([stays(0, 32), stays(33, 35, finding=OPPOSITE), stays(36)], [
        "0 new found", "1 persisting found", "4 acknowledged acknowledge", "33 reopened finding_changed",
    ], {4: [ACKNOWLEDGED]}),
    "WAIVED": Planned([stays()], [
        "0 new found", "1 persisting found", "12 waived waive", "40 reopened waiver_ended",
        "43 waived waive",
    ], {12: [("waive", {"until": 40})], 43: [("waive", {"until": 200})]}),
    "WAIVED-TO-A-SUNDAY": Planned([stays()], [
        "0 new found", "1 persisting found", "15 waived waive", "20 reopened waiver_ended",
    ], {15: [("waive", {"until": 20})]}),
    "WAIVED-AND-WORSE": Planned([stays(0, 21), stays(22, amount="99.00")], [
        "0 new found", "1 persisting found", "12 waived waive", "22 reopened amount_changed",
    ], {12: [("waive", {"until": 40})]}),
    "WAIVED-GONE-AND-BACK": Planned([stays(0, 21), stays(28)], [
        "0 new found", "1 persisting found", "12 waived waive", "22 cleared not_found",
        "28 reopened found_again",
    ], {12: [("waive", {"until": 40})]}),
    "RESOLVED": Planned([stays(0, 14)], [
        "0 new found", "1 persisting found", "15 resolved resolve", "15 resolved not_found",
    ], {15: [("resolve", {"reason": "reversed"})]}),
    "NOT-RESOLVED": Planned([stays()], [
        "0 new found", "1 persisting found", "15 resolved resolve", "15 reopened still_found",
    ], {15: [("resolve", {"reason": "reversed"})]}),
    "RESOLVED-AND-BACK": Planned([stays(0, 14), stays(50)], [
        "0 new found", "1 persisting found", "15 resolved resolve", "15 resolved not_found",
        "50 reopened found_again",
    ], {15: [("resolve", {"reason": "reversed"})]}),
    "FROM-HAND-TO-HAND": Planned([stays(8, 30), stays(40)], [
        "8 new found", "9 assigned assign", "10 assigned comment", "16 assigned assign",
        "31 cleared not_found", "40 reopened found_again", "42 reopened assign",
    ], {9: [("assign", {"to": "noor"})], 10: [("comment", {"reason": "asked"})],
        16: [("assign", {"to": "ben"})], 42: [("assign", {"to": None})]}),
    "TAKEN-BACK": Planned([stays()], [
        "0 new found", "1 persisting found", "5 acknowledged acknowledge", "5 reopened reopen",
        "11 resolved resolve", "11 reopened reopen",
    ], {5: [ACKNOWLEDGED, ("reopen", {})], 11: [("resolve", {"reason": "done"}), ("reopen", {})]}),
    # Entered by a process that is killed as soon as the entry is acknowledged.
    "ENTERED-AND-KILLED": Planned([stays()], [
        "0 new found", "1 persisting found", "17 acknowledged acknowledge",
    ], {17: [ACKNOWLEDGED]}),
}  # fmt: skip
KILLED_WRITER = "ENTERED-AND-KILLED"


IDS = {key: sha256(f"{KIND}|{key}".encode()).hexdigest()[:32] for key in PLAN}


def found_on(number: int) -> list[tuple[str, str, str]]:
    """(key, amount, finding) of what is there on a day."""
    return [
        (key, amount, finding)
        for key, planned in PLAN.items()
        for start, end, amount, finding in planned.there
        if start <= number <= end
    ]


def draft(key: str, action: str, facts: dict[str, Any]) -> ExceptionDraft:
    common: dict[str, Any] = {"exception_id": IDS[key], "kind": KIND, "reason": facts.get("reason", "")}
    accepted = {"what_was_found": USED, "amount_at_stake": Decimal(facts.get("amount", "10.00"))}
    match action:
        case "assign":
            return Assign(to=facts["to"], **common)
        case "comment":
            return Comment(**common)
        case "acknowledge":
            return Acknowledge(**common, **accepted)
        case "waive":
            return Waive(until=day(facts["until"]), **(common | {"reason": "agreed"}), **accepted)
        case "resolve":
            return Resolve(**common)
    return Reopen(**common)


_WRITER = """
import os, signal, sys
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from journal.exception_entries import Acknowledge
from journal.store import Journal

path, exception_id, on = sys.argv[1:]
as_found = {"what_was_found": "used_beyond_amount", "amount_at_stake": Decimal("10.00")}
draft = Acknowledge(exception_id=exception_id, **as_found).draft()
moment, day = datetime(2026, 3, 19, tzinfo=UTC), date.fromisoformat(on)
with Journal.open(path) as journal:
    journal.append([draft], person="maria", entered_at=moment, entered_on=day)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@dataclass
class Practice:
    """A journal, bronze, and the tables of every night."""

    root: Path
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    nights: dict[int, dict[str, list[tuple[Any, ...]]]] = field(default_factory=dict)

    @property
    def bronze(self) -> BronzeStore:
        return BronzeStore(self.root / "bronze")

    @property
    def journal(self) -> Path:
        return self.root / "journal.sqlite"

    def enter(self, number: int) -> None:
        """What people enter before the run of a day."""
        for key, planned in PLAN.items():
            for action, facts in planned.entered.get(number, ()):
                if key == KILLED_WRITER:
                    self._enter_and_be_killed(key, number)
                    continue
                with Journal.open(self.journal) as journal:
                    journal.append(
                        [draft(key, action, facts).draft()],
                        person="maria",
                        entered_at=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=number),
                        entered_on=day(number),
                    )

    def _enter_and_be_killed(self, key: str, number: int) -> None:
        arguments = [str(self.journal), IDS[key], day(number).isoformat()]
        done = subprocess.run([sys.executable, "-c", _WRITER, *arguments], check=False)
        assert done.returncode == -signal.SIGKILL

    def run(self, number: int, *, is_killed: bool = False) -> dict[str, list[tuple[Any, ...]]]:
        """The run of a day: its tables. A killed one leaves no observation."""
        history = ObservationHistory(
            self.bronze.scan("exception_observations", commit_as="run_number"),
            self.bronze.scan("run_observations", commit_as="run_number"),
        )
        tables, seen = self.evaluate(history, number)
        if not is_killed:
            commit = self.bronze.begin(f"run-{number}", day(number))
            commit.append("exception_observations", seen.exceptions.collect())
            commit.append("run_observations", seen.runs.collect())
            commit.commit()
        return tables

    def evaluate(
        self, history: ObservationHistory, number: int
    ) -> tuple[dict[str, list[tuple[Any, ...]]], ObservationHistory]:
        """What a run of a day writes, and what it saw."""
        rows = [
            (KIND, IDS[key], key, Decimal(amount), "L1", finding) for key, amount, finding in found_on(number)
        ]
        self.chance.shuffle(rows)
        with duckdb.connect() as connection:
            connection.execute(
                "create schema marts; create table marts.loads"
                " (file_hash varchar, file_name varchar, verdict varchar, loaded_on date, load_id varchar)"
            )
            prepare(connection)
            connection.executemany(
                "insert into temp.findings"
                " (kind, exception_id, business_key, amount_at_stake, location_id, what_was_found)"
                " values (?, ?, ?, ?, ?, ?)",
                rows,
            )
            lives, changes = told(connection, history, self.entries(number), day(number))
            write_exceptions(connection, CATALOGUE, lives, changes, day(number), root_causes=())
            tables = {
                table: connection.execute(f"select * from exceptions.{table} order by all").fetchall()
                for table in TABLES
            }
            return tables, observed_in(connection, day(number))

    def entries(self, number: int) -> pl.DataFrame:
        if not self.journal.exists():
            return pl.DataFrame(schema=EXCEPTION_ENTRIES)
        with Journal.open(self.journal) as journal:
            known = journal.entries(subject_kind="exception", as_of=day(number))
            return exception_entries_frame(known).select(*EXCEPTION_ENTRIES)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """Sixty days; every fifth run is made twice, every ninth is killed and made again."""
    practice = Practice(tmp_path_factory.mktemp("sixty"))
    for number in range(DAYS):
        practice.enter(number)
        if not is_run(number):
            continue
        if number % 9 == 4:
            practice.run(number, is_killed=True)
        practice.nights[number] = practice.run(number)
        if number % 5 == 0:
            assert practice.run(number) == practice.nights[number], number
    return practice


def truth_until(number: int) -> set[tuple[str, int, str, str]]:
    """(exception, day, state, cause) of every change that must be known on the night of a day."""
    planned = {
        (key, int(words[0]), words[1], words[2])
        for key, plan in PLAN.items()
        for words in map(str.split, plan.truth)
    }
    return {change for change in planned if change[1] <= number}


def changes_in(tables: dict[str, list[tuple[Any, ...]]]) -> set[tuple[str, int, str, str]]:
    keys = {one: key for key, one in IDS.items()}
    return {(keys[row[0]], (row[3] - FIRST).days, row[4], row[6]) for row in tables["history"]}


def test_every_state_and_its_day_are_as_planned_on_every_night(practice: Practice) -> None:
    for number, tables in practice.nights.items():
        assert changes_in(tables) == truth_until(number), f"day {number}"
    assert len(practice.nights) == 52


def test_what_is_there_is_there_whatever_was_decided_about_it(practice: Practice) -> None:
    for number, tables in practice.nights.items():
        assert {row[5] for row in tables["exceptions"]} == {key for key, *_ in found_on(number)}, (
            f"day {number}"
        )


def test_age_goes_back_to_the_first_night_for_ever(practice: Practice) -> None:
    last = {row[5]: row for row in practice.nights[59]["exceptions"]}
    assert {key: row[13] for key, row in last.items()} == {
        key: day(int(PLAN[key].truth[0].split()[0])) for key in last
    }
    assert last["RETURNS"][15] == 59


def test_assignee_and_waiver_are_as_entered(practice: Practice) -> None:
    names = dict(
        zip(("id", "kind", "location", "first", "last", "seen", "reopened", "status", "state", "since",
             "because", "assigned", "until", "comments"), range(14), strict=True)
    )  # fmt: skip

    def life(number: int, key: str) -> dict[str, Any]:
        (row,) = [row for row in practice.nights[number]["lives"] if row[0] == IDS[key]]
        return {name: row[place] for name, place in names.items()}

    assert [life(n, "FROM-HAND-TO-HAND")["assigned"] for n in (9, 18, 32, 40, 45)] == [
        "noor", "ben", "ben", "ben", None,
    ]  # fmt: skip
    assert life(59, "FROM-HAND-TO-HAND")["comments"] == 1
    assert [life(n, "WAIVED")["until"] for n in (11, 12, 39, 40, 43)] == [
        None, day(40), day(40), None, day(200),
    ]  # fmt: skip
    assert (life(59, "RETURNS")["reopened"], life(59, "RESOLVED")["status"]) == (2, "resolved")


def test_the_metrics_count_what_the_plan_counts(practice: Practice) -> None:
    rows = practice.nights[59]["metrics"]
    counted = (
        "opened",
        "there",
        "open",
        "acknowledged",
        "waived",
        "gone",
        "resolved",
        "clearings",
        "reopened",
    )
    totals = {name: sum(row[place] for row in rows) for place, name in enumerate(counted, start=4)}
    causes = [line.split()[2] for plan in PLAN.values() for line in plan.truth]
    gone = len([plan for plan in PLAN.values() if plan.truth]) - len(found_on(59))
    assert totals["opened"] == len([plan for plan in PLAN.values() if plan.truth])
    assert (totals["there"], totals["gone"]) == (len(found_on(59)), gone)
    assert totals["clearings"] == causes.count("not_found")
    last = {key: [line.split()[1] for line in plan.truth][-1] for key, plan in PLAN.items() if plan.truth}
    assert totals["acknowledged"] == [*last.values()].count("acknowledged")
    assert totals["waived"] == [*last.values()].count("waived") == 1
    assert totals["resolved"] == 1
    assert totals["reopened"] == sum(
        line.split()[1] == "reopened" and line.split()[2] not in ("assign", "comment")
        for plan in PLAN.values()
        for line in plan.truth
    )


def test_a_look_back_tells_the_same_as_the_night_itself(practice: Practice) -> None:
    whole = ObservationHistory(
        practice.bronze.scan("exception_observations", commit_as="run_number"),
        practice.bronze.scan("run_observations", commit_as="run_number"),
    )
    for number in (0, 12, 22, 40, 59):
        assert practice.evaluate(whole, number)[0] == practice.nights[number], number


def test_the_order_in_which_observations_lie_changes_nothing(practice: Practice) -> None:
    def shuffled(table: str, seed: int) -> pl.LazyFrame:
        rows = practice.bronze.scan(table, commit_as="run_number").collect()
        return pl.concat([rows, rows]).sample(fraction=1.0, shuffle=True, seed=seed).lazy()

    for seed in range(5):
        history = ObservationHistory(
            shuffled("exception_observations", seed), shuffled("run_observations", seed)
        )
        assert practice.evaluate(history, 59)[0] == practice.nights[59]


def test_with_the_journal_alone_no_decision_is_lost(practice: Practice) -> None:
    """The observations are gone: first seen begins anew, and whatever stood still stands."""
    tables, _ = practice.evaluate(ObservationHistory.empty(), 59)
    now = {row[5]: (row[17], row[25]) for row in tables["exceptions"]}
    before = {row[5]: (row[17], row[25]) for row in practice.nights[59]["exceptions"]}
    for key in ("ACKNOWLEDGED", "WAIVED", "AMOUNT-CHANGES", KILLED_WRITER, "FROM-HAND-TO-HAND"):
        assert now[key][1] == before[key][1], key
    for key in ("ACKNOWLEDGED", "WAIVED", "AMOUNT-CHANGES", KILLED_WRITER):
        assert now[key][0] == before[key][0], key
    entries = _entry_numbers(tables["history"])
    assert entries == _entry_numbers(practice.nights[59]["history"]) - _of_gone(practice)


def _entry_numbers(history: Iterable[tuple[Any, ...]]) -> set[int]:
    return {row[8] for row in history if row[8] is not None}


def _of_gone(practice: Practice) -> set[int]:
    """Entries about what this run does not find: without observations nobody knows that it ever was."""
    there = {row[0] for row in practice.nights[59]["exceptions"]}
    return {row[8] for row in practice.nights[59]["history"] if row[8] is not None and row[0] not in there}
