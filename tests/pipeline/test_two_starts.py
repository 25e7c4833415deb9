"""One run at a time in a home folder; the second start says who is at work and ends with its own code."""

import time
from collections.abc import Callable
from pathlib import Path

from orchestration import exit_codes
from orchestration.run.lock import Holder, RunLock
from tests.pipeline.worlds import World, kill, start_command

HOLDER = Holder(pid=4711, run_id="20260105-other", started_at="2026-01-05T22:00:00Z")


def test_a_start_during_a_run_is_refused_and_touches_nothing(
    clean_deliveries: World, tmp_path: Path, run_command: Callable[..., tuple[int, str, str]]
) -> None:
    world = clean_deliveries.copy_to(tmp_path / "home")
    with RunLock(world.home.lock, HOLDER):
        code, output, errors = run_command(world, "run", "--home", str(world.root))
    assert code == exit_codes.ALREADY_RUNNING
    assert output == ""
    assert "20260105-other (process 4711" in errors
    assert "Traceback" not in errors
    assert not world.home.runs.exists() or list(world.home.runs.iterdir()) == []


def test_of_two_that_start_together_exactly_one_runs(clean_deliveries: World, tmp_path: Path) -> None:
    world = clean_deliveries.copy_to(tmp_path / "home")
    arguments = ("run", "--home", str(world.root), "--as-of", world.last_on.isoformat())
    racers = [start_command(world, *arguments) for _ in range(2)]
    try:
        while all(racer.poll() is None for racer in racers):
            time.sleep(0.05)
        (refused,) = [racer for racer in racers if racer.poll() is not None]
        (running,) = [racer for racer in racers if racer is not refused]
        _, errors = refused.communicate()
        assert refused.returncode == exit_codes.ALREADY_RUNNING
        assert f"(process {running.pid}" in errors
        assert running.poll() is None
    finally:
        # That a run ends well is for other tests.
        for racer in racers:
            if racer.poll() is None:
                kill(racer)
    assert not world.home.published.exists() or list(world.home.published.iterdir()) == []
