"""Payer directory: the payers that the practice bills, and what each of them asks for."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Payers(dy.Schema):
    """One row per version of a payer."""

    payer_id = c.identifier("Our id of the payer", "Payer ID")
    payer_name = c.text("Name of the payer", "Payer Name", required=True)
    payer_kind = c.text("Commercial, Medicare, Medicaid ...", "Payer Kind", "Financial Class", required=True)
    clearinghouse_payer_id = c.identifier(
        "The payer as the clearinghouse names it", "Clearinghouse ID", required=False
    )
    tax_id = c.identifier("Tax id; with a 1 in front, the payer in traces", "Tax ID", required=False)
    filing_limit_days = c.whole_number(
        "Days from the service within which a claim must arrive", "Filing Limit", required=False
    )
    needs_authorization = c.flag("Whether treatment must be authorized", "Authorization Required")
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("payers", "Payer directory", Payers, ("payer_id",))
