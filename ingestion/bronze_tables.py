"""The tables of bronze and their columns.

Belongs here: names, order and types of columns. Does not belong here: how rows get there (`ingestion.bronze`
writes, `ingestion.intake` decides). The tables are those of the row sources (`ingestion.contracts`), those of
X12 (`ingestion.x12`), and the ones in which the pipeline remembers what it did.
"""

import polars as pl

from ingestion.contracts import CONTRACTS
from ingestion.money import MONEY
from ingestion.x12 import SCHEMAS as X12_SCHEMAS
from ingestion.x12 import SETS

# Every row of a source says where it came from; these four close each of the source tables.
PROVENANCE: dict[str, pl.DataType] = {
    "file_hash": pl.String(),
    "row_number": pl.Int64(),
    "load_id": pl.String(),
    "loaded_on": pl.Date(),
}

LOADS = pl.Schema(
    {
        "load_id": pl.String(),
        "file_hash": pl.String(),
        "file_name": pl.String(),
        "file_size": pl.Int64(),
        "source": pl.String(),
        "record_unit": pl.String(),
        "loaded_on": pl.Date(),
        "verdict": pl.String(),
        "reason": pl.String(),
        "duplicate_of_load_id": pl.String(),
        "records_read": pl.Int64(),
        "records_kept": pl.Int64(),
        "records_quarantined": pl.Int64(),
        "control_amount_read": MONEY,
        "control_amount_kept": MONEY,
        "control_amount_quarantined": MONEY,
        "records_without_readable_amount": pl.Int64(),
        "records_skipped": pl.Int64(),
        "skipped_reasons": pl.String(),
        "profile": pl.String(),
        "export_id": pl.String(),
    }
)

QUARANTINE = pl.Schema(
    {
        "load_id": pl.String(),
        "file_hash": pl.String(),
        "file_name": pl.String(),
        "loaded_on": pl.Date(),
        "source": pl.String(),
        "record_number": pl.Int64(),
        "problem_number": pl.Int64(),
        "column_name": pl.String(),
        "rule": pl.String(),
        "problem": pl.String(),
        "business_key": pl.String(),
        "amount_at_stake": MONEY,
    }
)

EXCEPTION_OBSERVATIONS = pl.Schema(
    {
        "as_of": pl.Date(),
        "exception_id": pl.String(),
        "kind": pl.String(),
        "amount_at_stake": MONEY,
        "what_was_found": pl.String(),
        "location_id": pl.String(),
    }
)

RUN_OBSERVATIONS = pl.Schema({"as_of": pl.Date(), "exception_count": pl.Int64()})


def x12_table_name(table: str) -> str:
    """Name in bronze of a table of `ingestion.x12`.

    The tables of a remittance are named there by what is in them, and here by where it comes from.
    """
    if table == "segments":
        return "x12_segments"
    return f"era_{table}" if table in SETS["835"].schemas else table


def _with_provenance(columns: dict[str, pl.DataType]) -> pl.Schema:
    return pl.Schema({**columns, **PROVENANCE})


def _row_sources() -> dict[str, pl.Schema]:
    return {
        source: _with_provenance(dict(pl.Schema(contract.schema))) for source, contract in CONTRACTS.items()
    }


def _x12_tables() -> dict[str, pl.Schema]:
    return {x12_table_name(table): _with_provenance(dict(schema)) for table, schema in X12_SCHEMAS.items()}


TABLES: dict[str, pl.Schema] = {
    **_row_sources(),
    **_x12_tables(),
    "loads": LOADS,
    "quarantine": QUARANTINE,
    "exception_observations": EXCEPTION_OBSERVATIONS,
    "run_observations": RUN_OBSERVATIONS,
}
