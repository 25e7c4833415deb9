"""Where Dagster keeps the history of a run that the command started.

Writing it to disk costs more time than most of the run's own stages, so it goes to memory, unless
DAGSTER_HOME names a Dagster installation whose pages are to show the run. The truth about a run is in the
ledger either way.
"""

import os

import dagster as dg


def dagster_instance() -> dg.DagsterInstance:
    """The instance of DAGSTER_HOME, else one in memory. To be used as a context, which closes it."""
    return dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral()
