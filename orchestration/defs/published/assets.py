"""The published file, made when every check that guards it holds."""

from collections.abc import Sequence

import dagster as dg

from orchestration.run.nightly import NightlyRun


def published_asset(public_tables: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The published warehouse, made from the tables of the public schemas."""

    @dg.asset(
        key=["published", "warehouse"],
        deps=list(public_tables),
        group_name="published",
        kinds={"duckdb"},
        description="One validated, read-only file per run; `current` names the one to open.",
    )
    def published(nightly_run: dg.ResourceParam[NightlyRun]) -> dg.MaterializeResult:
        manifest = nightly_run.publish()
        return dg.MaterializeResult(
            metadata={
                "file": manifest.data_file.name,
                "as_of": manifest.as_of,
                "verdict": manifest.verdict.sentence if manifest.verdict else "none",
                "fingerprint": manifest.fingerprint,
                "sequence": manifest.sequence,
            }
        )

    return published
