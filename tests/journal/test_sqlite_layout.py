"""A journal's file holds its entries and nothing else, however long and however many they are."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from journal.entry import Draft, Subject
from journal.sqlite_database import holds_only_entries
from journal.store import Journal
from tests.journal.writing import drafts, write

LENGTHS = (1, 50, 900, 4_000, 4_090, 9_000, 30_000)


def entry(chance: random.Random) -> Draft:
    """A draft of any size: within a page, over its end, over several."""
    details = {"figures": "x" * (chance.choice(LENGTHS) + chance.randrange(40))}
    return Draft(
        Subject("period", "P" * chance.randrange(1, 60)), "sign", details, "r" * chance.randrange(90)
    )


@pytest.mark.parametrize(("seed", "batches", "batch"), [(1, 40, 1), (2, 12, 7), (3, 3, 400)])
def test_a_journal_that_was_only_written_by_us_is_as_it_must_be(
    path: Path, seed: int, batches: int, batch: int
) -> None:
    chance = random.Random(seed)
    Journal.open(path).close()
    assert holds_only_entries(path)
    for _ in range(batches):
        with Journal.open(path) as journal:
            write(journal, [entry(chance) for _ in range(batch)])
        assert holds_only_entries(path)


def test_a_byte_in_an_overflow_page_or_behind_it_is_found(path: Path) -> None:
    with Journal.open(path) as journal:
        # A length at which SQLite leaves room at the end of the last page.
        write(journal, [Draft(Subject("period", "P"), "sign", {"figures": "x" * 4_080})])
    content = path.read_bytes()
    assert content[-100:] == bytes(100)
    path.write_bytes(content[:-1] + b"\x01")
    assert holds_only_entries(path) is False
    path.write_bytes(content + bytes(4096))
    assert holds_only_entries(path) is False
    path.write_bytes(content[:-4096])
    assert holds_only_entries(path) is False


def test_what_somebody_else_left_in_the_file_is_found(path: Path) -> None:
    with Journal.open(path) as journal:
        write(journal, drafts(20))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table notes (note text)")
        connection.execute("drop table notes")
        connection.commit()
    assert holds_only_entries(path) is False


def test_a_file_that_is_no_database_at_all_is_not_one(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for content in (b"", b"x", b"SQLite format 3\0", bytes(4096)):
        path.write_bytes(content)
        assert holds_only_entries(path) is False
