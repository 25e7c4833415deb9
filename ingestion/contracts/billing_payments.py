"""Payment Balancing export: every patient payment that the billing system holds, and who posted it."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class BillingPayments(dy.Schema):
    """One row per version of a patient payment in billing."""

    billing_payment_id = c.identifier("Billing's id of the payment", "Payment ID", "Unassigned Payment ID")
    emr_payment_id = c.identifier(
        "The EMR payment it came from", "EMR Payment ID", "Source ID", required=False
    )
    patient_id = c.identifier("Patient account number", "Patient ID", "Account Number")
    billing_location_id = c.identifier("The location as billing names it", "Location", "Location ID")
    deposit_on = c.date("Deposit date", "Deposit Date")
    posting_on = c.date("Posting date", "Posting Date")
    posted_by = c.text(
        "User; 'Integration Import' and 'Not mapped to a user' are the integration",
        "User",
        "Posted By",
        required=True,
    )
    charge_type = c.text("Charge type or payment code", "Charge Type", "Payment Code", required=True)
    money_type = c.text("Cash, check or credit", "Money Type", "Payment Method")
    check_number = c.identifier(
        "Check or authorization number", "Check/Auth No.", "Check Number", required=False
    )
    batch_number = c.identifier("Deposit batch", "Batch", "Batch Number", required=False)
    amount = c.money("Amount", "Amount", "Total Posted")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract(
    "billing_payments", "Payment Balancing export", BillingPayments, ("billing_payment_id",), "amount"
)
