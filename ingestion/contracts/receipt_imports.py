"""Receipts import workbook: payments that a lockbox or a collection agency took, eight columns a row."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class ReceiptImports(dy.Schema):
    """One row per payment. A row has no id: equal rows of one file are several payments, and a row that
    another file repeats is the same payment again.
    """

    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number")
    statement_id = c.identifier("Statement that is paid", "Statement ID", required=False)
    received_on = c.date("Date of the payment", "Date")
    amount = c.money("Amount", "Amount")
    receipt_type = c.text("Payment type", "Type", required=True)
    payment_method = c.text("Cash, check or card", "Method")
    check_number = c.identifier("Check or trace number", "Check or Trace Number", "ID #", required=False)
    comment = c.text("Comment", "Comment", protected=True)


CONTRACT = Contract(
    "receipt_imports",
    "Receipts import workbook",
    ReceiptImports,
    ("patient_id", "statement_id", "received_on", "amount", "receipt_type", "payment_method", "check_number"),
    "amount",
)
