"""Two warehouses evaluated once: a clean one and one with every planted row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.observations import ObservationHistory
from expectations.report import EvaluationReport
from expectations.runner import evaluate
from tests.expectations.cases import AFTERWARDS, PLANTED, TWINS
from tests.expectations.world import AS_OF, build

Query = Callable[[Path, str], list[tuple[Any, ...]]]


def read(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def query() -> Query:
    """Rows of a query on a warehouse file, opened read-only."""
    return read


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EvaluationReport]:
    path = build(tmp_path_factory.mktemp("clean") / "tieout-clean.duckdb", TWINS)
    return path, evaluate(path, ObservationHistory.empty(), AS_OF)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EvaluationReport]:
    path = build(tmp_path_factory.mktemp("planted") / "tieout-planted.duckdb", TWINS + PLANTED, AFTERWARDS)
    return path, evaluate(path, ObservationHistory.empty(), AS_OF)
