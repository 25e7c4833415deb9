"""A warehouse in a temporary file: typed bronze tables with a few rows, and dbt run on them in this process.

Belongs here: what the tests of the dbt project need to build one. Does not belong here: any expectation.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from ingestion.bronze_tables import TABLES
from journal.frames import ENTRY_TABLES
from orchestration.run.parsed_project import WAREHOUSE_NAME, parsed_project

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
# Models and the seeds they read, untested.
RUN = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

COMPANY_SETTINGS = pl.Schema(
    {
        "setting_name": pl.String(),
        "effective_from": pl.Date(),
        "item_number": pl.Int32(),
        "setting_value": pl.String(),
    }
)
BRONZE: dict[str, pl.Schema] = {
    **TABLES,
    "company_settings": COMPANY_SETTINGS,
    **{name: pl.Schema(table.columns) for name, table in ENTRY_TABLES.items()},
}

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


class Warehouse:
    """A DuckDB file with the schema bronze, and what dbt makes of it."""

    def __init__(self, folder: Path, name: str) -> None:
        # The name of the file is the name of the database in the parse.
        self.path = folder / name / WAREHOUSE_NAME
        self.path.parent.mkdir(exist_ok=True)
        self._target = self.path.parent / "target"

    def fill(self, tables: Mapping[str, pl.DataFrame]) -> Warehouse:
        """Write every bronze table, typed; those that are not given have no rows."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("create schema bronze")
            for table, schema in BRONZE.items():
                connection.register("frame", tables.get(table, pl.DataFrame(schema=schema)).to_arrow())
                connection.execute(f"create table bronze.{table} as select * from frame")
                connection.unregister("frame")
        return self

    def copy_to(self, folder: Path) -> Warehouse:
        """The same file somewhere else: one that other tests read is not opened for writing."""
        other = Warehouse(folder, self.path.parent.name)
        shutil.copyfile(self.path, other.path)
        return other

    def dbt(self, *command: str, as_of: date | str | None) -> dbtRunnerResult:
        """Run one dbt command on this file, in this process."""
        places = {
            "--project-dir": PROJECT,
            "--profiles-dir": PROJECT,
            "--target-path": self._target,
            "--log-path": self._target,
        }
        arguments = [
            *command,
            "--quiet",
            "--log-level-file",
            "none",
            "--no-write-json",
            *(str(part) for place in places.items() for part in place),
        ]
        if as_of is not None:
            arguments += ["--vars", f"{{as_of: '{as_of}'}}"]
        # The parse that a nightly run starts from: a parse of its own costs more than most of these builds.
        manifest = Manifest.from_msgpack(parsed_project().manifest_binary.read_bytes())
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TIEOUT_WAREHOUSE_PATH", str(self.path))
            try:
                return dbtRunner(manifest=manifest).invoke(arguments)
            finally:
                # The adapter keeps the file open for writing; nobody else in this process could open it.
                DuckDBConnectionManager.close_all_connections()

    def built(self, *command: str, as_of: date) -> Warehouse:
        """Run one dbt command and insist that it succeeded."""
        result = self.dbt(*command, as_of=as_of)
        assert result.success, failures(result)
        return self

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the built file, opened read-only."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def frame(self, sql: str) -> pl.DataFrame:
        """The same as a frame; amounts stay decimals."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).pl()


def frames(rows: Rows) -> dict[str, pl.DataFrame]:
    """Bronze tables of these rows. Columns left out are null, but for the origin."""
    return {
        table: pl.DataFrame(_complete(table, table_rows), schema=BRONZE[table], orient="row")
        for table, table_rows in rows.items()
    }


def _complete(table: str, rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    names = BRONZE[table].names()
    complete = []
    for number, row in enumerate(rows, start=2):
        unknown = set(row) - set(names)
        assert not unknown, f"bronze.{table} has no columns {sorted(unknown)}"
        origin = {
            "file_hash": "f" * 64,
            "row_number": number,
            "load_id": "a" * 16,
            "loaded_on": date(2026, 1, 1),
        }
        if "file_hash" not in names:
            origin = {}
        complete.append(tuple((origin | dict(row)).get(name) for name in names))
    return complete


def failures(result: dbtRunnerResult) -> list[str]:
    """What went wrong in a dbt command, by node."""
    nodes = getattr(result.result, "results", [])
    wrong = [f"{node.node.name}: {node.message}" for node in nodes if node.status not in ("success", "pass")]
    return wrong or [str(result.exception)]
