"""A warehouse in a temporary file: typed bronze tables with a few rows, and dbt run on them in this process.

Belongs here: what the tests of the dbt project need to build one. Does not belong here: any expectation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingestion.bronze_tables import TABLES

PROJECT = Path(__file__).parents[2] / "dbt_project"

COMPANY_SETTINGS = pl.Schema(
    {
        "setting_name": pl.String(),
        "effective_from": pl.Date(),
        "item_number": pl.Int32(),
        "setting_value": pl.String(),
    }
)
BRONZE: dict[str, pl.Schema] = {**TABLES, "company_settings": COMPANY_SETTINGS}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB file with schema bronze, and what dbt made of it."""

    path: Path
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def create(self) -> Warehouse:
        """Write the bronze tables: all of them, typed, with the given rows; columns left out are null."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("create schema bronze")
            for table, schema in BRONZE.items():
                frame = pl.DataFrame(_complete(table, self.rows.get(table, ())), schema=schema, orient="row")
                connection.register("frame", frame.to_arrow())
                connection.execute(f"create table bronze.{table} as select * from frame")
                connection.unregister("frame")
        return self

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the built file, opened read-only."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def row(self, sql: str) -> dict[str, Any]:
        """The one row of a query, by column name. Raises AssertionError unless there is exactly one."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
        assert len(rows) == 1, f"{len(rows)} rows"
        return dict(zip(names, rows[0], strict=True))


def _complete(table: str, rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Each row with every column of its bronze table; where it came from is filled in if the test does not care."""
    names = BRONZE[table].names()
    complete = []
    for number, row in enumerate(rows, start=2):
        unknown = set(row) - set(names)
        assert not unknown, f"bronze.{table} has no columns {sorted(unknown)}"
        origin = {"file_hash": "f" * 64, "row_number": number, "load_id": "a" * 16, "loaded_on": date(2026, 1, 1)}
        full = {**origin, **row}
        complete.append(tuple(full.get(name) for name in names))
    return complete


def run_dbt(command: Sequence[str], warehouse: Path, target: Path, as_of: date) -> Any:
    """Run one dbt command on a warehouse file in this process and return dbt's result object."""
    import os

    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["TIEOUT_WAREHOUSE_PATH"] = str(warehouse)
    try:
        return dbtRunner().invoke(
            [
                *command,
                "--project-dir", str(PROJECT),
                "--profiles-dir", str(PROJECT),
                "--target-path", str(target),
                "--log-path", str(target),
                "--vars", f"{{as_of: '{as_of.isoformat()}'}}",
                "--quiet",
            ]
        )  # fmt: skip
    finally:
        # The adapter keeps the file open for writing; no reader could open it in this process.
        DuckDBConnectionManager.close_all_connections()
        del os.environ["TIEOUT_WAREHOUSE_PATH"]
