"""The fingerprint: equal for equal rows however they lie, different for any difference, the same by another
hand.
"""

import hashlib
from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.run.fingerprint import overall_fingerprint, table_fingerprint
from orchestration.run.tables import public_tables

Row = tuple[int, str | None, str | None]

texts = st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
amounts = st.none() | st.decimals(-9_999, 9_999, places=2).map(str)
rows_by_key = st.dictionaries(st.integers(-50, 50), st.tuples(texts, amounts), max_size=12)


def fingerprint(rows: Sequence[Row], *, key: str = "primary key") -> str:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.sample (id integer {key}, words varchar, amount decimal(18, 2))"
        )
        if rows:
            connection.executemany("insert into marts.sample values (?, ?, ?)", rows)
        [table] = public_tables(connection)
        return table_fingerprint(connection, table)


def by_hand(rows: Sequence[Row]) -> str:
    """The same digest without the engine, from the documented encoding."""
    digest = hashlib.sha256(b"id INTEGER\nwords VARCHAR\namount DECIMAL(18,2)\n")
    for row in sorted(rows):
        for value in row:
            text = None if value is None else str(value).encode()
            digest.update(b"~" if text is None else str(len(text)).encode() + b":" + text)
        digest.update(b"\n")
    return digest.hexdigest()


def normal(amount: str | None) -> str | None:
    """-0.00 is 0.00 to the engine."""
    return amount.replace("-0.00", "0.00") if amount == "-0.00" else amount


@given(rows_by_key, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_another_hand_agrees(rows, random) -> None:
    listed = [(key, words, normal(amount)) for key, (words, amount) in rows.items()]
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert fingerprint(listed) == fingerprint(shuffled) == by_hand(listed)


@given(rows_by_key, rows_by_key)
def test_different_rows_differ(left, right) -> None:
    lists = [
        [(key, words, normal(amount)) for key, (words, amount) in rows.items()] for rows in (left, right)
    ]
    assert (fingerprint(lists[0]) == fingerprint(lists[1])) == (
        sorted(map(str, lists[0])) == sorted(map(str, lists[1]))
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([(1, None, "1.00")], [(1, "", "1.00")]),
        ([(1, "~", None)], [(1, None, None)]),
        ([(1, "a", None), (2, "b", None)], [(1, "b", None), (2, "a", None)]),
        ([(1, "1:a", None)], [(1, "a", None)]),
        ([(1, "a\n1:2", None)], [(1, "a", None)]),
    ],
)
def test_lookalikes_differ(left: list[Row], right: list[Row]) -> None:
    assert fingerprint(left) != fingerprint(right)


def test_a_table_without_a_key_is_ordered_by_all_columns() -> None:
    rows: list[Row] = [(2, "b", None), (1, "a", "1.00"), (1, "a", "1.00")]
    assert fingerprint(rows, key="") == fingerprint(rows[::-1], key="")


def test_floats_are_refused() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.sample (amount double)")
        [table] = public_tables(connection)
        with pytest.raises(ValueError, match=r"marts.sample has inexact columns: amount"):
            table_fingerprint(connection, table)


def test_many_batches_are_as_one() -> None:
    rows: list[Row] = [(number, f"words {number}", "1.25") for number in range(2_000)]
    from orchestration.run import fingerprint as module

    whole = fingerprint(rows)
    small = pytest.MonkeyPatch()
    small.setattr(module, "ROWS_PER_BATCH", 64)
    try:
        assert fingerprint(rows) == whole == by_hand(rows)
    finally:
        small.undo()


def test_the_overall_fingerprint_knows_the_tables_by_name() -> None:
    assert overall_fingerprint({"a": "1", "b": "2"}) == overall_fingerprint({"b": "2", "a": "1"})
    assert overall_fingerprint({"a": "1", "b": "2"}) != overall_fingerprint({"a": "2", "b": "1"})
