"""Every planted fault is found, once, and nothing else is found."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.run.manifest import current_manifest
from tests.pipeline.worlds import World, run_here


@pytest.fixture(scope="module")
def faulty_run(
    faulty_deliveries: World, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The truth about the planted faults, and the exceptions that a run found."""
    world = faulty_deliveries.copy_to(tmp_path_factory.mktemp("faulty-run") / "home")
    run_here(world, world.last_on)
    truth = json.loads((world.root / "truth.json").read_text())
    manifest = current_manifest(world.home.published)
    assert manifest is not None
    with duckdb.connect(str(manifest.data_file), read_only=True) as connection:
        cursor = connection.execute(
            "select kind, business_key, file_name, what_was_found from exceptions.exceptions"
        )
        names = [column[0] for column in cursor.description or []]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [fault for fault in truth if fault["kind"]], found


def test_the_run_finds_what_was_planted_and_nothing_else(
    faulty_run: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    truth, found = faulty_run
    assert truth
    assert Counter(row["kind"] for row in found) == Counter(fault["kind"] for fault in truth)


def test_every_fault_with_a_known_key_is_found_once(
    faulty_run: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    truth, found = faulty_run
    keys = Counter((row["kind"], row["business_key"]) for row in found)
    planted = [(fault["kind"], fault["business_key"]) for fault in truth if fault["business_key"]]
    assert {key: keys[key] for key in planted} == dict.fromkeys(planted, 1)


def test_what_was_found_carries_no_amount(
    faulty_run: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    _, found = faulty_run
    assert all("$" not in row["what_was_found"] for row in found)


def test_a_second_look_finds_the_same(faulty_deliveries: World, tmp_path: Path) -> None:
    world = faulty_deliveries.copy_to(tmp_path / "home")
    assert run_here(world, world.last_on)["fingerprint"] == run_here(world, world.last_on)["fingerprint"]
