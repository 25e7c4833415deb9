"""`tieout run`: the nightly job, now."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.options import business_date, existing_home, home_option
from orchestration.failures import RunInterruptedError, StageFailedError, TieoutError

if TYPE_CHECKING:
    from dagster import JobDefinition

    from orchestration.run.nightly import NightlyRun

SILENT_CONSOLE = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster says on the console what the progress already shows; its own storage keeps it."""


@click.command("run")
@home_option
@click.option(
    "--as-of",
    metavar="DATE",
    help="Business date; today in the practice's zone when not given. "
    "`sample-end` is the day of the last dated delivery. An earlier date than the last run's looks back: "
    "it takes no files and publishes the warehouse as it was known then.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON and show no progress.")
def command(home: Path, as_of: str | None, as_json: bool) -> None:
    """Take what was delivered, rebuild the warehouse, judge it and publish it.

    \b
    Examples:
      tieout run --home practice
      tieout run --home practice --as-of 2026-03-31
      tieout run --home practice --json > result.json

    It can be stopped at any moment and started again; readers keep the warehouse that was published before.
    """
    from orchestration.command.screen import RunScreen, print_result
    from orchestration.run.nightly import open_run

    place = existing_home(home)
    with (
        RunScreen(is_quiet=as_json) as screen,
        open_run(place.root, business_date(as_of, place), screen) as run,
    ):
        with run.stage("start"):
            job = _load_job(run)
        _execute(job, run)
    if as_json:
        click.echo(json.dumps(result_of(run), indent=1))
    else:
        print_result(run)


def _load_job(run: "NightlyRun") -> "JobDefinition":
    """The Dagster job of this home folder, with ``run`` as its run."""
    from orchestration.definitions import build_definitions
    from orchestration.defs import JOB

    return build_definitions(run.home.root, run).resolve_job_def(JOB)


def _execute(job: "JobDefinition", run: "NightlyRun") -> None:
    """Execute the job in this process. Raises the `TieoutError` that ended the run, if one did."""
    from dagster import DagsterEventType

    from orchestration.run.dagster_instance import dagster_instance
    from orchestration.run.nightly import STOPPED

    with dagster_instance() as instance:
        try:
            outcome = job.execute_in_process(
                instance=instance, raise_on_error=False, run_config=SILENT_CONSOLE
            )
        finally:
            # Dagster may pass an interrupt on or turn it into a failed step; ours says what happened.
            if run.failure is not None:
                raise run.failure
    if not outcome.success:
        if any(event.event_type is DagsterEventType.RUN_CANCELED for event in outcome.all_events):
            # Between two stages Dagster alone hears an interrupt.
            raise RunInterruptedError(STOPPED)
        if run.evaluation is not None:
            run.require_unblocked()
        raise StageFailedError(
            "run", "Dagster reports a failure outside the stages; see its pages for the step"
        )


def result_of(run: "NightlyRun") -> dict[str, Any]:
    """A published run for machines."""
    if run.manifest is None:
        raise TieoutError("the run ended without a publish")
    content = run.manifest.content
    return {
        "run_id": run.run_id,
        "as_of": content["as_of"],
        "is_replay": content["is_replay"],
        "sequence": content["sequence"],
        **content["verdict"],
        "published_file": str(run.manifest.data_file),
        "fingerprint": content["fingerprint"],
        "control_totals": content["control_totals"],
        "expectations": content["expectations"],
        "digest": run.ledger.record.digest,
        "stages": [
            {
                "stage": cost.stage,
                "seconds": cost.seconds,
                "cpu_seconds": cost.cpu_seconds,
                "peak_megabytes": cost.peak_megabytes,
            }
            for cost in run.ledger.record.stages
        ],
    }
