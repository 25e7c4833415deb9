"""Wiring: the nightly job, its Dagster definitions and the `tieout` command.

Belongs here: the order of the stages, the lock, the ledger of runs, publishing, and what a person types or
clicks. Does not belong here: how a file is read (`ingestion`), what a figure means (`dbt_project`), what is
acceptable (`expectations`).
"""

import os

# What this package starts must not call home; the libraries look at these when they are loaded.
for _variable, _value in {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}.items():
    os.environ.setdefault(_variable, _value)
