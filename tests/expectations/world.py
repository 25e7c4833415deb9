"""A hand-made warehouse: marts shaped by their contracts, the staging tables the suites read, and rows.

The columns of a mart come from its page in the dbt project, so a suite that reads a column which a mart no
longer has fails here. Does not belong here: any expectation (`cases`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
AS_OF = date(2026, 3, 31)

# Staging has no contract: names are checked against its pages, types are those of bronze.
STAGING = {
    "stg_practice__locations": {"location_id": "varchar", "loaded_on": "date"},
    "stg_practice__company_settings": {
        "setting_name": "varchar",
        "effective_from": "date",
        "effective_until": "date",
        "item_number": "integer",
        "setting_value": "varchar",
    },
    "stg_billing__payments": {
        "payment_id": "varchar",
        "entry_type": "varchar",
        "receipt_id": "varchar",
        "claim_id": "varchar",
        "line_number": "bigint",
        "posting_on": "date",
        "amount": "decimal(18,2)",
        "file_hash": "varchar",
        "row_number": "bigint",
        "loaded_on": "date",
    },
    "stg_billing__disbursements": {
        "disbursement_id": "varchar",
        "receipt_id": "varchar",
        "disbursement_code": "varchar",
        "disbursed_on": "date",
        "amount": "decimal(18,2)",
        "file_hash": "varchar",
        "row_number": "bigint",
        "loaded_on": "date",
    },
    "stg_billing__refunds": {
        "refund_id": "varchar",
        "receipt_id": "varchar",
        "refunded_on": "date",
        "amount": "decimal(18,2)",
        "file_hash": "varchar",
        "row_number": "bigint",
        "loaded_on": "date",
    },
    "stg_billing__claim_lines": {
        "claim_id": "varchar",
        "line_number": "bigint",
        "charge_amount": "decimal(18,2)",
        "loaded_on": "date",
    },
    "stg_era__claims": {
        "interchange_position": "integer",
        "transaction_position": "integer",
        "claim_position": "integer",
        "claim_identifier": "varchar",
        "load_id": "varchar",
        "row_number": "bigint",
    },
    "stg_era__service_lines": {
        "interchange_position": "integer",
        "transaction_position": "integer",
        "claim_position": "integer",
        "line_position": "integer",
        "load_id": "varchar",
        "row_number": "bigint",
    },
}

# What a row has when a case does not care.
DEFAULTS: dict[str, dict[str, Any]] = {
    "marts.loads": {"source": "receipts", "loaded_on": date(2026, 3, 1), "is_conserved": True},
    "marts.receipts": {
        "payer_class": "Patient",
        "location_id": "L1",
        "patient_id": "P00001",
        "received_on": date(2026, 3, 2),
        "receipt_status": "Completed",
        "applied_amount": 0,
        "disbursed_amount": 0,
        "refunded_amount": 0,
        "escrow_amount": 0,
        "is_over_applied": False,
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.claims": {"location_id": "L1", "patient_id": "P00001", "line_count": 1, "file_hash": "f" * 64},
    "marts.balancing_differences": {
        "billing_view": "standard",
        "date_basis": "clinic",
        "location_id": "L1",
        "balanced_on": date(2026, 3, 2),
        "charge_type": "Copay",
        "patient_id": "P00001",
        "is_expected": False,
        "emr_file_hash": "f" * 64,
        "emr_row_number": 2,
    },
    "marts.payment_balancing": {
        "charge_type": "Copay",
        "date_basis": "clinic",
        "window_kind": "day",
        "is_location_mapped": True,
        "remainder_amount": 0,
        "full_access_remainder_amount": 0,
        "emr_payment_count": 1,
        "billing_payment_count": 1,
    },
    "marts.era_remittances": {
        "interchange_position": 1,
        "transaction_position": 1,
        "payer_identifier": "1999999999",
        "is_duplicate": False,
        "has_conflicting_trace": False,
        "claim_count": 1,
        "provider_adjustment_count": 0,
        "load_id": "load-era",
        "file_hash": "e" * 64,
        "row_number": 3,
    },
    "marts.era_claims": {
        "remittance_key": "rem-good",
        "claim_position": 1,
        "is_counted": True,
        "answer": "payment",
        "outcome": "matched",
        "claim_id": "C-GOOD",
        "claim_identifier": "C-GOOD",
        "patient_id": "P00001",
        "location_id": "L1",
        "paid_amount": 100,
        "file_hash": "e" * 64,
        "row_number": 21,
    },
    "marts.era_service_lines": {
        "line_position": 2,
        "outcome": "matched",
        "paid_amount": 40,
        "file_hash": "e" * 64,
        "row_number": 23,
    },
    "marts.era_adjustments": {
        "remittance_key": "rem-good",
        "triplet_position": 1,
        "amount": 5,
        "file_hash": "e" * 64,
        "row_number": 24,
    },
    "marts.era_provider_adjustments": {
        "remittance_key": "rem-good",
        "segment_number": 30,
        "reason_code": "WO",
        "file_hash": "e" * 64,
        "row_number": 30,
    },
    "marts.era_payer_totals": {
        "check_amount": 100,
        "disbursed_amount": 0,
        "unapplied_amount": 0,
        "provider_level_amount": -10,
    },
    "marts.era_dashboard": {
        "payer_key": "1999999999",
        "standing": "counted",
        "check_amount": 100,
        "receipt_made_by": "billing",
        "on_hold_amount": 0,
        "amount_to_post_in_legacy": 0,
        "legacy_disbursed_amount": 0,
        "file_hash": "e" * 64,
        "row_number": 3,
    },
    "marts.provider_adjustment_ledger": {
        "payer_key": "1999999999",
        "ledger_kind": "overpayment_recovery",
        "balance_amount": 30,
        "still_to_come_amount": 0,
        "is_explained": True,
        "file_hash": "e" * 64,
        "row_number": 30,
    },
    "marts.era_balance_checks": {
        "claim_position": 0,
        "line_position": 0,
        "outcome": "balanced",
        "mismatch_amount": 0,
    },
    "marts.posting_differences": {
        "difference_number": 1,
        "computed_amount": 0,
        "actual_amount": 0,
        "computed_posted_on": date(2026, 3, 5),
        "actual_posted_on": date(2026, 3, 5),
    },
    "marts.refunds": {
        "refunded_on": date(2026, 3, 5),
        "location_id": "L1",
        "patient_id": "P00001",
        "credit_amount": 0,
        "out_of_escrow_amount": 0,
        "beyond_credit_amount": 0,
        "made_by": "billing",
    },
    "marts.disbursements": {
        "disbursed_on": date(2026, 3, 5),
        "location_id": "L1",
        "patient_id": "P00001",
        "is_known_code": True,
        "is_undone": False,
        "made_by": "billing",
    },
    "marts.failed_charges": {
        "company_id": "A",
        "location_id": "L1",
        "patient_id": "P00001",
        "claim_id": "C-GOOD",
        "reason_codes": "FC01",
        "run_number": "F1",
        "is_returned_untouched": False,
        "oldest_failure_on": date(2026, 3, 5),
        "bounce_count": 0,
        "amount": 80,
        "filing_due_on": date(2026, 3, 30),
        "filing_status": "open",
        "charge_status": "failing",
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.failed_charge_reasons": {
        "company_id": "A",
        "origin": "formatter_run",
        "last_failure_on": date(2026, 3, 5),
        "is_standing": True,
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.charge_rule_coverage": {"version": 1, "evaluated_count": 20, "failed_amount": 800},
    "marts.formatter_runs": {
        "company_id": "A",
        "is_latest": True,
        "earlier_run_count": 3,
        "usual_charge_count": 10,
        "amount": 800,
    },
    "marts.claim_lifecycle": {
        "location_id": "L1",
        "patient_id": "P00001",
        "claim_state": "billed",
        "state_since_on": date(2026, 3, 5),
        "is_stuck": False,
        "charge_amount": 80,
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.scrub_delta": {
        "procedure_code": "97110",
        "payer_id": "P1",
        "location_id": "L1",
        "patient_id": "P00001",
        "made_units": 4,
        "billed_units": 4,
        "trimmed_charge_amount": 0,
        "scrub_status": "same",
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.legacy_clearing": {"location_id": "L1", "has_posting_log": True},
    "marts.deposit_reconciliation": {
        "status": "matched",
        "channel": "electronic",
        "location_id": "L1",
        "bank_amount": 0,
        "expected_amount": 0,
        "difference_amount": 0,
        "is_confirmed": False,
        "file_hash": "f" * 64,
        "row_number": 2,
    },
    "marts.money_trail": {
        "origin_kind": "claim_payment",
        "origin_on": date(2026, 3, 20),
        "destination": "not_received",
        "bank_status": "matched",
        "file_hash": "e" * 64,
        "row_number": 3,
    },
    "marts.patient_accounts": {"credit_since_on": date(2026, 1, 29)},
    "staging.stg_billing__payments": {"posting_on": date(2026, 3, 5), "file_hash": "f" * 64, "row_number": 5},
    "staging.stg_billing__disbursements": {"disbursed_on": date(2026, 3, 5)},
    "staging.stg_billing__refunds": {"refunded_on": date(2026, 3, 5)},
    "staging.stg_era__claims": {"interchange_position": 1, "transaction_position": 1, "load_id": "load-era"},
    "staging.stg_era__service_lines": {
        "interchange_position": 1,
        "transaction_position": 1,
        "load_id": "load-era",
    },
}

Row = tuple[str, Mapping[str, Any]]


def row(table: str, **values: Any) -> Row:
    """One row of a table, over its defaults. A load without a hash gets one of its own."""
    if table == "marts.loads":
        values.setdefault("file_hash", values["load_id"].ljust(64, "0"))
    return table, {**DEFAULTS.get(table, {}), **values}


def mart_columns(page: Path) -> dict[str, str]:
    """Column name to type, as the mart's contract has them."""
    (model,) = yaml.safe_load(page.read_text(encoding="utf-8"))["models"]
    return {column["name"]: column["data_type"] for column in model["columns"]}


