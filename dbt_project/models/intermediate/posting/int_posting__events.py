"""The posting engine as a model: the account tables of the as-of date in, every event of posting out.

The model only carries frames across, part by part, as Arrow. The rules are in the package `posting`.
"""

import itertools

import pyarrow as pa

from posting import AccountTables, post_by_part
from posting.events import events_of
from posting.setting_rows import history_of


def model(dbt, session):
    """One row per event, as `posting.events` describes them."""
    dbt.config(materialized="table")
    tables = AccountTables(
        receipts=dbt.ref("int_posting__inputs_receipts").pl(),
        claims=dbt.ref("int_posting__inputs_claims").pl(),
        claim_lines=dbt.ref("int_posting__inputs_claim_lines").pl(),
        reductions=dbt.ref("int_posting__inputs_reductions").pl(),
        claim_status_history=dbt.ref("int_posting__inputs_claim_statuses").pl(),
        appointments=dbt.ref("int_posting__inputs_appointments").pl(),
        entries=dbt.ref("int_posting__inputs_entries").pl(),
    )
    settings = history_of(dbt.ref("int_posting__inputs_settings").pl())
    ((as_of,),) = dbt.ref("int_posting__inputs_date").fetchall()
    events = (events_of(part).to_arrow() for part in post_by_part(tables, settings, as_of))
    first = next(events)
    batches = itertools.chain.from_iterable(part.to_batches() for part in itertools.chain([first], events))
    return pa.RecordBatchReader.from_batches(first.schema, batches)
