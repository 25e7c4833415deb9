"""Refunds: money of a receipt given back to the patient or the payer."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Refunds(dy.Schema):
    """One row per version of a refund."""

    refund_id = c.identifier("Billing's id of the refund", "Refund ID")
    receipt_id = c.identifier("Receipt that the money came from", "Receipt #", "Receipt ID")
    refund_method = c.text("Check, card reversal ...", "Refund Method")
    refunded_on = c.date("Date of the refund", "Refunded On", "Post Date")
    reference_batch_on = c.date("Date of the reference batch", "Reference Batch Date", required=False)
    amount = c.money("Amount given back; negative undoes an earlier refund", "Amount")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract("refunds", "Refunds", Refunds, ("refund_id",), "amount")
