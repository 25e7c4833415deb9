"""WebPT: the Payment Log of both generations of its EMR, the Claims Feed, and Payment Balancing of Billing.

Belongs here: the columns of these reports. Does not belong here: who delivers them.
"""

from datetime import date
from pathlib import Path

import polars as pl

from synthetic.practice import COMPANY_ID, PRACTICE_ID
from synthetic.vendor_files.layout import Column, write_text, write_workbook

ANALYTICS_NAME = "Payment Log Analytics.csv"
BALANCING_NAME = "Payment Balancing.csv"
FEED_NAME = "Claims Feed.csv"

_PAYMENT_LOG = (
    Column("Payment ID", "emr_payment_id"),
    Column("Patient Name"),
    Column("Patient ID", "patient_id"),
    Column("Clinic", "emr_location_id"),
    Column("Case", "case_id"),
    Column("Visit ID", "appointment_id"),
    Column("Date of Transaction", "transaction_on", "date"),
    Column("Date of Service", "service_on", "date"),
    Column("Charge Type", "charge_type"),
    Column("Payment Method", "payment_method"),
    Column("Payment Status", "payment_status"),
    Column("Amount Due", "due_cents", "amount"),
    Column("Total Charges", "charge_cents", "amount"),
    Column("Amount Paid", "paid_cents", "amount"),
    Column("Collected By", "collected_by"),
    Column("Last Modified", "last_modified_at", "second"),
)
# Analytics has names of its own for what SOAP 1.0 calls as our contract does.
_ANALYTICS_PAYMENT_LOG = (
    Column("Clinic", "emr_location_id"),
    Column("Therapist"),
    Column("Patient Name"),
    Column("Patient ID", "patient_id"),
    Column("Case ID", "case_id"),
    Column("Visit ID", "appointment_id"),
    Column("Transaction ID", "emr_payment_id"),
    Column("Date of Transaction", "transaction_on", "date"),
    Column("DOS", "service_on", "date"),
    Column(
        "Charge Type",
        "charge_type",
        spelled={
            "Copay": "Co-Pay",
            "Coinsurance": "Co-Insurance",
            "Supplies": "Supply",
            "Payment on Account": "Account Payment",
        },
    ),
    Column("Method", "payment_method"),
    Column("Status", "payment_status", spelled={"Voided": "Void", "Unpaid": "Not Paid"}),
    Column("Amount Due", "due_cents", "amount"),
    Column("Total Charges", "charge_cents", "amount"),
    Column("Total Payments", "paid_cents", "amount"),
    Column("Collected By", "collected_by"),
    Column("Last Modified", "last_modified_at", "second"),
)
_PAYMENT_BALANCING = (
    Column("Company", "company_id"),
    Column("Practice", "practice_id"),
    Column("Location", "billing_location_id"),
    Column("Payment ID", "billing_payment_id"),
    Column("EMR Payment ID", "emr_payment_id"),
    Column("Patient Name"),
    Column("Account Number", "patient_id"),
    Column("Deposit Date", "deposit_on", "date"),
    Column("Posting Date", "posting_on", "date"),
    Column("User", "posted_by"),
    Column("Payment Code", "charge_type"),
    Column("Money Type", "money_type"),
    Column("Check/Auth No.", "check_number"),
    Column("Batch No.", "batch_number"),
    Column("Total Posted", "amount_cents", "amount"),
    Column("Last Modified", "last_modified_at", "second"),
)
_CLAIMS_FEED = (
    Column("Clinic", "emr_location_id"),
    Column("Patient Name"),
    Column("Patient ID", "patient_id"),
    Column("Case", "case_id"),
    Column("Transmission ID", "feed_id"),
    Column(
        "Record Type",
        "feed_kind",
        spelled={
            "payment": "Patient Payment",
            "note": "Daily Note",
            "addendum": "Addenda",
            "demographics": "Patient Demographics",
        },
    ),
    Column("Report Mode", "feed_mode"),
    Column("Payment ID", "emr_payment_id"),
    Column("DOS", "service_on", "date"),
    Column("Date of Transmission", "transmitted_on", "date"),
    Column("Feed Status", "feed_status", spelled={"Validation OK (Pending)": "Validation OK"}),
    Column("Status Reason", "reason"),
    Column("Amount", "amount_cents", "amount"),
    Column("Last Modified", "last_modified_at", "second"),
)


def payment_log_name(emr_location_id: str) -> str:
    """Name of the workbook of one clinic."""
    return f"Payment Log {emr_location_id}.xlsx"


def write_payment_log(rows: pl.DataFrame, day: date, path: Path) -> None:
    """Write the Payment Log of SOAP 1.0 for one clinic: rows of `emr_payments`, a title and the totals."""
    clinic = rows["emr_location_id"][0]
    write_workbook(
        _PAYMENT_LOG,
        rows,
        day,
        path,
        sheet_name="Payment Log",
        titles=(("Payment Log",), ("Clinic", clinic), ("Export ID", f"PL-{clinic}-{day:%Y%m%d}")),
        totalled=("Amount Due", "Amount Paid"),
    )


def write_analytics_payment_log(rows: pl.DataFrame, _: date, path: Path) -> None:
    """Write the Payment Log of SOAP 2.0, by date of transaction and patient: rows of `emr_payments`."""
    write_text(_ANALYTICS_PAYMENT_LOG, rows, path)


def write_payment_balancing(rows: pl.DataFrame, _: date, path: Path) -> None:
    """Write Payment Balancing with full access: rows of `billing_payments`."""
    placed = rows.with_columns(company_id=pl.lit(COMPANY_ID), practice_id=pl.lit(PRACTICE_ID))
    write_text(_PAYMENT_BALANCING, placed, path, "utf-8-sig")


def write_claims_feed(rows: pl.DataFrame, _: date, path: Path) -> None:
    """Write the Claims Feed report, run by transmission: rows of `claims_feed`."""
    write_text(_CLAIMS_FEED, rows, path)
