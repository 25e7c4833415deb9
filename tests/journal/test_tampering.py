"""Every change to what was written is found."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.chain import COLUMNS, GENESIS, Head, problems, seal
from journal.database import JournalError
from journal.store import Journal
from tests.journal.writing import drafts, write

ANOTHER_VALUE = {
    "entry_number": 77,
    "entered_at": "2026-03-02T17:00:00.000251Z",
    "entered_on": "2026-03-03",
    "person": "noor",
    "subject_kind": "exception",
    "subject_id": "R77",
    "action": "reverse",
    "details": '{"status":"Error"}',
    "reason": "",
    "previous_hash": "f" * 64,
    "entry_hash": "f" * 64,
}


@pytest.fixture
def filled(path):
    with Journal.open(path) as journal:
        write(journal, drafts(7))
    return path


def head_of(path):
    with Journal.open(path) as journal:
        return journal.head()


def tamper(path, *statements):
    """Change the file as somebody would who has it and knows SQL: the guards are taken off and put back."""
    with closing(sqlite3.connect(path)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)
        connection.commit()


def verified(path, heads=()):
    with Journal.open(path) as journal:
        return [(problem.entry_number, problem.kind) for problem in journal.verify(heads)]


def test_an_honest_journal_has_no_problem(filled):
    assert verified(filled, [head_of(filled)]) == []


@pytest.mark.parametrize("number", [1, 4, 7])
@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "entry_number"])
def test_a_changed_column_is_found_and_only_that_entry_is_blamed(filled, column, number):
    tamper(filled, f"UPDATE entries SET {column} = '{ANOTHER_VALUE[column]}' WHERE entry_number = {number}")
    assert verified(filled) == [(number, "changed")]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "entry_number"])
def test_the_same_bytes_under_another_type_are_found(filled, column):
    tamper(filled, f"UPDATE entries SET {column} = CAST({column} AS blob) WHERE entry_number = 4")
    assert (4, "changed") in verified(filled)


def test_a_changed_number_is_found(filled):
    tamper(filled, "UPDATE entries SET entry_number = 77 WHERE entry_number = 7")
    assert verified(filled) == [(7, "missing"), (77, "changed")]
    tamper(filled, "UPDATE entries SET entry_number = -1 WHERE entry_number = 77")
    assert verified(filled) == [(None, "not_a_number")]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (3, 3), (2, 5), (1, 6)])
def test_removed_entries_are_found(filled, first, last):
    tamper(filled, f"DELETE FROM entries WHERE entry_number BETWEEN {first} AND {last}")
    assert verified(filled) == [(first, "missing")]


def test_removed_entries_are_found_when_the_rest_moves_up(filled):
    tamper(
        filled,
        "DELETE FROM entries WHERE entry_number = 3",
        *(
            f"UPDATE entries SET entry_number = {number - 1} WHERE entry_number = {number}"
            for number in range(4, 8)
        ),
    )
    assert [problem[1] for problem in verified(filled)] == ["changed"] * 4


def test_reordered_entries_are_found(filled):
    tamper(
        filled,
        "UPDATE entries SET entry_number = 100 WHERE entry_number = 2",
        "UPDATE entries SET entry_number = 2 WHERE entry_number = 3",
        "UPDATE entries SET entry_number = 3 WHERE entry_number = 100",
    )
    assert {problem[0] for problem in verified(filled)} >= {2, 3}


@pytest.mark.parametrize("kept", [0, 1, 6])
def test_truncation_is_found_by_a_head_that_was_kept_elsewhere(filled, kept):
    head = head_of(filled)
    tamper(filled, f"DELETE FROM entries WHERE entry_number > {kept}")
    assert verified(filled) == []
    assert verified(filled, [head]) == [(7, "truncated")]


def test_a_history_written_anew_is_found_by_a_head_that_was_kept_elsewhere(filled, tmp_path):
    heads = [head_of(filled)]
    forged = tmp_path / "forged.sqlite"
    with Journal.open(forged) as journal:
        write(journal, drafts(9), person="noor")
    assert verified(forged) == []
    assert verified(forged, heads) == [(7, "rewritten")]


def test_an_entry_sealed_anew_no_longer_carries_its_follower(filled):
    with closing(sqlite3.connect(filled)) as connection:
        row = list(connection.execute("SELECT * FROM entries WHERE entry_number = 4").fetchone())
    row[3] = "noor"
    resealed = seal(*row[:-1])
    tamper(filled, f"UPDATE entries SET person = 'noor', entry_hash = '{resealed}' WHERE entry_number = 4")
    assert verified(filled) == [(5, "not_linked")]


def test_heads_that_disagree_with_each_other_cannot_both_be_right(filled):
    head = head_of(filled)
    assert verified(filled, [head, Head(7, "a" * 64)]) == [(7, "rewritten")]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entries_are_not_changed",
        "DROP TRIGGER entries_follow_the_last",
        "DROP INDEX entries_by_subject",
        "CREATE TRIGGER more AFTER INSERT ON entries BEGIN SELECT 1; END",
    ],
)
def test_guards_that_were_taken_away_are_missed(filled, statement):
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(statement)
    assert verified(filled) == [(None, "unguarded")]


def test_every_single_byte_of_a_row_matters(path, tmp_path):
    """Each byte of each value in the file is altered in turn, and each time the journal does not verify."""
    with Journal.open(path) as journal:
        write(journal, drafts(3))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT * FROM entries").fetchall()
    content = path.read_bytes()
    altered = tmp_path / "altered.sqlite"
    unnoticed = []
    for row in rows:
        body = "".join(row[1:]).encode()
        start = content.index(body)
        for offset in range(start, start + len(body)):
            mask = 0x01 if offset % 2 else 0x80  # another letter, or a byte that is no UTF-8
            altered.write_bytes(content[:offset] + bytes([content[offset] ^ mask]) + content[offset + 1 :])
            if not verified(altered):
                unnoticed.append(offset)
    assert len(rows) == 3
    assert unnoticed == []


def test_a_damaged_page_is_reported_and_not_raised(filled, tmp_path):
    content = bytearray(filled.read_bytes())
    page = content.index(b"wait for") & ~4095
    content[page : page + 64] = b"\xff" * 64
    filled.write_bytes(content)
    try:
        found = verified(filled)
    except JournalError:
        return  # damaged so badly that it does not even open
    assert found


def test_a_file_cut_short_is_found(path):
    with Journal.open(path) as journal:
        write(journal, drafts(200))
        head = journal.head()
    whole = path.read_bytes()
    copy = path.with_suffix(".cut")
    for pages in range(1, len(whole) // 4096):
        shutil.copy(path, copy)
        with copy.open("r+b") as stream:
            stream.truncate(pages * 4096)
        try:
            found = verified(copy, [head])
        except JournalError:
            continue
        assert found, f"{pages} pages of {len(whole) // 4096} passed for the whole journal"


texts = st.text(st.characters(blacklist_categories=["Cs"]))


@given(st.lists(texts, min_size=9, max_size=9), st.integers(1, 10**12))
def test_the_seal_is_taken_over_canonical_json(values, number):
    row = (number, *values)
    expected = json.dumps(
        dict(zip(COLUMNS[:-1], row, strict=True)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert seal(*row) == hashlib.sha256(expected.encode()).hexdigest()


@given(st.lists(texts, min_size=9, max_size=9), st.integers(0, 8), texts)
def test_any_change_of_any_text_changes_the_seal(values, position, other):
    changed = list(values)
    changed[position] = other
    assert (seal(1, *changed) == seal(1, *values)) == (changed == values)


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_no_reordering_and_no_omission_passes(order, omitted):
    rows, previous = [], GENESIS
    for number in range(1, 6):
        content = (number, "t", "d", "p", "k", f"R{number}", "a", "{}", "", previous)
        previous = seal(*content)
        rows.append((*content, previous))
    arrived = [rows[position] for position in order if position not in omitted]
    found = list(problems(arrived, [Head(5, rows[-1][-1])]))
    assert (found == []) == (arrived == rows)


def test_problems_are_told_while_the_rows_are_still_coming(filled):
    with Journal.open(filled) as journal:
        _, second, *_ = journal.rows()

    def endless():
        yield second
        raise AssertionError("a problem was known already")

    assert next(problems(endless())).kind == "missing"
