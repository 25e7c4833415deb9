"""What stops a publish: an expectation that guards it, one that could not be evaluated, a model that fails.

And the job as Dagster itself starts it, which is the same job.
"""

import json
import os
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from expectations.report import EvaluationReport, KindOutcome
from orchestration import exit_codes
from orchestration.command import tieout
from orchestration.definitions import build_definitions
from orchestration.defs import JOB
from orchestration.failures import (
    AlreadyRunningError,
    ExpectationErroredError,
    PublishBlockedError,
    StageFailedError,
    TieoutError,
)
from orchestration.run import evaluate, transform
from orchestration.run.ledger import latest_record
from orchestration.run.lock import Holder, RunLock
from orchestration.run.manifest import broken_links, read_manifests
from orchestration.run.node_result import NodeResult
from orchestration.run.parsed_project import parsed_project
from tests.pipeline.worlds import World


@pytest.fixture
def world(clean_run: tuple[World, dict[str, Any]], tmp_path: Path) -> World:
    """A practice group that has been published once."""
    return clean_run[0].copy_to(tmp_path / "home")


def outcome_of_run(world: World) -> TieoutError:
    """The failure of a run that must fail, after a look that nothing was published by it."""
    before = (world.home.published / "current").read_text()
    files = sorted(world.home.published.iterdir())
    outcome = CliRunner().invoke(
        tieout, ["run", "--home", str(world.root), "--as-of", world.last_on.isoformat()]
    )
    assert isinstance(outcome.exception, TieoutError), outcome.exception
    assert (world.home.published / "current").read_text() == before
    assert sorted(world.home.published.iterdir()) == files
    assert list(world.home.warehouse.iterdir()) == []
    return outcome.exception


def pretend(monkeypatch: pytest.MonkeyPatch, result: str, *, blocks: bool) -> None:
    """Make the evaluation come out as if one kind had this result."""

    def evaluated(warehouse: Path, observations: object, as_of: date, *, entries: object) -> EvaluationReport:
        kind = KindOutcome("conservation_broken", "loads", "critical", blocks, result, 3)  # type: ignore[arg-type]
        return EvaluationReport(as_of, (kind,), 0, 0, 0)

    monkeypatch.setattr(evaluate, "evaluate", evaluated)
    # What was built does not matter then.
    monkeypatch.setattr(transform, "run_dbt", lambda *_: everything_built())


def everything_built() -> list[NodeResult]:
    """What dbt would say of a good build, each node after those that it reads."""
    nodes = json.loads(parsed_project().manifest_json.read_text())["nodes"]
    reads = {
        unique_id: [read for read in node["depends_on"].get("nodes", []) if read in nodes]
        for unique_id, node in nodes.items()
    }
    return [
        NodeResult(
            unique_id, nodes[unique_id]["name"], nodes[unique_id]["resource_type"], "success", 0.0, "", None
        )
        for unique_id in TopologicalSorter(reads).static_order()
    ]


def test_a_guarding_expectation_stops_the_publish(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, "failed", blocks=True)
    failure = outcome_of_run(world)
    assert isinstance(failure, PublishBlockedError)
    assert failure.exit_code == exit_codes.PUBLISH_BLOCKED
    assert "conservation_broken" in str(failure)
    record = latest_record(world.home.runs)
    assert record is not None
    assert record["outcome"] == "blocked"
    assert record["verdict"] == "incomplete"


def test_an_expectation_that_errored_is_an_error_of_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, "errored", blocks=False)
    failure = outcome_of_run(world)
    assert isinstance(failure, ExpectationErroredError)
    assert failure.exit_code == exit_codes.EXPECTATION_ERRORED


def test_a_failed_model_is_named_and_its_values_are_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = NodeResult(
        unique_id="model.tieout.receipts",
        name="receipts",
        kind="model",
        status="error",
        seconds=0.0,
        reason=transform.safe_reason('Conversion Error: Could not convert string "JOHN DOE" to INT32'),
        tested_model=None,
    )
    monkeypatch.setattr(transform, "run_dbt", lambda *_: [failed])
    failure = outcome_of_run(world)
    assert isinstance(failure, StageFailedError)
    assert "model receipts (Conversion Error)" in str(failure)
    assert "JOHN" not in str(failure)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Runtime Error in model x\n  Binder Error: no column y\n  LINE 1",
            "Binder Error: no column y LINE 1",
        ),
        ('Constraint Error: Duplicate key "receipt_id: 4711"', "Constraint Error"),
        ("Invalid Input Error: JOHN DOE", "Invalid Input Error"),
        ("Got 3 results, configured to fail if != 0", ""),
    ],
)
def test_of_a_dbt_message_only_what_is_about_sql_is_repeated(message: str, shown: str) -> None:
    assert transform.safe_reason(message) == shown


def test_the_job_as_the_schedule_starts_it_publishes_the_same_and_lengthens_the_chain(
    world: World, clean_run: tuple[World, dict[str, Any]]
) -> None:
    job = build_definitions(world.root).resolve_job_def(JOB)
    config = {"resources": {"nightly_run": {"config": {"as_of": world.last_on.isoformat()}}}}
    outcome = job.execute_in_process(run_config=config)
    assert outcome.success
    assert world.fingerprint == clean_run[1]["fingerprint"]
    first, second = manifests = read_manifests(world.home.published)
    assert [manifest.sequence for manifest in manifests] == [1, 2]
    assert broken_links(manifests) == []
    assert second.content["inputs"]["new"] == []
    assert second.content["inputs"]["sha256"] == first.content["inputs"]["sha256"]
    checks = outcome.get_asset_check_evaluations()
    assert checks
    assert all(check.passed for check in checks)


def test_the_job_is_refused_while_another_run_goes_on(world: World) -> None:
    job = build_definitions(world.root).resolve_job_def(JOB)
    with RunLock(world.home.lock, Holder(os.getpid(), "other", "now")):
        outcome = job.execute_in_process(raise_on_error=False)
        assert not outcome.success
        with pytest.raises(Exception, match="nightly_run") as refused:
            job.execute_in_process()
    assert isinstance(refused.value.__cause__, AlreadyRunningError)
