"""Claims: the heads of what was billed."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Claims(dy.Schema):
    """One row per version of a claim."""

    claim_id = c.identifier("Billing's id of the claim", "Claim ID", "Claim")
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number")
    appointment_id = c.identifier("Visit that the claim bills", "Appointment", required=False)
    location_id = c.identifier("Location of the service", "Location", "Location ID")
    payer_id = c.identifier("Primary payer; blank for self-pay", "Payer ID", "Primary Payer", required=False)
    service_on = c.date("Date of service", "DOS", "Date of Service")
    created_on = c.date("Date on which the claim was created", "Created")
    voided_on = c.date("Date on which the claim was voided", "Voided", required=False)
    charge_amount = c.money("Total charge of the claim", "Total Charge", "Charge")
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract("claims", "Claims", Claims, ("claim_id",), "charge_amount")
