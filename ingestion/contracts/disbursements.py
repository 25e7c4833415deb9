"""Disbursements: money of a receipt that leaves this system, with the code that says why."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Disbursements(dy.Schema):
    """One row per version of a disbursement."""

    disbursement_id = c.identifier("Billing's id of the disbursement", "Disbursement ID")
    receipt_id = c.identifier("Receipt that the money leaves", "Receipt #", "Receipt ID")
    disbursement_code = c.identifier("O, E, CP, V or a code of the practice", "Disbursement Code")
    disbursed_on = c.date("Date of the disbursement", "Disbursed On", "Post Date")
    reference_batch_on = c.date("Date of the reference batch", "Reference Batch Date", required=False)
    amount = c.money("Amount; negative undoes an earlier one", "Amount")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract("disbursements", "Disbursements", Disbursements, ("disbursement_id",), "amount")
