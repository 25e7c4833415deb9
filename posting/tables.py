"""The account tables that posting reads: their columns, their types, and the checks on their keys.

Belongs here: the shape of the input. Does not belong here: what the rules make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import polars as pl

from posting.cents import AMOUNT, PolarsType

RECEIPTS: dict[str, PolarsType] = {
    "receipt_id": pl.String,
    "patient_id": pl.String,
    "receipt_type": pl.String,
    "received_at": pl.Datetime("us"),
    "received_on": pl.Date,
    "amount": AMOUNT,
    "appointment_id": pl.String,
    "reversal_of_receipt_id": pl.String,
    "initial_status": pl.String,
    "location_id": pl.String,
}
CLAIMS: dict[str, PolarsType] = {
    "claim_id": pl.String,
    "patient_id": pl.String,
    "appointment_id": pl.String,
    "service_on": pl.Date,
    "created_on": pl.Date,
    "voided_on": pl.Date,
}
CLAIM_LINES: dict[str, PolarsType] = {
    "claim_id": pl.String,
    "line_number": pl.Int64,
    "charge_amount": AMOUNT,
    "is_copay": pl.Boolean,
    "voided_on": pl.Date,
}
REDUCTIONS: dict[str, PolarsType] = {
    "claim_id": pl.String,
    "line_number": pl.Int64,
    "effective_on": pl.Date,
    "amount": AMOUNT,
}
CLAIM_STATUS_HISTORY: dict[str, PolarsType] = {
    "claim_id": pl.String,
    "changed_on": pl.Date,
    "sequence": pl.Int64,
    "level": pl.String,
    "status": pl.String,
    "invoice_on": pl.Date,
}
APPOINTMENTS: dict[str, PolarsType] = {
    "appointment_id": pl.String,
    "patient_id": pl.String,
    "starts_on": pl.Date,
}
ENTRIES: dict[str, PolarsType] = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "receipt_id": pl.String,
    "action": pl.String,
    "status": pl.String,
    "hold_until": pl.Date,
    "claim_id": pl.String,
    "appointment_id": pl.String,
    "amount": AMOUNT,
    "disbursement_code": pl.String,
    "disbursement_id": pl.String,
}

SCHEMAS: dict[str, dict[str, PolarsType]] = {
    "receipts": RECEIPTS,
    "claims": CLAIMS,
    "claim_lines": CLAIM_LINES,
    "reductions": REDUCTIONS,
    "claim_status_history": CLAIM_STATUS_HISTORY,
    "appointments": APPOINTMENTS,
    "entries": ENTRIES,
}

#: Columns that together name a row; a second row with the same key is refused.
KEYS = {
    "receipts": ["receipt_id"],
    "claims": ["claim_id"],
    "claim_lines": ["claim_id", "line_number"],
    "appointments": ["appointment_id"],
    "entries": ["entry_number"],
}

#: Columns without which a row has no meaning. Everything else may be null.
REQUIRED = {
    "receipts": ["receipt_id", "receipt_type", "received_at", "received_on", "amount"],
    "claims": ["claim_id", "patient_id", "service_on", "created_on"],
    "claim_lines": ["claim_id", "line_number", "charge_amount", "is_copay"],
    "reductions": ["claim_id", "line_number", "effective_on", "amount"],
    "claim_status_history": ["claim_id", "changed_on", "sequence"],
    "appointments": ["appointment_id"],
    "entries": ["entry_number", "entered_on", "receipt_id", "action"],
}


class AccountTablesError(ValueError):
    """An input table has the wrong shape. The message names the table, the columns and a row count, no
    values.
    """


def empty(table: str) -> pl.DataFrame:
    """An empty frame of a table's shape."""
    return pl.DataFrame(schema=SCHEMAS[table])


@dataclass(frozen=True, slots=True)
class AccountTables:
    """The accounts of any number of patients, as frames with the columns of `SCHEMAS`; other columns are
    ignored.

    All dates are business dates of the practice. `received_at` orders the receipts and has no zone. Ids are
    texts and are ordered as texts. `reductions` holds insurer payments and adjustments, each once. A column
    that may be null may also be missing.

    Raises `AccountTablesError` if a column that must be there is missing or null, cannot be read as its
    type, or a key occurs twice.
    """

    receipts: pl.DataFrame = field(default_factory=lambda: empty("receipts"))
    claims: pl.DataFrame = field(default_factory=lambda: empty("claims"))
    claim_lines: pl.DataFrame = field(default_factory=lambda: empty("claim_lines"))
    reductions: pl.DataFrame = field(default_factory=lambda: empty("reductions"))
    claim_status_history: pl.DataFrame = field(default_factory=lambda: empty("claim_status_history"))
    appointments: pl.DataFrame = field(default_factory=lambda: empty("appointments"))
    entries: pl.DataFrame = field(default_factory=lambda: empty("entries"))

    def __post_init__(self) -> None:
        for table in fields(self):
            object.__setattr__(self, table.name, _conformed(table.name, getattr(self, table.name)))


def _conformed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns and types, its keys checked."""
    schema, required = SCHEMAS[table], REQUIRED[table]
    missing = sorted(set(required) - set(frame.columns))
    if missing:
        raise AccountTablesError(f"{table}: missing columns {', '.join(missing)}")
    for name, dtype in schema.items():
        if dtype == AMOUNT and name in frame.columns:
            _check_amounts(table, frame[name])
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    try:
        conformed = frame.select(columns)
    except pl.exceptions.PolarsError:
        # The engine's message shows values, so neither it nor its context may travel on.
        raise AccountTablesError(f"{table}: a column cannot be read as its type") from None
    for name in required:
        if nulls := conformed[name].null_count():
            raise AccountTablesError(f"{table}: {nulls} rows without {name}")
    key = KEYS.get(table)
    if key and (repeated := conformed.height - conformed.select(pl.struct(key).n_unique()).item()):
        raise AccountTablesError(f"{table}: {repeated} rows repeat a key ({', '.join(key)})")
    return conformed


def _check_amounts(table: str, amounts: pl.Series) -> None:
    """Money comes as decimals, and never with a fraction of a cent that a cast would round away."""
    if amounts.dtype == pl.Null:
        return
    if not isinstance(amounts.dtype, pl.Decimal):
        raise AccountTablesError(f"{table}: {amounts.name} is not DECIMAL")
    if amounts.dtype.scale > 2 and (finer := (amounts.round(2) != amounts).sum()):
        raise AccountTablesError(f"{table}: {finer} rows with {amounts.name} finer than a cent")
