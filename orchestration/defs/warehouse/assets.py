"""Every dbt model as an asset, filled by exactly one dbt call.

dbt's tests are not Dagster checks one by one: each would cost several events in Dagster's storage, together
more than the tests themselves. A failing test fails the run by name; passing ones are counted on the model
they belong to.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster_dbt import DagsterDbtTranslatorSettings, dbt_assets

from orchestration.defs.warehouse.translator import StageTranslator
from orchestration.failures import StageFailedError
from orchestration.run.nightly import NightlyRun
from orchestration.run.node_result import NodeResult

UNIQUE_ID = "dagster_dbt/unique_id"
"""The metadata in which dagster-dbt keeps the dbt id of an asset."""


def warehouse_assets(manifest_json: Path) -> dg.AssetsDefinition:
    """The assets of the dbt project whose manifest is in ``manifest_json``."""
    translator = StageTranslator(DagsterDbtTranslatorSettings(enable_asset_checks=False))

    @dbt_assets(manifest=manifest_json, dagster_dbt_translator=translator, name="warehouse")
    def warehouse(
        context: dg.AssetExecutionContext, nightly_run: dg.ResourceParam[NightlyRun]
    ) -> Iterator[dg.MaterializeResult]:
        """Build staging, intermediate and marts in the run's private file."""
        failure: StageFailedError | None = None
        try:
            nightly_run.build_warehouse()
        except StageFailedError as error:
            failure = error
        yield from _built(context.assets_def, nightly_run.nodes)
        if failure:
            raise failure

    return warehouse


def _built(definition: dg.AssetsDefinition, results: list[NodeResult]) -> Iterator[dg.MaterializeResult]:
    """The models that dbt built, with the time they took and the tests they passed."""
    keys = {spec.metadata[UNIQUE_ID]: spec.key for spec in definition.specs}
    passed = Counter(result.tested_model for result in results if result.status == "pass")
    for result in results:
        if result.unique_id in keys and result.status == "success":
            yield dg.MaterializeResult(
                asset_key=keys[result.unique_id],
                metadata={"seconds": result.seconds, "tests passed": passed[result.unique_id]},
            )
