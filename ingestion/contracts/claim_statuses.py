"""Claim status history: every change of a claim's level, status or invoice date."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class ClaimStatuses(dy.Schema):
    """One row per change. Several changes of one day are ordered by their sequence."""

    claim_id = c.identifier("Claim that changed", "Claim ID", "Claim")
    changed_on = c.date("Date of the change", "Changed On", "Status Date")
    change_sequence = c.whole_number("Order of the change within its claim", "Sequence", at_least=1)
    claim_level = c.text("Insurance, Statement ...", "Level", required=True)
    claim_status = c.text("Status after the change", "Status", required=True)
    invoice_on = c.date("Claim invoice date", "Claim Invoice Date", required=False)


CONTRACT = Contract("claim_statuses", "Claim status history", ClaimStatuses, ("claim_id", "change_sequence"))
