"""Practice groups that the tests of whole runs share."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.pipeline.worlds import World, make_world, run_here, start_command


@pytest.fixture(scope="session")
def clean_deliveries(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A clean practice group that has not been run yet. Copy it before running it."""
    return make_world(tmp_path_factory.mktemp("clean") / "home", faults=False)


@pytest.fixture(scope="session")
def faulty_deliveries(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A practice group with planted faults and their truth.json. Copy it before running it."""
    return make_world(tmp_path_factory.mktemp("faulty") / "home", faults=True)


@pytest.fixture(scope="session")
def clean_run(
    clean_deliveries: World, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, dict[str, Any]]:
    """The clean practice group after one run as of its last day. Not to be changed."""
    world = clean_deliveries.copy_to(tmp_path_factory.mktemp("clean-run") / "home")
    return world, run_here(world, world.last_on)


@pytest.fixture
def run_command() -> Callable[..., tuple[int, str, str]]:
    """Runs the real command to its end: exit code, output, errors."""

    def run(world: World, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = start_command(world, *arguments, **environment)
        output, errors = process.communicate()
        return process.returncode, output, errors

    return run
