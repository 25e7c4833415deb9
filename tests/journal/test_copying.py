"""Backups and moves: the same entries with the same seals, or nothing."""

import sqlite3
from contextlib import closing

import pytest

from journal.copying import copy_journal
from journal.database import JournalError
from journal.store import Journal
from tests.journal.writing import drafts, write


@pytest.fixture
def source(tmp_path):
    with Journal.open(tmp_path / "source.sqlite") as journal:
        write(journal, drafts(30))
        yield journal


def test_a_copy_is_the_same_journal_in_either_database(source, journal):
    assert copy_journal(source, journal) == source.head() == journal.head()
    assert list(journal.entries()) == list(source.entries())
    assert journal.verify([source.head()]) == []


def test_the_copy_goes_on_where_the_source_ended(source, journal):
    copy_journal(source, journal)
    (entry,) = write(journal, drafts(1))
    assert (entry.entry_number, entry.previous_hash) == (31, source.head().entry_hash)


def test_copying_again_brings_only_what_is_new(source, journal):
    copy_journal(source, journal)
    write(source, drafts(4))
    assert copy_journal(source, journal).entry_number == 34
    assert copy_journal(source, journal).entry_number == 34
    assert list(journal.rows()) == list(source.rows())


def test_and_back_again(source, journal, tmp_path):
    copy_journal(source, journal)
    with Journal.open(tmp_path / "back.sqlite") as back:
        copy_journal(journal, back)
        assert list(back.rows()) == list(source.rows())


def test_a_target_with_a_history_of_its_own_is_refused(source, journal):
    write(journal, drafts(2), person="noor")
    with pytest.raises(JournalError, match="entries that the source does not have"):
        copy_journal(source, journal)
    assert journal.head().entry_number == 2


def test_a_target_that_is_ahead_is_refused(source, journal):
    copy_journal(source, journal)
    write(journal, drafts(1))
    with pytest.raises(JournalError, match="entries that the source does not have"):
        copy_journal(source, journal)


def test_a_broken_source_is_not_copied(source, journal, tmp_path):
    with closing(sqlite3.connect(tmp_path / "source.sqlite")) as connection:
        connection.execute("DROP TRIGGER entries_are_not_changed")
        connection.execute("UPDATE entries SET person = 'noor' WHERE entry_number = 20")
        connection.commit()
    with pytest.raises(JournalError, match="broken at entry 20"):
        copy_journal(source, journal)
    assert journal.head().entry_number == 0
