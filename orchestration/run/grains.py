"""The grain of every model, counted in the finished file.

Each page of the project says by which columns a row is known, as a dbt test (`unique_combination`). As nodes
of their own these tests are half of all nodes, and dbt's bookkeeping for them costs a night more than the
counting. So the run leaves them out of its one dbt call and counts right after it; `dbt test` runs the same
declarations as ever.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ingestion.redaction import redacted
from orchestration.run.node_result import NodeResult

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import GenericTestNode

GRAIN_TEST = "unique_combination"


def check_grains(path: Path, manifest: Manifest) -> list[NodeResult]:
    """A result per declared grain of the warehouse at ``path``.

    Its status is ``pass``, ``fail`` where rows share their key, or ``error`` where it could not be counted.
    """
    from dbt.contracts.graph.nodes import GenericTestNode

    tests = [
        node
        for _, node in sorted(manifest.nodes.items())
        if isinstance(node, GenericTestNode) and node.test_metadata.name == GRAIN_TEST
    ]
    with duckdb.connect(str(path), read_only=True) as connection:
        return [_counted(connection, manifest, test) for test in tests]


def _counted(connection: duckdb.DuckDBPyConnection, manifest: Manifest, test: GenericTestNode) -> NodeResult:
    model = manifest.nodes[str(test.attached_node)]
    columns = ", ".join(test.test_metadata.kwargs["columns"])
    started = time.perf_counter()
    try:
        shared = connection.execute(
            f"select 1 from {model.schema}.{model.name}"  # noqa: S608 - names of the project's own pages
            f" group by {columns} having count(*) > 1 limit 1"
        ).fetchall()
        status, reason = ("fail", "rows share their key") if shared else ("pass", "")
    except duckdb.Error as error:
        status, reason = "error", redacted(error)
    return NodeResult(
        unique_id=test.unique_id,
        name=test.name,
        kind="test",
        status=status,
        seconds=round(time.perf_counter() - started, 3),
        reason=reason,
        tested_model=model.unique_id,
    )
