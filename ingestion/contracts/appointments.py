"""Appointments: visits, past and future, that receipts and claims are linked to."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Appointments(dy.Schema):
    """One row per version of an appointment."""

    appointment_id = c.identifier("The scheduler's id of the visit", "Appointment ID", "Appointment")
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number")
    location_id = c.identifier("Location of the visit", "Location", "Location ID")
    resource_id = c.identifier("Clinician or room", "Resource", required=False)
    starts_at = c.timestamp("Start of the visit", "Start", "Date and Time")
    appointment_status = c.text("Scheduled, Completed, Cancelled ...", "Status", required=True)
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("appointments", "Appointments", Appointments, ("appointment_id",))
