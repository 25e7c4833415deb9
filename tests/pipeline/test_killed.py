"""A run that is killed leaves the published warehouse as it was, and the next run ends where an unharmed
one ends.

A few moments are tried every day; every named fault point and many random moments with `-m soak`.
"""

import os
import random
import re
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.faults import KILLED
from journal.close_entries import Bound, Prepare, Review
from journal.entry import Entry
from journal.period import period_named
from journal.store import Journal
from orchestration import exit_codes
from orchestration.run.ledger import latest_record
from orchestration.run.manifest import broken_links, current_manifest, read_manifests
from orchestration.run.nightly import STAGES
from orchestration.settings import load_settings
from orchestration.verification.home_folder import verify_home
from tests.pipeline.worlds import World, kill, start_command

EVERY_DAY = ("bronze.commit_written", "warehouse.built", "publish.observed")
RANDOM_KILLS = int(os.environ.get("TIEOUT_RANDOM_KILLS", "30"))
LONGEST_RUN_SECONDS = 60
# What people decide between the runs shows in these tables, and nowhere else.
TELL_OF_DECISIONS = frozenset({"marts.period_closes", "marts.period_close_figures", "marts.period_close_log"})

Command = Callable[..., tuple[int, str, str]]


def fault_points() -> list[str]:
    """Every named fault point in the sources that a run goes through."""
    root = Path(__file__).parents[2]
    sources = [
        path.read_text()
        for folder in ("ingestion", "orchestration")
        for path in (root / folder).rglob("*.py")
    ]
    named = {name for source in sources for name in re.findall(r'fault_point\("([\w.]+)"\)', source)}
    return sorted(named | {f"{stage}.begin" for stage in STAGES})


def readers_view(world: World) -> dict[str, bytes]:
    """What a reader can reach: the pointer, and the file and manifest it names."""
    pointer = world.home.published / "current"
    if not pointer.exists():
        return {}
    name = pointer.read_text().strip()
    paths = [
        pointer,
        world.home.published / name,
        world.home.published / name.replace(".duckdb", ".manifest.json"),
    ]
    return {path.name: path.read_bytes() for path in paths}


def rerun_to_the_end(world: World, run_command: Command) -> None:
    code, _, errors = run_command(
        world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat()
    )
    assert code == exit_codes.RAN, errors


def fingerprints(world: World) -> dict[str, str]:
    """Every published table's own fingerprint."""
    manifest = current_manifest(world.home.published)
    assert manifest is not None
    return {name: table["fingerprint"] for name, table in manifest.content["tables"].items()}


def assert_as_if_nothing_had_happened(
    world: World, unharmed: World, but_for: frozenset[str] = frozenset()
) -> None:
    kept, expected_tables = fingerprints(world), fingerprints(unharmed)
    assert kept.keys() == expected_tables.keys()
    assert {name for name in kept if kept[name] != expected_tables[name]} == but_for
    manifests = read_manifests(world.home.published)
    assert broken_links(manifests) == []
    assert list(world.home.warehouse.iterdir()) == []
    expected = {"current"} | {m.path.name for m in manifests} | {m.data_file.name for m in manifests}
    assert {path.name for path in world.home.published.iterdir()} == expected
    committed = {path.name for path in (world.home.bronze / "log").iterdir()}
    assert all(name.endswith(".json") for name in committed)
    record = latest_record(world.home.runs)
    assert record is not None
    assert record["outcome"] == "published"


def test_killed_again_and_again_it_ends_where_an_unharmed_run_ends(
    clean_deliveries: World, clean_run: tuple[World, dict[str, Any]], tmp_path: Path, run_command: Command
) -> None:
    world = clean_deliveries.copy_to(tmp_path / "home")
    acknowledged: list[Entry] = []
    for point in EVERY_DAY:
        before = readers_view(world)
        acknowledged += decide(world)
        code, _, errors = run_command(
            world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat(),
            TIEOUT_FAULT=f"{point}:1:exit",
        )  # fmt: skip
        assert code == KILLED, (point, errors)
        assert readers_view(world) == before, point
        assert verify_home(world.home, load_settings(world.home.settings)).faults == [], point
    acknowledged += decide(world)
    rerun_to_the_end(world, run_command)
    assert_as_if_nothing_had_happened(world, clean_run[0], but_for=TELL_OF_DECISIONS)
    with Journal.open(world.home.journal, create=False) as journal:
        assert list(journal.entries()) == acknowledged
    # The run that was killed last had published; the one after it took that up.
    manifest = read_manifests(world.home.published)[-1]
    assert manifest.content["inputs"]["journal"]["entry_number"] == len(acknowledged)
    assert verify_home(world.home, load_settings(world.home.settings)).faults == []


