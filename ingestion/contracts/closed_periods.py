"""Closed periods: months that may not change any more."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class ClosedPeriods(dy.Schema):
    """One row per close or reopening of a month of a location."""

    location_id = c.identifier("Location whose month was closed", "Location", "Location ID")
    period_start_on = c.date("First day of the period", "Period Start")
    period_end_on = c.date("Last day of the period", "Period End")
    close_version = c.whole_number("1 for the first close, 2 after a reopening", "Version", at_least=1)
    closed_on = c.date("Date of the close", "Closed On", "Close Date")
    reopened_on = c.date("Date of the reopening", "Reopened On", required=False)


CONTRACT = Contract(
    "closed_periods", "Closed periods", ClosedPeriods, ("location_id", "period_start_on", "close_version")
)
