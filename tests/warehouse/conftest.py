"""The warehouses that the tests of the dbt project read, each built once in a session."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.run.grains import GRAIN_TEST
from tests.built_once import built_once
from tests.warehouse.building import RUN, Row, Warehouse, frames
from tests.warehouse.practice import AS_OF, MONTH_END, PRACTICE


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all of them."""
    return tmp_path_factory.mktemp("warehouse")


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The practice at the end of June, with every data test of the nightly run's dbt call."""

    def build(folder: Path) -> None:
        Warehouse(folder, "practice").fill(frames(PRACTICE)).built(
            "build", "--exclude-resource-type", "unit_test", "--exclude", f"test_name:{GRAIN_TEST}",
            as_of=AS_OF,
        )  # fmt: skip

    return Warehouse(built_once(tmp_path_factory, "practice", build), "practice")


@pytest.fixture(scope="session")
def shuffled(folder: Path) -> Warehouse:
    """The same practice, with the rows of every bronze table the other way round."""
    reversed_frames = {table: frame.reverse() for table, frame in frames(PRACTICE).items()}
    return Warehouse(folder, "shuffled").fill(reversed_frames).built(*RUN, as_of=AS_OF)


@pytest.fixture(scope="session")
def replayed(folder: Path) -> Warehouse:
    """The practice at the end of May, built from everything that is known by the end of June."""
    return Warehouse(folder, "replayed").fill(frames(PRACTICE)).built(*RUN, as_of=MONTH_END)


@pytest.fixture(scope="session")
def at_the_time(folder: Path) -> Warehouse:
    """The practice at the end of May, built from what had been loaded by then."""

    def loaded(row: Row) -> bool:
        day: date = row.get("loaded_on", MONTH_END)
        return day <= MONTH_END

    known = {table: [row for row in rows if loaded(row)] for table, rows in frames_as_rows().items()}
    return Warehouse(folder, "at_the_time").fill(frames(known)).built(*RUN, as_of=MONTH_END)


def frames_as_rows() -> dict[str, list[Row]]:
    """The practice as complete rows, so that a row keeps its number when others are left out."""
    return {table: list(frame.iter_rows(named=True)) for table, frame in frames(PRACTICE).items()}
