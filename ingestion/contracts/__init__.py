"""The promise of every source that arrives as rows: columns, types, required or not, accepted header
spellings.

Belongs here: one module per source. Does not belong here: how a file is read or where its rows go. The X12
sources have their promise in `ingestion.x12`, because there it is the standard that decides.
"""

from ingestion.contracts import (
    appointments,
    authorizations,
    bank_deposits,
    billing_payments,
    card_settlements,
    claim_lines,
    claim_statuses,
    claims,
    claims_feed,
    clinic_settings,
    closed_periods,
    corrections,
    disbursements,
    emr_payments,
    failed_charges,
    legacy_postings,
    locations,
    patient_merges,
    payers,
    payments,
    providers,
    receipt_imports,
    receipts,
    refunds,
)
from ingestion.contracts.contract import Contract

CONTRACTS: dict[str, Contract] = {
    module.CONTRACT.source: module.CONTRACT
    for module in (
        appointments,
        authorizations,
        bank_deposits,
        billing_payments,
        card_settlements,
        claim_lines,
        claim_statuses,
        claims,
        claims_feed,
        clinic_settings,
        closed_periods,
        corrections,
        disbursements,
        emr_payments,
        failed_charges,
        legacy_postings,
        locations,
        patient_merges,
        payers,
        payments,
        providers,
        receipt_imports,
        receipts,
        refunds,
    )
}

__all__ = ["CONTRACTS", "Contract"]
