"""Receipts: money received, from whom, and where it was put."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

PAYER_CLASSES = ("Patient", "Insurance", "Invoice")
RECEIPT_STATUSES = ("New", "Hold", "Completed", "Error", "Reversed", "Ignore")
RECEIPT_SOURCES = ("Normal", "MML", "OfficeEMR", "Intake", "ERA")


class Receipts(dy.Schema):
    """One row per version of a receipt. A reversal is a negative receipt that names the one it reverses."""

    receipt_id = c.identifier("Receipt number", "Receipt #", "Receipt ID")
    patient_id = c.identifier(
        "Patient account number; blank when not known", "Chart Number", "Patient ID", required=False
    )
    payer_class = c.one_of(
        "Who pays: Patient, Insurance or Invoice", PAYER_CLASSES, "Payer Class", "Category"
    )
    payer_id = c.identifier("Payer of an insurance receipt", "Payer ID", required=False)
    receipt_type = c.text(
        "Payment type (Co-Pay, General, Pre-Pay, Insurance ...)", "Type", "Receipt Type", required=True
    )
    payment_method = c.text("Cash, check, EFT or card", "Method")
    check_number = c.identifier("Check, EFT or trace number", "Check #", "Check/EFT Number", required=False)
    receipt_source = c.one_of("Where the receipt was made", RECEIPT_SOURCES, "Source", required=False)
    location_id = c.identifier("Location of the receipt", "Location", "Location ID")
    appointment_id = c.identifier("Appointment the receipt is linked to", "Appointment", required=False)
    received_at = c.timestamp("When the money was received", "Received")
    deposit_on = c.date("Deposit date", "Deposit Date", required=False)
    posting_on = c.date("Date on which the receipt was entered", "Post Date", "Posting Date", required=False)
    reference_batch_id = c.identifier("Reference batch", "Reference Batch", required=False)
    reference_batch_on = c.date("Date of the reference batch", "Reference Batch Date", required=False)
    amount = c.money("Amount; negative for a reversal or a refund without credit", "Amount", "Paid Amt")
    receipt_status = c.one_of("Status in the billing system", RECEIPT_STATUSES, "Status")
    hold_until = c.date("Hold date set by a person", "Hold", "Hold Date", required=False)
    reversal_of_receipt_id = c.identifier("Receipt that this one reverses", "Reversal Of", required=False)
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract("receipts", "Receipts", Receipts, ("receipt_id",), "amount")
