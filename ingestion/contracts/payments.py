"""Payments: what the billing system actually posted against claim lines."""

import dataframely as dy
import polars as pl

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

ENTRY_TYPES = ("patient_payment", "insurance_payment", "adjustment")


class Payments(dy.Schema):
    """One row per version of a posting. Payments name the receipt they apply; adjustments have none."""

    payment_id = c.identifier("Billing's id of the posting", "Payment ID", "Transaction ID")
    entry_type = c.one_of("Patient payment, insurance payment or adjustment", ENTRY_TYPES, "Entry Type")
    receipt_id = c.identifier("Receipt that the money comes from", "Receipt #", "Receipt ID", required=False)
    claim_id = c.identifier("Claim that the money goes to", "Claim", "Claim ID")
    line_number = c.whole_number("Line of the claim", "Line", "Line Number", at_least=1)
    posting_on = c.date("Posting date", "Post Date", "Posting Date")
    reference_batch_id = c.identifier("Reference batch", "Reference Batch", required=False)
    reference_batch_on = c.date("Date of the reference batch", "Reference Batch Date", required=False)
    amount = c.money("Amount; positive reduces the balance of the line", "Amount")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)

    @dy.rule()
    def payment_names_its_receipt(cls) -> pl.Expr:  # noqa: N805
        """Money that is applied comes from somewhere; an adjustment is no money."""
        return (cls.entry_type.col == "adjustment") | cls.receipt_id.col.is_not_null()


CONTRACT = Contract("payments", "Payments", Payments, ("payment_id",), "amount")
