"""The tables an 835 is read into: their columns, types and keys, and which of the columns are protected.

What belongs here: schemas only. Amounts are DECIMAL(18,2) dollars, signed as sent. The caller adds the file's
hash; with it, the position columns that a table carries and `segment_number` are unique where the comment
says so.
"""

from __future__ import annotations

import polars as pl

from ingestion.x12.amounts import AMOUNT, QUANTITY
from ingestion.x12.table_schemas import CLAIM, ENVELOPE, LINE, NUMBER, TRANSACTION, Types, texts

LEVELS = ("remittance", "payer", "payee", "claim", "line")
"""The loop a detail belongs to: the header, one of its parties, a claim or a service line of it."""

_DETAIL: Types = LINE | NUMBER | {"level": pl.String}

SCHEMAS: dict[str, pl.Schema] = {
    # One row per transaction (ST).
    "remittances": pl.Schema(
        TRANSACTION
        | NUMBER
        | ENVELOPE
        | texts("handling_code")
        | {"payment_amount": AMOUNT}
        | texts(
            "credit_debit_code", "payment_method_code", "originating_company_id", "receiver_account_number"
        )
        | {"payment_on": pl.Date}
        | texts("trace_number", "payer_identifier", "originating_company_supplement")
        | {"production_on": pl.Date}
        | texts("payer_name", "payer_id_qualifier", "payer_id")
        | texts("payee_name", "payee_id_qualifier", "payee_id", "payee_npi", "payee_tax_id")
    ),
    # One row per CLP.
    "claims": pl.Schema(
        CLAIM
        | NUMBER
        | texts("claim_identifier", "status_code")
        | {"charge_amount": AMOUNT, "paid_amount": AMOUNT, "patient_responsibility_amount": AMOUNT}
        | texts(
            "filing_indicator_code",
            "payer_claim_control_number",
            "facility_code",
            "frequency_code",
            "patient_status_code",
            "diagnosis_related_group_code",
        )
        | {"diagnosis_related_group_weight": QUANTITY, "discharge_fraction": QUANTITY}
        | texts(
            "assignment_code",
            "patient_last_name",
            "patient_first_name",
            "patient_middle_name",
            "patient_id_qualifier",
            "patient_id",
            "patient_subscriber_last_name",
            "patient_subscriber_first_name",
            "patient_subscriber_id",
            "patient_corrected_last_name",
            "patient_corrected_first_name",
            "patient_corrected_id",
            "rendering_provider_id_qualifier",
            "rendering_provider_id",
            "rendering_provider_npi",
            "crossover_carrier_name",
            "crossover_carrier_id",
        )
        | {"service_from_on": pl.Date, "service_to_on": pl.Date, "received_on": pl.Date}
    ),
    # One row per SVC.
    "service_lines": pl.Schema(
        LINE
        | NUMBER
        | texts(
            "procedure_qualifier", "procedure_code", "modifier_1", "modifier_2", "modifier_3", "modifier_4"
        )
        | {"charge_amount": AMOUNT, "paid_amount": AMOUNT, "revenue_code": pl.String, "paid_units": QUANTITY}
        | texts(
            "original_procedure_qualifier",
            "original_procedure_code",
            "original_modifier_1",
            "original_modifier_2",
            "original_modifier_3",
            "original_modifier_4",
        )
        | {
            "original_units": QUANTITY,
            "service_on": pl.Date,
            "service_from_on": pl.Date,
            "service_to_on": pl.Date,
            "line_control_number": pl.String,
        }
    ),
    # One row per CAS triplet: unique by segment_number and triplet_position.
    "adjustments": pl.Schema(
        _DETAIL
        | {
            "triplet_position": pl.Int32,
            "group_code": pl.String,
            "reason_code": pl.String,
            "amount": AMOUNT,
            "quantity": QUANTITY,
        }
    ),
    # One row per PLB pair: unique by segment_number and pair_position.
    "provider_adjustments": pl.Schema(
        TRANSACTION
        | NUMBER
        | {
            "pair_position": pl.Int32,
            "provider_identifier": pl.String,
            "fiscal_period_on": pl.Date,
            "reason_code": pl.String,
            "reference": pl.String,
            "amount": AMOUNT,
        }
    ),
    # One row per AMT, QTY, REF and DTM.
    "amounts": pl.Schema(_DETAIL | {"qualifier": pl.String, "amount": AMOUNT}),
    "quantities": pl.Schema(_DETAIL | {"qualifier": pl.String, "quantity": QUANTITY}),
    "references": pl.Schema(_DETAIL | texts("qualifier", "reference", "description")),
    "dates": pl.Schema(_DETAIL | {"qualifier": pl.String, "on": pl.Date}),
    # One row per remark code: unique by segment_number and remark_position. The qualifier is LQ01, or MOA or
    # MIA.
    "remarks": pl.Schema(
        _DETAIL | {"remark_position": pl.Int32, "qualifier": pl.String, "remark_code": pl.String}
    ),
}

PROTECTED_COLUMNS: dict[str, tuple[str, ...]] = {
    "remittances": ("receiver_account_number",),
    "claims": (
        "claim_identifier",
        "payer_claim_control_number",
        *(name for name in SCHEMAS["claims"].names() if name.startswith("patient_") and "amount" not in name),
    ),
    "provider_adjustments": ("reference",),
    "references": ("reference", "description"),
}
"""Columns that can name a person or an account: never in a log, an error or a finding."""
