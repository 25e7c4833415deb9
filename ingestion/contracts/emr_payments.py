"""EMR Payment Log: every patient payment taken at the front desk."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

CHARGE_TYPES = (
    "Copay",
    "Deductible",
    "Coinsurance",
    "Wellness",
    "Supplies",
    "Other",
    "Payment on Account",
    "Internal Payment",
)
PAYMENT_STATUSES = ("Paid", "Unpaid", "Voided", "Deleted")


class EmrPayments(dy.Schema):
    """One row per version of a payment in the EMR."""

    emr_payment_id = c.identifier("The EMR's id of the payment", "Payment ID", "Transaction ID")
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number", "Account Number")
    emr_location_id = c.identifier("The clinic as the EMR names it", "Clinic ID", "Clinic", "EMR Location")
    case_id = c.identifier("Treatment case in the EMR", "Case", "Case ID", required=False)
    appointment_id = c.identifier(
        "Visit the payment was taken at", "Appointment ID", "Visit ID", required=False
    )
    transaction_on = c.date("Date of transaction", "Date of Transaction", "Transaction Date")
    service_on = c.date(
        "Date of service; a payment on account has none", "Date of Service", "DOS", required=False
    )
    charge_type = c.one_of("What was paid for", CHARGE_TYPES, "Charge Type", "Type")
    payment_method = c.text("Cash, check or card", "Payment Method", "Method")
    payment_status = c.one_of("Only payments marked Paid flow to billing", PAYMENT_STATUSES, "Status")
    due_amount = c.money("Amount due at the desk", "Amount Due")
    charge_amount = c.money("Total charges of the visit", "Total Charges", required=False)
    paid_amount = c.money("Amount paid", "Paid", "Amount Paid")
    collected_by = c.identifier(
        "User who took the money; never transferred to billing", "Collected By", required=False
    )
    last_modified_at = c.timestamp("When the EMR last changed the row", "Last Modified", required=False)


CONTRACT = Contract("emr_payments", "EMR Payment Log", EmrPayments, ("emr_payment_id",), "paid_amount")