def decide(world: World) -> list[Entry]:
    """What people enter between two runs, once it is acknowledged: a month prepared and reviewed."""
    bound = Bound(lines=("L01|escrow|closing|1.00|0",), late=(), run_id="r", verdict="reconciled")
    period = period_named("2026-01")
    entered = []
    with Journal.open(world.home.journal) as journal:
        for step, by in ((Prepare, "maria"), (Review, "noor")):
            entered += journal.append(
                [step(period=period, by=by, bound=bound).draft()],
                person=by,
                entered_at=datetime(2026, 2, 1, tzinfo=UTC),
                entered_on=world.first_on,
            )
    return entered


def test_the_points_tried_every_day_exist() -> None:
    assert set(EVERY_DAY) <= set(fault_points())
    assert len(fault_points()) >= 20


@pytest.mark.parametrize("error", ["ENOSPC", pytest.param("EIO", marks=pytest.mark.soak)])
def test_a_full_or_broken_disk_ends_the_run_and_nothing_else(
    clean_run: tuple[World, dict[str, Any]], tmp_path: Path, run_command: Command, error: str
) -> None:
    world = clean_run[0].copy_to(tmp_path / "home")
    before = readers_view(world)
    code, _, errors = run_command(
        world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat(),
        TIEOUT_FAULT=f"publish.copied:1:{error}",
    )  # fmt: skip
    assert code == exit_codes.RUN_FAILED
    assert error in errors
    assert ("MB free" in errors) == (error == "ENOSPC")
    assert "Traceback" not in errors
    assert readers_view(world) == before
    assert list(world.home.warehouse.iterdir()) == []


def test_stopped_from_the_keyboard_it_says_so_and_publishes_nothing(
    clean_run: tuple[World, dict[str, Any]], tmp_path: Path
) -> None:
    world = clean_run[0].copy_to(tmp_path / "home")
    before = readers_view(world)
    process = start_command(world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat())
    assert process.stderr is not None
    while not process.stderr.readline().startswith("building the warehouse"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == exit_codes.INTERRUPTED
    assert "Traceback" not in errors
    assert readers_view(world) == before
    record = latest_record(world.home.runs)
    assert record is not None
    assert record["outcome"] == "failed"


@pytest.mark.soak
@pytest.mark.parametrize("point", fault_points())
def test_killed_at(
    point: str,
    clean_deliveries: World,
    clean_run: tuple[World, dict[str, Any]],
    tmp_path: Path,
    run_command: Command,
) -> None:
    world = clean_deliveries.copy_to(tmp_path / "home")
    code, _, _ = run_command(
        world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat(),
        TIEOUT_FAULT=f"{point}:1:exit",
    )  # fmt: skip
    if code == exit_codes.RAN:
        pytest.skip(f"a clean night does not pass {point}")
    assert code == KILLED
    assert (readers_view(world) == {}) == (point not in ("publish.pointed", "publish.pruned"))
    rerun_to_the_end(world, run_command)
    assert_as_if_nothing_had_happened(world, clean_run[0])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(RANDOM_KILLS))
def test_killed_at_a_random_moment(
    seed: int,
    clean_deliveries: World,
    clean_run: tuple[World, dict[str, Any]],
    tmp_path: Path,
    run_command: Command,
) -> None:
    world = clean_deliveries.copy_to(tmp_path / "home")
    process = start_command(world, "run", "--home", str(world.root), "--as-of", world.last_on.isoformat())
    time.sleep(random.Random(seed).uniform(0, LONGEST_RUN_SECONDS))
    kill(process)
    rerun_to_the_end(world, run_command)
    assert_as_if_nothing_had_happened(world, clean_run[0])
