"""The run as a Dagster resource: opened once per job run, shared by its steps, closed when the job ends."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from orchestration.run.nightly import NightlyRun, open_run


def nightly_run_resource(root: Path, opened: NightlyRun | None = None) -> dg.ResourceDefinition:
    """The resource ``nightly_run`` for a home folder.

    ``opened`` is a run whose lock the caller already holds, as the command does so that a second start is
    refused before anything heavy is loaded; the caller then closes it.
    """

    @dg.resource(config_schema={"as_of": dg.Field(str, is_required=False, description="Business date, ISO.")})
    def nightly_run(context: dg.InitResourceContext) -> Iterator[NightlyRun]:
        if opened is not None:
            yield opened
            return
        as_of = (context.resource_config or {}).get("as_of")
        with open_run(root, date.fromisoformat(as_of) if as_of else None) as run:
            yield run

    return nightly_run
