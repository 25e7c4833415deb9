"""The private file that a run builds in: views over committed bronze, the company settings, and what people
entered in the journal.

It lives in a folder of its own that is removed after the run; readers never see it.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from ingestion.bronze import BronzeStore
from journal.frames import ENTRY_TABLES
from orchestration.settings import SettingRow


def prepare_warehouse(
    path: Path, bronze: BronzeStore, settings: Sequence[SettingRow], entries: Path | None = None
) -> None:
    """Create the build file at ``path`` with the schema `bronze`: a view per bronze table, the settings, and
    people's entries from the Parquet files in the folder ``entries``, none where it is None.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema bronze")
        parts = _committed_parts(bronze)
        for table in bronze.tables():
            connection.execute(_bronze_view(connection, table, bronze.schema(table), parts.get(table, [])))
        connection.execute(
            "create table bronze.company_settings (setting_name varchar not null,"
            " effective_from date not null, item_number integer not null, setting_value varchar,"
            " primary key (setting_name, effective_from, item_number))"
        )
        connection.executemany("insert into bronze.company_settings values (?, ?, ?, ?)", list(settings))
        for name, entry_table in ENTRY_TABLES.items():
            files = [entries / f"{name}.parquet"] if entries else []
            connection.execute(_bronze_view(connection, name, pl.Schema(entry_table.columns), files))


def _committed_parts(bronze: BronzeStore) -> dict[str, list[Path]]:
    """Parts by table. The log is read once: it has a file per run, and there are dozens of tables."""
    parts: dict[str, list[Path]] = {}
    for commit in bronze.commits():
        for part in commit.parts:
            parts.setdefault(part.table, []).append(bronze.root / part.path)
    return parts


def _bronze_view(
    connection: duckdb.DuckDBPyConnection, table: str, schema: pl.Schema, parts: Sequence[Path]
) -> str:
    if parts:
        files = ", ".join(_literal(str(part)) for part in parts)
        return f'create view bronze."{table}" as select * from read_parquet([{files}])'  # noqa: S608
    columns = ", ".join(
        f'cast(null as {kind}) as "{name}"' for name, kind in _empty_types(connection, schema)
    )
    return f'create view bronze."{table}" as select {columns} where false'


def _empty_types(connection: duckdb.DuckDBPyConnection, schema: pl.Schema) -> list[tuple[str, str]]:
    """Column names with the types DuckDB gives them, asked of DuckDB itself through an empty frame."""
    empty = schema.to_frame().to_arrow()
    connection.register("empty_frame", empty)
    try:
        described = connection.execute("describe select * from empty_frame").fetchall()
    finally:
        connection.unregister("empty_frame")
    return [(str(row[0]), str(row[1])) for row in described]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
