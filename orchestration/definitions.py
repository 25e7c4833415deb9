"""Dagster's entry: the whole graph, the job, its schedule and its sensor, for the home folder in TIEOUT_HOME.

TIEOUT_HOME=/data/practice dagster dev --module-name orchestration.definitions
"""

import os
from pathlib import Path

import dagster as dg

from orchestration.defs import JOB
from orchestration.defs.bronze.assets import JOURNAL, SETTINGS, bronze
from orchestration.defs.expectations.assets import exceptions_assets
from orchestration.defs.published.assets import published_asset
from orchestration.defs.run_resource import nightly_run_resource
from orchestration.defs.triggers.new_files import new_file_sensor
from orchestration.defs.triggers.schedule import nightly_schedule
from orchestration.defs.warehouse.assets import warehouse_assets
from orchestration.home import Home
from orchestration.run.nightly import NightlyRun
from orchestration.run.parsed_project import parsed_project
from orchestration.run.tables import PUBLIC_SCHEMAS
from orchestration.settings import load_settings

HOME_VARIABLE = "TIEOUT_HOME"


def build_definitions(root: Path, opened: NightlyRun | None = None) -> dg.Definitions:
    """Everything Dagster needs for one home folder. ``opened``: see `nightly_run_resource`."""
    settings = load_settings(Home(root).settings)
    warehouse = warehouse_assets(parsed_project().manifest_json)
    exceptions = exceptions_assets()
    public = sorted(
        key for assets in (warehouse, exceptions) for key in assets.keys if key.path[0] in PUBLIC_SCHEMAS
    )
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Landed files in, a validated published warehouse out.",
    )
    return dg.Definitions(
        assets=[bronze, SETTINGS, *JOURNAL, warehouse, exceptions, published_asset(public)],
        jobs=[job],
        schedules=[nightly_schedule(settings)],
        sensors=[new_file_sensor(root)],
        resources={"nightly_run": nightly_run_resource(root, opened)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions for the home folder named in the environment, ``tieout-home`` here when none is."""
    return build_definitions(Path(os.environ.get(HOME_VARIABLE, "tieout-home")).expanduser().resolve())
