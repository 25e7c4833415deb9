"""The build file shows bronze as the contracts are today, whenever its parts were written."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from ingestion.bronze import BronzeStore
from orchestration.run.build import prepare_warehouse

AS_OF = date(2026, 1, 5)
SETTINGS = [("book", AS_OF, 1, "actual")]
BEFORE = pl.Schema({"name": pl.String, "amount": pl.Decimal(18, 2)})
TODAY = pl.Schema({"name": pl.String, "minutes": pl.Int64, "amount": pl.Decimal(18, 2)})


def add(root: Path, schema: pl.Schema, *rows: tuple[object, ...]) -> None:
    with BronzeStore(root, {"answers": schema}).begin("run", AS_OF) as commit:
        commit.append("answers", pl.DataFrame(rows, schema=schema, orient="row"))
        commit.commit()


def answers(tmp_path: Path) -> duckdb.DuckDBPyRelation:
    warehouse = tmp_path / "build" / "tieout.duckdb"
    prepare_warehouse(warehouse, BronzeStore(tmp_path / "bronze", {"answers": TODAY}), SETTINGS)
    return duckdb.connect(str(warehouse), read_only=True).sql("from bronze.answers")


def test_rows_from_before_a_column_have_nothing_in_it(tmp_path: Path) -> None:
    add(tmp_path / "bronze", BEFORE, ("a", Decimal("1.10")))
    add(tmp_path / "bronze", TODAY, ("b", 15, Decimal("2.20")))
    add(tmp_path / "bronze", BEFORE, ("c", Decimal("3.30")))
    found = answers(tmp_path)
    assert found.columns == list(TODAY)
    assert [str(kind) for kind in found.types] == ["VARCHAR", "BIGINT", "DECIMAL(18,2)"]
    assert sorted(found.fetchall()) == [
        ("a", None, Decimal("1.10")),
        ("b", 15, Decimal("2.20")),
        ("c", None, Decimal("3.30")),
    ]


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    found = answers(tmp_path)
    assert found.columns == list(TODAY)
    assert [str(kind) for kind in found.types] == ["VARCHAR", "BIGINT", "DECIMAL(18,2)"]
    assert found.fetchall() == []
