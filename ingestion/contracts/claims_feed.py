"""Claims Feed report: what the EMR sent to billing, what it did not send, and why."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

FEED_KINDS = ("payment", "note", "addendum", "demographics")
FEED_MODES = ("Transmission", "Document")
FEED_STATUSES = (
    "Initiated",
    "Validation OK (Pending)",
    "Validation Failed",
    "Transmission Pending",
    "Transmission Failed",
    "Transmission Successful",
    "Claim Re-submitted",
    "NOT RE-BILLED",
    "Not Sent",
)


class ClaimsFeed(dy.Schema):
    """One row per version of a record of the feed. A payment has one record, whatever became of it."""

    feed_id = c.identifier("The EMR's id of the record", "Feed ID", "Transmission ID")
    emr_location_id = c.identifier("The clinic as the EMR names it", "Clinic ID", "Clinic", "EMR Location")
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number", "Account Number")
    case_id = c.identifier("Treatment case in the EMR", "Case", "Case ID", required=False)
    emr_payment_id = c.identifier(
        "The EMR payment that the record is about; blank for all but payments", "Payment ID", required=False
    )
    feed_kind = c.one_of("What the record is about", FEED_KINDS, "Record Type", "Feed Type")
    feed_mode = c.one_of(
        "Whether the report was run by transmission or by document", FEED_MODES, "Mode", required=False
    )
    service_on = c.date(
        "Date of service; a payment on account and demographics have none",
        "Date of Service",
        "DOS",
        required=False,
    )
    transmitted_on = c.date(
        "Date of the last transmission; blank for what was not sent", "Date of Transmission", required=False
    )
    feed_status = c.one_of("How far the record came", FEED_STATUSES, "Feed Status", "Status")
    reason = c.text("Why it was not sent, or why it failed", "Status Reason", "Reason")
    amount = c.money("Amount of a payment", "Amount", required=False)
    last_modified_at = c.timestamp("When the EMR last changed the row", "Last Modified", required=False)


CONTRACT = Contract("claims_feed", "Claims Feed report", ClaimsFeed, ("feed_id",), "amount")
