"""The journal file: how it is made, and that it cannot be changed by an ordinary statement."""

import sqlite3
import stat
from contextlib import closing

import pytest

from journal.database import JournalError
from journal.sqlite_database import SqliteDatabase
from journal.store import Journal
from tests.journal.writing import drafts, write

FROM = "FROM entries WHERE entry_number ="
ALL = "entered_at, entered_on, person, subject_kind, subject_id, action, details, '?'"


@pytest.fixture
def filled(path):
    with Journal.open(path) as journal:
        write(journal, drafts(5))
    return path


def test_the_file_is_private_and_nothing_else_is_left_beside_it(filled):
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600
    assert stat.S_IMODE(filled.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in filled.parent.iterdir()] == [filled.name]


def test_the_log_beside_the_file_is_private_as_well(path):
    with Journal.open(path) as journal:
        write(journal, drafts(1))
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert f"{path.name}-wal" in modes


def test_a_commit_is_flushed_before_it_returns(path):
    with Journal.open(path) as journal:
        connection = journal._database._connection
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET person = 'somebody else' WHERE entry_number = 3",
        "UPDATE entries SET entry_number = 9 WHERE entry_number = 5",
        "DELETE FROM entries WHERE entry_number = 5",
        "DELETE FROM entries",
        f"REPLACE INTO entries SELECT 3, {ALL}, previous_hash, entry_hash {FROM} 3",
        f"INSERT INTO entries SELECT 9, {ALL}, entry_hash, entry_hash {FROM} 5",
        f"INSERT INTO entries SELECT 6, {ALL}, previous_hash, entry_hash {FROM} 5",
    ],
)
def test_the_database_itself_refuses_to_change_the_past(filled, statement):
    before = filled.read_bytes()
    with (
        closing(sqlite3.connect(filled)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"entries are never|an entry must follow"),
    ):
        connection.execute(statement)
    assert filled.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"receipt_id,amount\n1,2.00\n" * 100, b"SQLite format 3\0" + b"\7" * 4000]
)
def test_another_file_is_not_taken_for_a_journal(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(JournalError, match="journal"):
        Journal.open(path)
    assert path.read_bytes() == content


def test_a_journal_of_a_later_version_is_left_alone(filled):
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(JournalError, match="version 2"):
        Journal.open(filled)


def test_a_journal_in_a_missing_folder_is_not_made_by_a_reader(path):
    with pytest.raises(JournalError, match="there is no journal"):
        Journal.open(path, create=False)
    assert not path.parent.exists()


def test_making_it_twice_at_once_keeps_the_first(path, monkeypatch):
    with Journal.open(path) as first:
        write(first, drafts(2))
        monkeypatch.setattr(
            type(path), "exists", lambda _: False
        )  # the second one looked before the first was done
        with Journal.open(path) as second:
            assert second.head() == first.head()


def test_a_writer_who_finds_it_busy_says_so_and_writes_nothing(path, monkeypatch):
    monkeypatch.setattr("journal.sqlite_database.BUSY_SECONDS", 0.01)
    with Journal.open(path) as one, Journal.open(path) as other:
        with one._database.writing(), pytest.raises(JournalError, match="SQLITE_BUSY"):
            write(other, drafts(1))
        write(other, drafts(1))
        assert one.head().entry_number == 1


def test_a_full_disk_is_an_error_and_nothing_is_acknowledged(path):
    with Journal.open(path) as journal:
        write(journal, drafts(1))
        journal._database._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(JournalError, match="SQLITE_FULL"):
            write(journal, drafts(2000))
        assert journal.head().entry_number == 1
    with Journal.open(path) as journal:
        assert journal.verify() == []
        write(journal, drafts(2000))


def test_the_backend_is_sqlite_for_a_path(path):
    with Journal.open(path) as journal:
        assert isinstance(journal._database, SqliteDatabase)


@pytest.mark.parametrize(
    "url", ["sqlite:///x.sqlite", "mysql://host/database", "postgresql+nothing://host/database"]
)
def test_other_databases_are_refused_without_repeating_the_address(url):
    with pytest.raises(JournalError) as raised:
        Journal.open(url)
    assert "host" not in str(raised.value)
