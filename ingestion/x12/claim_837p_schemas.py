"""The tables an 837P is read into: their columns, types and keys, and which of the columns are protected.

What belongs here: schemas only. Amounts are DECIMAL(18,2) dollars as sent. With the file's hash, the position
columns that a table carries and `segment_number` are unique where the comment says so.
"""

from __future__ import annotations

import polars as pl

from ingestion.x12.amounts import AMOUNT, QUANTITY
from ingestion.x12.table_schemas import CLAIM, ENVELOPE, LINE, NUMBER, Types, dates, texts

LEVELS = ("header", "hierarchy", "claim", "other_payer", "line", "adjudication")
"""The loop that a detail belongs to; the details of the first two are columns of the claim."""

_MODIFIERS = tuple(f"modifier_{position}" for position in range(1, 5))
_WITHIN: Types = {"other_payer_position": pl.Int32, "adjudication_position": pl.Int32}
_DETAIL: Types = LINE | _WITHIN | NUMBER | texts("level")
_PARTY_DETAIL: Types = _DETAIL | texts("party_code")


def _person(role: str) -> Types:
    """Who a person is and where they live; protected, every one of them."""
    return (
        texts(f"{role}_last_name", f"{role}_first_name", f"{role}_middle_name")
        | dates(f"{role}_born_on")
        | texts(f"{role}_sex_code", f"{role}_street", f"{role}_city", f"{role}_state", f"{role}_postal_code")
    )


