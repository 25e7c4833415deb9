"""Authorizations: how much treatment a payer has agreed to, for whom and until when."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class Authorizations(dy.Schema):
    """One row per version of an authorization."""

    authorization_id = c.identifier("The payer's authorization number", "Authorization Number", "Auth #")
    patient_id = c.identifier("Patient account number", "Patient ID", "Chart Number")
    payer_id = c.identifier("Payer that authorized", "Payer ID", "Payer")
    case_id = c.identifier("Treatment case it was given for", "Case", "Case ID", required=False)
    effective_from = c.date("First day it covers", "Effective From", "Start Date")
    effective_until = c.date("Last day it covers", "Effective Until", "End Date", required=False)
    procedure_codes = c.text("Procedures it covers, separated by semicolons; blank for all", "Procedures")
    authorized_units = c.whole_number("Units it covers; blank for no limit", "Units", required=False)
    authorized_visits = c.whole_number("Visits it covers; blank for no limit", "Visits", required=False)
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("authorizations", "Authorizations", Authorizations, ("authorization_id",))