def build(path: Path, rows: Iterable[Row], afterwards: Iterable[str] = ()) -> Path:
    """Write the warehouse: the rows, books that agree with the receipts, then more SQL."""
    tables = {f"marts.{page.stem}": mart_columns(page) for page in sorted((MODELS / "marts").glob("*.yml"))}
    tables |= {f"staging.{name}": columns for name, columns in STAGING.items()}
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema staging")
        for table, columns in tables.items():
            connection.execute(f"create table {table} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        for table, values in rows:
            places = ", ".join("?" for _ in values)
            connection.execute(
                f"insert into {table} ({', '.join(values)}) values ({places})", list(values.values())
            )
        connection.execute(ROLLFORWARD)
        connection.execute(BRIDGE)
        connection.execute(HISTORY)
        for statement in afterwards:
            connection.execute(statement)
    return path


# Everything moves on March 2; a second window without movement carries the closing on.
ROLLFORWARD = """
insert into marts.escrow_rollforward by name
with moved as (
    select location_id, payer_class, sum(amount) as received_amount, sum(applied_amount) as applied_amount,
        sum(disbursed_amount) as disbursed_amount, sum(refunded_amount) as refunded_amount
    from marts.receipts group by all
),
windows as (
    select * from (values ('received'), ('posting'), ('reference_batch')) as bases (date_basis)
    cross join (values
        ('day', 1, date '2026-03-02'), ('day', 2, date '2026-03-03'),
        ('month', 1, date '2026-03-01'), ('month', 2, date '2026-04-01')
    ) as kinds (window_kind, turn, window_start_on)
)
select
    date_basis, window_kind, window_start_on, location_id, payer_class, window_start_on as window_end_on,
    case turn when 1 then 0 else received_amount - applied_amount - disbursed_amount - refunded_amount end
    as opening_amount,
    case turn when 1 then received_amount else 0 end as received_amount,
    case turn when 1 then applied_amount else 0 end as applied_amount,
    case turn when 1 then disbursed_amount else 0 end as disbursed_amount,
    case turn when 1 then refunded_amount else 0 end as refunded_amount,
    received_amount - applied_amount - disbursed_amount - refunded_amount as closing_amount
from windows cross join moved
"""

# All receipts are of March, and so is what was done with them.
BRIDGE = """
insert into marts.receipt_payment_bridge by name
with sums as (
    select location_id, payer_class, sum(amount) as received_amount, sum(applied_amount) as applied_amount,
        sum(disbursed_amount) as disbursed_amount, sum(refunded_amount) as refunded_amount,
        sum(escrow_amount) as escrow_amount
    from marts.receipts group by all
)
select date_basis, date '2026-03-01' as period_start_on, location_id, payer_class, side, item,
    item in ('receipts_of_period', 'payments_of_period') as is_total, amount, 0 as remainder_amount
from sums
cross join (values ('received'), ('posting'), ('reference_batch')) as bases (date_basis)
cross join lateral (values
    ('receipts', 'receipts_of_period', received_amount), ('receipts', 'payments_in_period', applied_amount),
    ('receipts', 'disbursed', disbursed_amount), ('receipts', 'refunded', refunded_amount),
    ('receipts', 'escrow', escrow_amount),
    ('payments', 'payments_of_period', applied_amount),
    ('payments', 'from_receipts_of_period', applied_amount)
) as items (side, item, amount)
"""

# Every receipt in one day of escrow, and what is applied of it in one row of the log.
HISTORY = """
insert into marts.escrow by name
select receipt_id, received_on as valid_from_on, true as is_current, 0 as opening_amount,
    escrow_amount as closing_amount
from marts.receipts;
insert into marts.patient_payment_log by name
select 'LOG-' || receipt_id as payment_id, receipt_id, applied_amount as amount
from marts.receipts where payer_class = 'Patient' and applied_amount <> 0
"""
