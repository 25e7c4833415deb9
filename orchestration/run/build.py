"""The private file that a run builds in: views over committed bronze, the company settings, and what people
entered in the journal.

It lives in a folder of its own that is removed after the run; readers never see it.
"""

from collections.abc import Mapping, Sequence
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
        parts = bronze.parts_by_columns()
        for table in bronze.tables():
            connection.execute(_bronze_view(connection, table, bronze.schema(table), parts.get(table, {})))
        connection.execute(
            "create table bronze.company_settings (setting_name varchar not null,"
            " effective_from date not null, item_number integer not null, setting_value varchar,"
            " primary key (setting_name, effective_from, item_number))"
        )
        connection.executemany("insert into bronze.company_settings values (?, ?, ?, ?)", list(settings))
        for name, entry_table in ENTRY_TABLES.items():
            schema = pl.Schema(entry_table.columns)
            files = {tuple(schema): [entries / f"{name}.parquet"]} if entries else {}
            connection.execute(_bronze_view(connection, name, schema, files))


def _bronze_view(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    schema: pl.Schema,
    parts: Mapping[tuple[str, ...], Sequence[Path]],
) -> str:
    """A view over the parts of a table, which are given by the columns that they have.

    Columns that a part lacks are null in its rows: it was written before the contract had them.
    """
    selects = []
    for held, paths in parts.items():
        files = ", ".join(_literal(str(path)) for path in paths)
        selects.append(f"select {_columns(connection, schema, held)} from read_parquet([{files}])")  # noqa: S608
    if not selects:
        selects.append(f"select {_columns(connection, schema, ())} where false")
    return f'create view bronze."{table}" as {" union all ".join(selects)}'


def _columns(connection: duckdb.DuckDBPyConnection, schema: pl.Schema, held: Sequence[str]) -> str:
    """All columns of the schema to select: those that are held, and typed nulls for the others."""
    if tuple(held) == tuple(schema):
        return "*"
    return ", ".join(
        f'"{name}"' if name in held else f'cast(null as {kind}) as "{name}"'
        for name, kind in _types_in(connection, schema).items()
    )


def _types_in(connection: duckdb.DuckDBPyConnection, schema: pl.Schema) -> dict[str, str]:
    """The types that DuckDB gives the columns, asked of DuckDB itself through an empty frame."""
    empty = schema.to_frame().to_arrow()
    connection.register("empty_frame", empty)
    try:
        described = connection.execute("describe select * from empty_frame").fetchall()
    finally:
        connection.unregister("empty_frame")
    return {str(row[0]): str(row[1]) for row in described}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
