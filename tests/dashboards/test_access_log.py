"""The access log: what is altered is noticed, without walking every entry at each look."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from dashboards.access.log import AccessLog
from journal.entry import Subject
from journal.store import Journal


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    made = AccessLog(tmp_path / "access-log.sqlite", lambda _: date(2026, 3, 2))
    enter(made, 5)
    return made


def enter(log: AccessLog, count: int) -> None:
    for number in range(count):
        log.record("kim", "viewed", Subject("patient", f"P{number}"), {"rows": number})


def alter(tmp_path: Path, number: int, statement: str) -> None:
    """Change an entry behind the log's back, as somebody with the file could."""
    with closing(sqlite3.connect(tmp_path / "access-log.sqlite")) as connection, connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {name}")
        connection.execute(statement, [number])


ALTERED = "update entries set person = 'somebody' where entry_number = ?"
REMOVED = "delete from entries where entry_number = ?"


def walked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From where entries are read from now on."""
    kept = Journal.rows
    starts: list[int] = []

    def rows(self, since=0):
        starts.append(since)
        return kept(self, since)

    monkeypatch.setattr(Journal, "rows", rows)
    return starts


def test_at_each_look_only_the_newest_are_walked(log: AccessLog, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dashboards.access.log.AGAIN", 2)
    starts = walked_at(monkeypatch)
    assert log.is_sound()
    enter(log, 2)
    assert log.is_sound()
    assert log.is_sound()
    assert starts == [2, 4]


@pytest.mark.parametrize("statement", [ALTERED, REMOVED])
@pytest.mark.parametrize("number", [5, 6])
def test_what_is_altered_since_the_last_look_is_noticed(
    log: AccessLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, number: int
):
    monkeypatch.setattr("dashboards.access.log.AGAIN", 2)
    assert log.is_sound()
    enter(log, 2)
    alter(tmp_path, number, statement)
    assert not log.is_sound()
    # And stays noticed: what was once broken is walked as a whole.
    assert not log.is_sound()


def test_what_is_altered_far_back_is_noticed_when_every_entry_is_walked(
    log: AccessLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dashboards.access.log.AGAIN", 2)
    assert log.is_sound()
    alter(tmp_path, 2, ALTERED)
    assert log.is_sound()
    assert not log.is_sound(is_whole=True)
    assert not log.is_sound()


def test_entries_cut_off_at_the_end_are_missed(log: AccessLog, tmp_path: Path):
    assert log.is_sound()
    alter(tmp_path, 4, "delete from entries where entry_number > ?")
    assert not log.is_sound()
