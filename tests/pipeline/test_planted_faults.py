"""Every planted fault is found, once, and nothing else is found."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.command import tieout
from orchestration.run.manifest import current_manifest
from tests.pipeline.worlds import World, run_here


def published(world: World, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the file that readers are pointed at."""
    manifest = current_manifest(world.home.published)
    assert manifest is not None
    with duckdb.connect(str(manifest.data_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def faulty_home(faulty_deliveries: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The practice group with planted faults after one run. Copy it before running it again."""
    world = faulty_deliveries.copy_to(tmp_path_factory.mktemp("faulty-run") / "home")
    run_here(world, world.last_on)
    return world


@pytest.fixture(scope="module")
def faulty_run(faulty_home: World) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The truth about the planted faults, and the exceptions that a run found."""
    world = faulty_home
    truth = json.loads((world.root / "truth.json").read_text())
    manifest = current_manifest(world.home.published)
    assert manifest is not None
    planted = Counter(fault["kind"] for fault in truth)
    assert manifest.verdict is not None
    assert manifest.verdict.word == "incomplete"
    assert manifest.verdict.grounds.missing_files == planted["expected_file_missing"] > 0
    assert manifest.verdict.grounds.unproven == 0
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


def test_every_next_step_is_filled_in(faulty_home: World) -> None:
    rows = published(faulty_home, "select next_step, status from exceptions.exceptions")
    assert all(step and "{" not in step for step, _ in rows)
    assert {status for _, status in rows} == {"open"}


def test_a_second_look_finds_the_same(faulty_home: World, tmp_path: Path) -> None:
    world = faulty_home.copy_to(tmp_path / "home")
    assert run_here(world, world.last_on)["fingerprint"] == faulty_home.fingerprint


def test_people_work_the_queue_and_the_next_night_counts_it(
    faulty_home: World, tmp_path: Path, run_command: Callable[..., tuple[int, str, str]]
) -> None:
    world = faulty_home.copy_to(tmp_path / "home")
    tonight, back = world.last_on + timedelta(days=1), world.last_on + timedelta(days=30)
    chosen = {
        kind: min(
            one
            for (one,) in published(
                world, f"select exception_id from exceptions.exceptions where kind = '{kind}'"
            )
        )
        for kind in ("over_applied", "missing_in_billing", "claim_total_mismatch", "escrow_aged")
    }
    entries = (
        ("waive", "missing_in_billing", "--until", back.isoformat(), "--reason", "settled by hand"),
        ("acknowledge", "over_applied"),
        ("resolve", "claim_total_mismatch", "--reason", "corrected in billing"),
        ("assign", "escrow_aged", "--to", "noor"),
    )
    for action, kind, *more in entries:
        typed = ("exceptions", action, chosen[kind][:12], *more, "--by", "maria", "--on", tonight.isoformat())
        outcome = CliRunner().invoke(tieout, [*typed, "--home", str(world.root)], standalone_mode=False)
        assert outcome.exception is None, outcome.exception
    # A run that is killed after it has read the journal loses nothing that was entered.
    night = ("run", "--home", str(world.root), "--as-of", tonight.isoformat())
    code, _, _ = run_command(world, *night, TIEOUT_FAULT="warehouse.prepared:1:exit")
    assert code == 137
    run_here(world, tonight)
    stands = {
        one: (status, state, assigned, until)
        for one, status, state, assigned, until in published(
            world, "select exception_id, status, state, assigned_to, waived_until from exceptions.exceptions"
        )
    }
    assert {kind: stands[one] for kind, one in chosen.items()} == {
        "missing_in_billing": ("waived", "waived", None, back),
        "over_applied": ("acknowledged", "acknowledged", None, None),
        "claim_total_mismatch": ("reopened", "reopened", None, None),
        "escrow_aged": ("open", "assigned", "noor", None),
    }
    assert {one for one, (status, *_) in stands.items() if status == "reopened"} == {
        chosen["claim_total_mismatch"]
    }
    first_seen = published(world, "select distinct first_seen_on from exceptions.lives order by 1")
    assert first_seen[0] == (world.last_on,)
    told = published(world, "select cause, person from exceptions.history where entry_number is not null")
    assert sorted(told) == [(action, "maria") for action in ("acknowledge", "assign", "resolve", "waive")]