SCHEMAS: dict[str, pl.Schema] = {
    # One row per CLM. Dates of service are the earliest and latest of the claim and its lines.
    "claim_submissions": pl.Schema(
        CLAIM
        | NUMBER
        | ENVELOPE
        | texts("batch_purpose_code", "batch_reference")
        | dates("batch_created_on")
        | texts("batch_type_code", "submitter_id", "receiver_id")
        | texts(
            "billing_provider_name",
            "billing_provider_npi",
            "billing_provider_tax_id_qualifier",
            "billing_provider_tax_id",
            "billing_provider_taxonomy_code",
            "billing_provider_postal_code",
        )
        | texts(
            "payer_responsibility_code",
            "subscriber_group_number",
            "insurance_type_code",
            "filing_indicator_code",
            "subscriber_id_qualifier",
            "subscriber_id",
        )
        | _person("subscriber")
        | texts("payer_name", "payer_id_qualifier", "payer_id")
        | {"is_patient_the_subscriber": pl.Boolean}
        | texts("patient_relationship_code")
        | _person("patient")
        | texts("patient_control_number")
        | {"charge_amount": AMOUNT}
        | texts(
            "place_of_service_code",
            "place_of_service_qualifier",
            "frequency_code",
            "provider_signature_code",
            "assignment_code",
            "benefits_assignment_code",
            "release_of_information_code",
            "related_cause_code_1",
            "related_cause_code_2",
            "related_cause_code_3",
            "accident_state",
            "accident_country",
            "special_program_code",
            "delay_reason_code",
        )
        | dates("accident_on", "onset_on", "initial_treatment_on", "last_seen_on")
        | dates("service_from_on", "service_to_on")
        | {"diagnosis_count": pl.Int32}
        | texts("principal_diagnosis_qualifier", "principal_diagnosis_code")
        | texts("authorization_number", "predetermination_number", "referral_number")
        | texts("original_reference", "clearinghouse_trace_number")
        | {"patient_paid_amount": AMOUNT}
        | texts(
            "referring_provider_npi",
            "rendering_provider_npi",
            "rendering_provider_name",
            "rendering_provider_taxonomy_code",
            "supervising_provider_npi",
            "service_facility_name",
            "service_facility_npi",
        )
    ),
    # One row per diagnosis of a HI: unique by claim and diagnosis_position, which the pointers of lines mean.
    "claim_submission_diagnoses": pl.Schema(
        CLAIM | NUMBER | {"diagnosis_position": pl.Int32} | texts("qualifier", "diagnosis_code")
    ),
    # One row per SV1.
    "claim_submission_lines": pl.Schema(
        LINE
        | NUMBER
        | texts("line_number", "procedure_qualifier", "procedure_code", *_MODIFIERS)
        | {"charge_amount": AMOUNT}
        | texts("unit_code")
        | {"units": QUANTITY}
        | texts("place_of_service_code", *(f"diagnosis_pointer_{position}" for position in range(1, 5)))
        | texts("emergency_code", "national_drug_code")
        | dates("service_from_on", "service_to_on")
        | texts(
            "line_control_number",
            "authorization_number",
            "referral_number",
            "rendering_provider_npi",
            "rendering_provider_taxonomy_code",
            "referring_provider_npi",
            "ordering_provider_npi",
            "supervising_provider_npi",
        )
    ),
    # One row per SBR inside a claim: unique by claim and other_payer_position.
    "claim_submission_other_payers": pl.Schema(
        CLAIM
        | {"other_payer_position": pl.Int32}
        | NUMBER
        | texts(
            "payer_responsibility_code",
            "relationship_code",
            "subscriber_group_number",
            "insurance_type_code",
            "filing_indicator_code",
            "subscriber_last_name",
            "subscriber_first_name",
            "subscriber_id",
            "payer_name",
            "payer_id_qualifier",
            "payer_id",
            "payer_claim_control_number",
        )
        | {"paid_amount": AMOUNT, "non_covered_amount": AMOUNT, "patient_liability_amount": AMOUNT}
        | dates("adjudicated_on")
    ),
    # One row per SVD: what another payer decided on a line; unique by line and adjudication_position.
    "claim_submission_adjudications": pl.Schema(
        LINE
        | {"adjudication_position": pl.Int32}
        | NUMBER
        | texts("payer_id")
        | {"paid_amount": AMOUNT}
        | texts("procedure_qualifier", "procedure_code", *_MODIFIERS)
        | {"paid_units": QUANTITY}
        | texts("bundled_line_number")
        | {"patient_liability_amount": AMOUNT}
        | dates("adjudicated_on")
    ),
    # One row per CAS triplet of another payer, for the claim or a line of it: unique by segment_number and
    # triplet_position.
    "claim_submission_adjustments": pl.Schema(
        _DETAIL
        | {"triplet_position": pl.Int32}
        | texts("group_code", "reason_code")
        | {"amount": AMOUNT, "quantity": QUANTITY}
    ),
    # One row per AMT, REF and DTP inside a claim. The party is the NM1 before it, null where there is none.
    "claim_submission_amounts": pl.Schema(_PARTY_DETAIL | texts("qualifier") | {"amount": AMOUNT}),
    "claim_submission_references": pl.Schema(_PARTY_DETAIL | texts("qualifier", "reference")),
    "claim_submission_dates": pl.Schema(_PARTY_DETAIL | texts("qualifier") | dates("from_on", "to_on")),
}

_PEOPLE = ("patient_", "subscriber_")


def _names_a_person(column: str) -> bool:
    return column.startswith(_PEOPLE) and not column.endswith(("_amount", "_relationship_code"))


PROTECTED_COLUMNS: dict[str, tuple[str, ...]] = {
    "claim_submissions": (
        *filter(_names_a_person, SCHEMAS["claim_submissions"].names()),
        "billing_provider_tax_id",
        "authorization_number",
        "predetermination_number",
        "referral_number",
        "original_reference",
        "clearinghouse_trace_number",
    ),
    "claim_submission_lines": ("authorization_number", "referral_number", "line_control_number"),
    "claim_submission_other_payers": (
        *filter(_names_a_person, SCHEMAS["claim_submission_other_payers"].names()),
        "payer_claim_control_number",
    ),
    "claim_submission_references": ("reference",),
}
"""Columns that can name a person or an account: never in a log, an error or a finding."""
