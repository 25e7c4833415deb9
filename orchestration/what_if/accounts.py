"""Patients' accounts as a date knows them, out of bronze and the journal, in the shape that `posting` reads.

Belongs here: which model is which table of the accounts. What its rows are is said once, in the models
`int_posting__inputs_*` that the nightly run posts from.
"""

import tempfile
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingestion.bronze import BronzeStore
from journal.store import Journal
from orchestration.home import Home
from orchestration.run.build import prepare_warehouse
from orchestration.run.parsed_project import WAREHOUSE_NAME
from orchestration.run.people import write_entries
from orchestration.run.transform import check_dbt, run_dbt
from orchestration.settings import Settings
from posting.tables import AccountTables

_MODELS = {
    "receipts": "int_posting__inputs_receipts",
    "claims": "int_posting__inputs_claims",
    "claim_lines": "int_posting__inputs_claim_lines",
    "reductions": "int_posting__inputs_reductions",
    "claim_status_history": "int_posting__inputs_claim_statuses",
    "appointments": "int_posting__inputs_appointments",
    "entries": "int_posting__inputs_entries",
}
"""Table of the accounts -> the model that is it."""


def accounts_as_of(home: Home, settings: Settings, journal: Journal | None, as_of: date) -> AccountTables:
    """All patients' accounts as known on ``as_of``, people's entries in billing and in the journal included.

    The models are built in a private file, removed again.
    """
    with tempfile.TemporaryDirectory() as folder:
        warehouse, entries = Path(folder) / WAREHOUSE_NAME, Path(folder) / "entries"
        if journal is not None:
            write_entries(journal, journal.head(), as_of, entries)
        counted = entries if journal is not None else None
        prepare_warehouse(warehouse, BronzeStore(home.bronze), settings.rows(), counted)
        wanted = [f"+{model}" for model in _MODELS.values()]
        check_dbt(run_dbt(warehouse, as_of, only_models=wanted))
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            frames = {
                table: pl.DataFrame(
                    connection.execute(f"select * from intermediate.{model}").to_arrow_table()  # noqa: S608
                )
                for table, model in _MODELS.items()
            }
    return AccountTables(**frames)
