"""One run at a time in a home folder; the second start says who is at work and ends with its own code."""

from collections.abc import Callable
from pathlib import Path

from orchestration import exit_codes
from orchestration.run.lock import Holder, RunLock
from tests.pipeline.worlds import World, start_command

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
    arguments = ("run", "--home", str(world.root), "--as-of", world.first_on.isoformat(), "--json")
    racers = [start_command(world, *arguments) for _ in range(2)]
    codes = []
    for racer in racers:
        racer.communicate()
        codes.append(racer.returncode)
    assert sorted(codes) == [exit_codes.RAN, exit_codes.ALREADY_RUNNING]
    assert len(list((world.home.published).glob("*.duckdb"))) == 1
