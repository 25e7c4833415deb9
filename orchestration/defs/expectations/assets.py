"""The exceptions, with every kind of the catalogue as a check on the mart that it looks at.

A check that blocks keeps `published` from starting: it waits for the marts and their checks.
"""

from collections.abc import Iterator

import dagster as dg

from expectations.catalogue import load_catalogue
from orchestration.run.nightly import NightlyRun

TABLES = ("exceptions", "history", "kinds")
SEVERITIES = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "info": dg.AssetCheckSeverity.WARN,
}


def exceptions_assets() -> dg.AssetsDefinition:
    """The tables of the schema `exceptions` and the checks that fill them."""
    catalogue = load_catalogue()
    marts = sorted({dg.AssetKey(["marts", suite.mart]) for suite in catalogue.suites})

    @dg.multi_asset(
        name="expectations",
        specs=[
            dg.AssetSpec(
                dg.AssetKey(["exceptions", table]), group_name="exceptions", deps=marts, kinds={"duckdb"}
            )
            for table in TABLES
        ],
        check_specs=[
            dg.AssetCheckSpec(
                kind.kind,
                asset=dg.AssetKey(["marts", suite.mart]),
                blocking=kind.blocks_publish,
                description=kind.meaning,
            )
            for suite, kind in catalogue.kinds
        ],
        allow_arbitrary_check_specs=True,
    )
    def expectations(
        nightly_run: dg.ResourceParam[NightlyRun],
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Judge every mart and write one row for everything that does not tie."""
        report = nightly_run.evaluate()
        for table in TABLES:
            yield dg.MaterializeResult(asset_key=dg.AssetKey(["exceptions", table]))
        for outcome in report.outcomes:
            yield dg.AssetCheckResult(
                asset_key=dg.AssetKey(["marts", outcome.suite]),
                check_name=outcome.kind,
                passed=outcome.result == "passed",
                severity=SEVERITIES[outcome.severity],
                metadata={"exceptions": outcome.exception_count},
            )

    return expectations
