"""Practice groups that the tests of whole runs share."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.built_once import built_once
from tests.pipeline.worlds import World, make_world, run_here, start_command

DAYS, PRINTED = "days.json", "printed.json"


@pytest.fixture(scope="session")
def clean_deliveries(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A clean practice group that has not been run yet. Copy it before running it."""
    return delivered(tmp_path_factory, "clean", faults=False)


@pytest.fixture(scope="session")
def faulty_deliveries(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A practice group with planted faults and their truth.json. Copy it before running it."""
    return delivered(tmp_path_factory, "faulty", faults=True)


@pytest.fixture(scope="session")
def clean_run(
    clean_deliveries: World, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, dict[str, Any]]:
    """The clean practice group after one run as of its last day. Not to be changed."""

    def run(folder: Path) -> None:
        world = clean_deliveries.copy_to(folder / "home")
        (folder / PRINTED).write_text(json.dumps(run_here(world, world.last_on)))

    folder = built_once(tmp_path_factory, "clean-run", run)
    world = World(folder / "home", clean_deliveries.first_on, clean_deliveries.last_on)
    return world, json.loads((folder / PRINTED).read_text())


def delivered(factory: pytest.TempPathFactory, name: str, *, faults: bool) -> World:
    def deliver(folder: Path) -> None:
        world = make_world(folder / "home", faults=faults)
        (folder / DAYS).write_text(json.dumps([world.first_on.isoformat(), world.last_on.isoformat()]))

    folder = built_once(factory, name, deliver)
    first_on, last_on = (date.fromisoformat(day) for day in json.loads((folder / DAYS).read_text()))
    return World(folder / "home", first_on, last_on)


@pytest.fixture
def run_command() -> Callable[..., tuple[int, str, str]]:
    """Runs the real command to its end: exit code, output, errors."""

    def run(world: World, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = start_command(world, *arguments, **environment)
        output, errors = process.communicate()
        return process.returncode, output, errors

    return run
