"""Patients' accounts as a date knows them, out of bronze and the journal, in the shape that `posting` reads.

Belongs here: which row of staging is which column of an account. Only patients' receipts are posted by these
rules; what insurers paid and what was adjusted reduces the lines as the billing system posted it.
"""

import tempfile
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingestion.bronze import BronzeStore
from journal.frames import receipt_entries_frame
from journal.store import Journal
from orchestration.home import Home
from orchestration.run.build import prepare_warehouse
from orchestration.run.parsed_project import WAREHOUSE_NAME
from orchestration.run.transform import check_dbt, run_dbt
from orchestration.settings import Settings
from posting.tables import AccountTables

_STAGING = "path:models/staging"

_TABLES = {
    "receipts": """
        select receipt_id, patient_id, receipt_type, received_at, cast(received_at as date) as received_on,
            amount, appointment_id, reversal_of_receipt_id, location_id
        from staging.stg_billing__receipts where payer_class = 'Patient'""",
    "claims": """
        select claim_id, patient_id, appointment_id, service_on, created_on, voided_on
        from staging.stg_billing__claims""",
    "claim_lines": """
        select claim_id, line_number, charge_amount, is_copay_line as is_copay, voided_on
        from staging.stg_billing__claim_lines""",
    "reductions": """
        select claim_id, line_number, posting_on as effective_on, amount
        from staging.stg_billing__payments where entry_type in ('insurance_payment', 'adjustment')""",
    "claim_status_history": """
        select claim_id, changed_on, change_sequence as sequence, claim_level as level,
            claim_status as status, invoice_on
        from staging.stg_billing__claim_statuses""",
    "appointments": """
        select appointment_id, patient_id, cast(starts_at as date) as starts_on
        from staging.stg_emr__appointments""",
}


def accounts_as_of(home: Home, settings: Settings, journal: Journal | None, as_of: date) -> AccountTables:
    """All patients' accounts as known on ``as_of``. Staging is built in a private file, removed again."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / WAREHOUSE_NAME
        prepare_warehouse(warehouse, BronzeStore(home.bronze), settings.rows())
        check_dbt(run_dbt(warehouse, as_of, only_models=[_STAGING]))
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            frames = {
                name: pl.DataFrame(connection.execute(sql).to_arrow_table()) for name, sql in _TABLES.items()
            }
    entries = receipt_entries_frame(journal.entries(as_of=as_of) if journal else ())
    return AccountTables(**frames, entries=entries)
