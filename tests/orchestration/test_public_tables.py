"""A published file says of its tables what the build file keeps by constraints."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.run.copy import LARGE_ROWS, copy_public_tables
from orchestration.run.tables import Table, public_tables

BUILD = """
    create schema marts;
    create schema exceptions;
    create table marts.keyed (
        day date not null, receipt_id varchar, amount decimal(18, 2) check (amount >= 0), note varchar,
        primary key (receipt_id, day)
    );
    comment on table marts.keyed is 'One row per receipt and day.';
    comment on column marts.keyed.amount is 'What came.';
    create table marts.keyless (first varchar, second integer not null);
    create table exceptions.silent (id varchar primary key);
    insert into marts.keyed values
        ('2026-05-02', 'R2', 1.00, null), ('2026-05-01', 'R2', 2.00, 'x'), ('2026-05-03', 'R1', 3.00, 'y');
    insert into marts.keyless values ('b', 1), ('a', 2);
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    build, published = tmp_path / "build.duckdb", tmp_path / "published.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute(BUILD)
    copy_public_tables(build, published)
    return build, published


def tables_of(path: Path) -> list[Table]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return public_tables(connection)


def test_a_published_file_is_read_like_the_build_file(files: tuple[Path, Path]) -> None:
    build, published = files
    assert tables_of(published) == tables_of(build)


def test_keys_and_required_columns_are_told(files: tuple[Path, Path]) -> None:
    silent, keyed, keyless = tables_of(files[1])
    assert (silent.key, silent.comment) == (("id",), None)
    assert (keyed.key, keyed.comment) == (("receipt_id", "day"), "One row per receipt and day.")
    assert keyed.required == {"receipt_id", "day"}
    assert keyless.key == ("first", "second")


def test_rows_lie_in_the_order_of_the_key_and_nothing_is_indexed(files: tuple[Path, Path]) -> None:
    with duckdb.connect(str(files[1]), read_only=True) as connection:
        days = connection.execute("select receipt_id, day::varchar from marts.keyed").fetchall()
        assert days == [("R1", "2026-05-03"), ("R2", "2026-05-01"), ("R2", "2026-05-02")]
        assert connection.execute("select first from marts.keyless").fetchall() == [("a",), ("b",)]
        kinds = connection.execute("select distinct constraint_type from duckdb_constraints()").fetchall()
        assert kinds == [("NOT NULL",)]


def test_short_ids_that_rarely_repeat_are_not_packed_in_a_large_table(tmp_path: Path) -> None:
    build, published = tmp_path / "build.duckdb", tmp_path / "published.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema marts; create schema exceptions")
        for name, rows in (("large", LARGE_ROWS), ("small", 200)):
            connection.execute(
                f"create table marts.{name} as select 'R' || i as receipt_id, 'L' || i % 9 as location_id,"
                f" repeat('long', 9) || i as file_id, 'note ' || i as note from range({rows}) as numbers(i)"
            )
    copy_public_tables(build, published)
    with duckdb.connect(str(published), read_only=True) as connection:
        plain = {
            table: {
                name
                for (name,) in connection.execute(
                    f"select distinct column_name from pragma_storage_info('marts.{table}')"
                    " where segment_type = 'VARCHAR' and compression = 'Uncompressed'"
                ).fetchall()
            }
            for table in ("large", "small")
        }
        assert plain["large"] == {"receipt_id"}
        kept = connection.execute("select count(distinct receipt_id), max(note) from marts.large").fetchall()
    assert kept == [(LARGE_ROWS, "note 99999")]
