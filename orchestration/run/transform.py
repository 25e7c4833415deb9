"""The one dbt call of a run: staging, intermediate and marts, in this process."""

import gc
import json
import re
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from ingestion.redaction import redacted
from orchestration.failures import StageFailedError
from orchestration.run.grains import GRAIN_TEST, check_grains
from orchestration.run.node_result import NodeResult
from orchestration.run.parsed_project import PROJECT, parsed_project, quiet_arguments, warehouse_path

STAGE = "warehouse"
_PAUSES_FOR_RELEASE = (0.0, 0.05, 0.2, 1.0, 3.0, 10.0, 30.0)
ERRORS_ABOUT_SQL = {"Binder Error", "Catalog Error", "Compilation Error", "Parser Error"}


def run_dbt(
    path: Path,
    as_of: date,
    on_node: Callable[[str], None] | None = None,
    *,
    only_models: Sequence[str] = (),
) -> list[NodeResult]:
    """Build everything in the file at ``path`` as of a date, in this process, with exactly one call of dbt.

    The grains that the pages declare are counted after it.

    ``only_models`` are dbt selectors; with them just those models are built, untested. ``on_node`` hears
    the name of each node as it finishes. Returns a result per model and test; whether they are good is for
    `check_dbt`. Raises `StageFailedError` when dbt could not run at all.
    """
    parsed = parsed_project()
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    def hear(event: object) -> None:
        if on_node and event.info.name == "NodeFinished":  # type: ignore[attr-defined]
            on_node(event.data.node_info.node_name)  # type: ignore[attr-defined]

    manifest = Manifest.from_msgpack(parsed.manifest_binary.read_bytes())
    arguments = [
        "build",
        *quiet_arguments(PROJECT, path.parent / "target"),
        "--exclude-resource-type",
        "unit_test",
        "--exclude",
        f"test_name:{GRAIN_TEST}",
        "--no-write-json",
        *(["--exclude-resource-type", "test", "--select", *only_models] if only_models else []),
        "--vars",
        json.dumps({"as_of": as_of.isoformat()}),
    ]
    try:
        with warehouse_path(path):
            outcome = dbtRunner(manifest=manifest, callbacks=[hear]).invoke(arguments)
    finally:
        _close_connections()
        _wait_until_released(path)
    if outcome.exception is not None and not isinstance(outcome.exception, Exception):
        # dbt catches an interrupt like any failure; whoever asked for it wants the run to stop.
        raise outcome.exception
    if not isinstance(outcome.result, RunExecutionResult):
        reason = redacted(outcome.exception) if outcome.exception else "no result"
        raise StageFailedError(STAGE, f"dbt could not run: {reason}")
    results = [
        NodeResult(
            unique_id=result.node.unique_id,
            name=result.node.name,
            kind=str(result.node.resource_type),
            status=str(result.status),
            seconds=round(result.execution_time, 3),
            reason=safe_reason(result.message or ""),
            tested_model=getattr(result.node, "attached_node", None),
        )
        for result in outcome.result.results
    ]
    return results if only_models else results + check_grains(path, manifest)


def _close_connections() -> None:
    """Close what dbt has opened: it keeps its connection to the file, and DuckDB then refuses to open it
    read-only in this process.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import cleanup_connections

    cleanup_connections()
    # The adapter itself only forgets its environment; then whoever refers to it last closes the file.
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


def _wait_until_released(path: Path) -> None:
    """Return once the file can be opened by others, or after most of a minute.

    What dbt's threads read may outlive the connections for a moment, longer on a busy machine.
    """
    for pause in _PAUSES_FOR_RELEASE:
        gc.collect()
        time.sleep(pause)
        try:
            duckdb.connect(str(path), read_only=True).close()
        except duckdb.ConnectionException:
            continue
        except duckdb.Error:
            # Whatever else is wrong with the file is for those who read it.
            return
        return


def safe_reason(message: str) -> str:
    """What may be repeated of a dbt message: the kind of error, and its text where that speaks of SQL only.

    A cast or a constraint quotes the value that broke it; a name that does not exist is no value.
    """
    kinds = re.findall(r"\b(?:[A-Z]\w+ )+Error\b", message)
    if not kinds:
        return ""
    if kinds[-1] not in ERRORS_ABOUT_SQL:
        return str(kinds[-1])
    lines = message[message.rindex(kinds[-1]) :].splitlines()
    return " ".join(line.strip() for line in lines[:3] if line.strip())


def check_dbt(results: Sequence[NodeResult]) -> None:
    """Raise `StageFailedError` naming every model and test that failed."""
    failed = sorted(
        f"{result.kind} {result.name}" + (f" ({result.reason})" if result.reason else "")
        for result in results
        if result.has_failed
    )
    if failed:
        raise StageFailedError(
            STAGE, f"{len(failed)} of {len(results)} dbt nodes failed: {', '.join(failed)}"
        )
