"""The exceptions, with every kind of the catalogue as a check on what it looks at.

A check that blocks keeps `published` from starting: it waits for the marts and their checks.
"""

from collections.abc import Iterator

import dagster as dg

from expectations.catalogue import EXCEPTIONS, load_catalogue
from orchestration.run.nightly import NightlyRun

TABLES = ("exceptions", "history", "kinds", "lives", "metrics", "root_causes")
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
                asset=_judged(suite.mart),
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
                asset_key=_judged(outcome.suite),
                check_name=outcome.kind,
                passed=outcome.result == "passed",
                severity=SEVERITIES[outcome.severity],
                metadata={"exceptions": outcome.exception_count},
            )

    return expectations


def _judged(mart: str) -> dg.AssetKey:
    """What a suite judges: a mart, or the exceptions of the run."""
    return dg.AssetKey(["exceptions" if mart == EXCEPTIONS else "marts", mart])
