"""Provider directory: the clinicians and organizations in whose name claims are sent."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract

PROVIDER_KINDS = ("Individual", "Organization")


class Providers(dy.Schema):
    """One row per version of a provider. A wrong NPI is kept: it is why charges fail."""

    provider_id = c.identifier("Our id of the provider", "Provider ID", "Resource")
    provider_name = c.text("Name of the provider", "Provider Name", required=True)
    npi = c.identifier("National provider identifier", "NPI")
    provider_kind = c.one_of("Individual or organization", PROVIDER_KINDS, "Provider Kind", required=False)
    taxonomy_code = c.identifier("Taxonomy code of the specialty", "Taxonomy", required=False)
    license_number = c.identifier("Number of the licence", "License", "License Number", required=False)
    license_expires_on = c.date(
        "Last day on which the licence holds", "License Expires", "License Expiration", required=False
    )
    location_id = c.identifier("Where the provider works", "Location", "Location ID", required=False)
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("providers", "Provider directory", Providers, ("provider_id",))
