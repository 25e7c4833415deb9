"""The delivered files and every table of bronze, made together because a file is taken completely or not at
all.
"""

from collections.abc import Iterator

import dagster as dg

from ingestion.bronze_tables import TABLES
from orchestration.run.nightly import NightlyRun

LANDING = dg.AssetKey(["landing", "files"])
OBSERVATIONS = {"exception_observations", "run_observations"}
"""Bronze tables that publishing appends to; landing adds nothing to them."""

BRONZE = {table: dg.AssetKey(["bronze", table]) for table in sorted(set(TABLES) - OBSERVATIONS)}

SETTINGS = dg.AssetSpec(
    dg.AssetKey(["bronze", "company_settings"]),
    group_name="bronze",
    description="The company settings of settings.yml, by the date from which they are in force.",
)

JOURNAL = [
    dg.AssetSpec(
        dg.AssetKey(["bronze", table]),
        group_name="bronze",
        description=f"What people entered about {kind} in the journal, up to the as-of date.",
    )
    for table, kind in (
        ("journal_entries", "receipts"),
        ("journal_charge_entries", "failed charges"),
        ("journal_deposit_entries", "deposits"),
        ("journal_period_entries", "the close of periods"),
        ("journal_remittance_entries", "remittances"),
    )
]


@dg.multi_asset(
    name="bronze",
    specs=[
        dg.AssetSpec(
            LANDING, group_name="landing", description="Files in the drop folder. They are never edited."
        ),
        *(
            dg.AssetSpec(
                key,
                group_name="bronze",
                deps=[LANDING],
                kinds={"parquet"},
                description=f"Rows of {table} as they were delivered, append-only.",
            )
            for table, key in BRONZE.items()
        ),
    ],
)
def bronze(nightly_run: dg.ResourceParam[NightlyRun]) -> Iterator[dg.MaterializeResult]:
    """Take every new file once by its content, or set it aside with a reason."""
    report = nightly_run.take_landing()
    verdicts = {verdict: dg.MetadataValue.int(count) for verdict, count in sorted(report.files.items())}
    yield dg.MaterializeResult(asset_key=LANDING, metadata=verdicts)
    for key in BRONZE.values():
        yield dg.MaterializeResult(asset_key=key)
