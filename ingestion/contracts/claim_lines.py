"""Claim lines: the procedures of a claim."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class ClaimLines(dy.Schema):
    """One row per version of a claim line."""

    claim_id = c.identifier("Claim of the line", "Claim ID", "Claim")
    line_number = c.whole_number("Number of the line in its claim", "Line", "Line Number", at_least=1)
    procedure_code = c.identifier("Procedure code", "Code", "Procedure", "CPT")
    modifiers = c.text("Modifiers, separated by colons", "Modifiers")
    units = c.whole_number("Units billed", "Units", required=False)
    timed_minutes = c.whole_number(
        "Minutes of a procedure that is billed by time", "Minutes", "Timed Minutes", required=False
    )
    charge_amount = c.money("Charge of the line", "Line Charge", "Charge")
    is_copay_line = c.flag("The procedure takes co-pays", "Copay Indicator", "Is Copay", required=True)
    voided_on = c.date("Date on which the line was voided", "Voided", required=False)
    last_modified_at = c.timestamp("When billing last changed the row", "Last Modified", required=False)


CONTRACT = Contract("claim_lines", "Claim lines", ClaimLines, ("claim_id", "line_number"), "charge_amount")
