"""Locations: the map between the clinic names of the EMR, of billing, and ours."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Locations(dy.Schema):
    """One row per version of a location."""

    location_id = c.identifier("Our id of the location", "Location ID")
    location_name = c.text("Name that people know", "Location Name", required=True)
    practice_id = c.identifier("Practice the location belongs to", "Practice", "Practice ID")
    company_id = c.identifier("Company the practice belongs to", "Company", "Company ID")
    emr_location_id = c.identifier("The same place in the EMR", "EMR Location", "Clinic ID", required=False)
    billing_location_id = c.identifier("The same place in billing", "Billing Location", required=False)
    place_of_service_code = c.identifier(
        "Place of service code of the location, as claims give it", "Place of Service", "POS", required=False
    )
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("locations", "Locations", Locations, ("location_id",))
