"""Failed charges: what the billing system's formatter runs refused to put on a claim, and why."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class FailedCharges(dy.Schema):
    """One row per formatter run, charge and reason. A charge that fails again is in the next run again."""

    run_number = c.identifier("Number of the formatter run", "Run Number", "Run")
    run_on = c.date("Date of the run", "Run Date")
    company_id = c.identifier("Company of the charge", "Company", "Company ID", required=False)
    practice_id = c.identifier("Practice of the charge", "Practice", "Practice ID", required=False)
    location_id = c.identifier("Location of the service", "Location", "Location ID")
    charge_record_id = c.identifier("Billing's id of the charge", "Charge Record ID", "Charge ID")
    claim_id = c.identifier("Claim that the charge is meant for", "Claim ID", "Claim", required=False)
    line_number = c.whole_number("Line of the claim", "Line", "Line Number", required=False, at_least=1)
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number", required=False)
    payer_id = c.identifier("Payer of the claim", "Payer ID", required=False)
    reason_code = c.identifier("Rule that the charge broke", "Failure Code", "Reason Code")
    reason = c.text("The rule in words", "Failure Reason", "Reason")
    failed_on = c.date("Date on which the charge failed in this run", "Failure Date", "Failed On")
    amount = c.money("Amount of the charge", "Amount", "Charge")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract(
    "failed_charges",
    "Failed charges",
    FailedCharges,
    ("run_number", "charge_record_id", "reason_code"),
    "amount",
)
