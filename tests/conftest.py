"""Fixtures that every area of the tests may use."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One example budget for everyday work, one for a long night: HYPOTHESIS_PROFILE=thorough.
settings.register_profile(
    "everyday", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))

REPOSITORY = Path(__file__).resolve().parent.parent

# Whole runs and whole warehouses take longest: begun last, one of them would keep everybody waiting.
LONGEST_FIRST = ("pipeline", "warehouse", "dashboards", "expectations")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the areas whose files take longest."""
    rank = {area: number for number, area in enumerate(LONGEST_FIRST)}
    tests = Path(__file__).resolve().parent

    def rank_of(item: pytest.Item) -> int:
        area = item.path.relative_to(tests).parts[0] if item.path.is_relative_to(tests) else ""
        return rank.get(area, len(rank))

    items.sort(key=rank_of)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def x12_samples() -> Path:
    """The folder of public X12 sample files, which is not part of the repository.

    Found through TIEOUT_X12_SAMPLES, else beside the checkout; where it is absent the test is skipped.
    """
    folder = Path(os.environ.get("TIEOUT_X12_SAMPLES", REPOSITORY.parent / "shared" / "data" / "x12"))
    if not folder.is_dir():
        pytest.skip("the public X12 sample files are not here; set TIEOUT_X12_SAMPLES to their folder")
    return folder
