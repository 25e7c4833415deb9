"""The grains that a run counts after its dbt call."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest

from orchestration.run.grains import check_grains
from orchestration.run.parsed_project import parsed_project
from tests.warehouse.building import PROJECT, Warehouse
from tests.warehouse.test_project import pages


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return Manifest.from_msgpack(parsed_project().manifest_binary.read_bytes())


def test_every_declared_grain_is_counted_and_holds(practice: Warehouse, manifest: Manifest) -> None:
    results = check_grains(practice.path, manifest)
    assert {result.status for result in results} == {"pass"}
    seeds = [yaml.safe_load(page.read_text())["seeds"][0] for page in (PROJECT / "seeds").glob("*.yml")]
    declared = [
        page["name"]
        for page in [*pages().values(), *seeds]
        for test in page.get("data_tests", [])
        if "unique_combination" in test
    ]
    assert sorted(str(result.tested_model).split(".")[-1] for result in results) == sorted(declared)


def test_a_row_that_is_there_twice_fails_the_grain_of_its_model_alone(
    practice: Warehouse, manifest: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / practice.path.name
    shutil.copy(practice.path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into intermediate.int_balancing__cells from intermediate.int_balancing__cells limit 1"
        )
    failed = [result for result in check_grains(path, manifest) if result.has_failed]
    assert [(result.tested_model, result.status) for result in failed] == [
        ("model.tieout.int_balancing__cells", "fail")
    ]


def test_a_grain_that_cannot_be_counted_is_an_error(
    practice: Warehouse, manifest: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / practice.path.name
    shutil.copy(practice.path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table intermediate.int_balancing__cells rename to elsewhere")
    failed = [result for result in check_grains(path, manifest) if result.has_failed]
    assert [(result.tested_model, result.status) for result in failed] == [
        ("model.tieout.int_balancing__cells", "error")
    ]
    assert failed[0].reason.startswith("CatalogException")
