"""The dbt project as a whole: its unit tests, its shape, and that it keeps to what it says about itself."""

from __future__ import annotations

import gc
import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.bronze_tables import PROVENANCE, TABLES
from ingestion.contracts import CONTRACTS
from tests.warehouse.building import BRONZE, PROJECT, Warehouse, failures
from tests.warehouse.practice import AS_OF

MODELS = PROJECT / "models"
LAYERS = ("staging", "intermediate", "marts")

# Bronze tables that no model reads yet, with who reads them instead.
NOT_STAGED = {
    "era_dates": "read in bronze",
    "era_quantities": "read in bronze",
    "era_references": "read in bronze",
    "era_remarks": "read in bronze",
    "x12_segments": "read in bronze",
    "exception_observations": "read by the evaluation",
    "run_observations": "read by the evaluation",
}


@cache
def content(page: Path) -> dict[str, Any]:
    """What a page says. The compiled loader reads the same as the plain one, in a tenth of the time."""
    said: dict[str, Any] = yaml.load(page.read_text(), Loader=yaml.CSafeLoader)
    return said


@cache
def pages() -> dict[str, dict[str, Any]]:
    """What the project says about each model."""
    return {
        model["name"]: model
        for page in sorted(MODELS.rglob("*.yml"))
        for model in content(page).get("models", [])
    }


def unit_tests(page: Path) -> list[dict[str, Any]]:
    """The unit tests beside a model."""
    tests: list[dict[str, Any]] = content(page).get("unit_tests", [])
    return tests


def code(path: Path) -> str:
    """The SQL of a file without its comments."""
    return re.sub(r"--[^\n]*|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


def test_every_unit_test_passes(practice: Warehouse, tmp_path: Path):
    result = practice.copy_to(tmp_path).dbt("test", "--select", "test_type:unit", as_of=AS_OF)
    assert result.success, failures(result)
    written = [test for page in sorted(MODELS.rglob("*.yml")) for test in unit_tests(page)]
    assert len(result.result.results) == len(written)  # type: ignore[union-attr]


def test_the_documented_columns_are_the_columns_in_their_order(practice: Warehouse):
    built: dict[str, list[str]] = {}
    for table, column in practice.query(
        "select table_name, column_name from information_schema.columns"
        f" where table_schema in {LAYERS} order by table_name, ordinal_position"
    ):
        built.setdefault(table, []).append(column)
    documented = {name: [column["name"] for column in page["columns"]] for name, page in pages().items()}
    assert documented == built


def test_no_amount_is_a_binary_float(practice: Warehouse):
    columns = practice.query(
        "select table_schema || '.' || table_name || '.' || column_name, data_type"
        " from information_schema.columns"
    )
    assert [name for name, kind in columns if kind in ("DOUBLE", "FLOAT", "REAL")] == []
    amounts = {name: kind for name, kind in columns if name.endswith("_amount") and ".records_" not in name}
    assert amounts
    assert set(amounts.values()) == {"DECIMAL(18,2)"}


def test_schemas_are_the_layers_exactly(practice: Warehouse):
    schemas = practice.query("select distinct table_schema from information_schema.tables order by 1")
    assert [schema for (schema,) in schemas] == sorted(("bronze", "seeds", *LAYERS))


def test_descriptions_reach_every_client(practice: Warehouse):
    silent = practice.query(
        "select table_name || '.' || column_name from duckdb_columns()"
        " where schema_name = 'marts' and coalesce(comment, '') = ''"
    )
    assert silent == []
    assert practice.query(
        "select comment from duckdb_tables() where schema_name = 'marts' and table_name = 'receipts'"
    )[0][0].startswith("One row per receipt")


def test_every_model_has_a_tested_grain():
    def has_grain(page: dict[str, Any]) -> bool:
        keys = [constraint["type"] for constraint in page.get("constraints", [])]
        tests = [name for test in page.get("data_tests", []) for name in test]
        return "primary_key" in keys or "unique_combination" in tests

    assert [name for name, page in pages().items() if not has_grain(page)] == []


def test_every_unit_test_and_model_is_in_the_pair_of_its_sql():
    for page in sorted(MODELS.rglob("*.yml")):
        assert [model["name"] for model in content(page).get("models", [])] in ([page.stem], []), page.name
        assert {test["model"] for test in unit_tests(page)} <= {page.stem}, page.name


def test_sources_are_the_tables_of_bronze():
    (source,) = yaml.safe_load((MODELS / "sources.yml").read_text())["sources"]
    assert sorted(table["name"] for table in source["tables"]) == sorted(BRONZE)
    assert all(table["description"].startswith("One row per ") for table in source["tables"])


def staged_sources() -> dict[str, str]:
    """Bronze table to the staging model that reads it."""
    found = {}
    for path in sorted((MODELS / "staging").rglob("stg_*.sql")):
        for table in re.findall(r"source\('bronze', '(\w+)'\)", path.read_text()):
            assert table not in found, f"two staging models read {table}"
            found[table] = path.stem
    return found


def test_every_bronze_table_has_one_staging_model():
    staged = staged_sources()
    assert sorted([*staged, *NOT_STAGED]) == sorted(BRONZE)


@pytest.mark.parametrize("source", sorted(CONTRACTS))
def test_staging_keeps_every_column_of_the_contract(source: str):
    columns = [column["name"] for column in pages()[staged_sources()[source]]["columns"]]
    assert columns == [*CONTRACTS[source].columns, *PROVENANCE, "version_count"]


@pytest.mark.parametrize("source", sorted(set(TABLES) - set(CONTRACTS) - set(NOT_STAGED)))
def test_staging_drops_no_column(source: str):
    columns = [column["name"] for column in pages()[staged_sources()[source]]["columns"]]
    assert set(BRONZE[source].names()) <= set(columns)


def test_only_staging_reads_bronze():
    readers = [
        path.name
        for path in sorted(PROJECT.rglob("*.sql"))
        if "source('bronze'" in code(path) and "staging" not in path.relative_to(PROJECT).parts
    ]
    assert readers == []


def test_nothing_asks_the_clock_or_divides():
    banned = r"\b(now|today|current_date|current_timestamp|get_current_\w+|random|uuid)\b|(?<![*/])/(?![*/])"
    guilty = [
        f"{path.name}: {found.group(0)}"
        for path in sorted(PROJECT.rglob("*.sql"))
        if (found := re.search(banned, code(path)))
    ]
    assert guilty == []


@pytest.mark.parametrize("as_of", [None, "30.06.2026"])
def test_a_run_without_a_proper_date_fails(practice: Warehouse, as_of: str | None, tmp_path: Path):
    with warnings.catch_warnings():
        # dbt leaves its threads to the garbage collector when a node cannot be compiled.
        warnings.simplefilter("ignore", ResourceWarning)
        problems = failures(
            practice.copy_to(tmp_path).dbt("compile", "--select", "stg_ingestion__loads", as_of=as_of)
        )
        gc.collect()
    assert "as_of" in " ".join(problems)
