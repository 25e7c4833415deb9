"""Clinic Settings: whether and which payments of a clinic flow to billing, from which date on."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class ClinicSettings(dy.Schema):
    """One row per clinic and date from which the values hold."""

    emr_location_id = c.identifier("The clinic as the EMR names it", "Clinic ID", "Clinic")
    effective_from = c.date("First day on which the values hold", "Effective From")
    soap_version = c.one_of(
        "EMR generation; decides the date basis of balancing", ("1.0", "2.0"), "SOAP Version"
    )
    is_integration_on = c.flag(
        "Send Patient Payment Information to Billing Application",
        "Integration On",
        "Send Payments",
        required=True,
    )
    enabled_charge_types = c.text("Charge types that flow, separated by semicolons", "Charge Types")
    last_modified_at = c.timestamp("When the setting was last changed", "Last Modified", required=False)


CONTRACT = Contract(
    "clinic_settings", "Clinic Settings", ClinicSettings, ("emr_location_id", "effective_from")
)
