"""Card settlements: what the card processor paid out for a day's cards, and what it kept."""

import dataframely as dy

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class CardSettlements(dy.Schema):
    """One row per version of a settlement of one location and kind of card."""

    settlement_id = c.identifier("The processor's id of the settlement", "Settlement ID")
    settled_on = c.date("Date on which the batch was closed", "Settlement Date", "Batch Date")
    batch_id = c.identifier("Batch of the terminal", "Batch ID", "Batch Number", required=False)
    card_kind = c.text("Kind of card", "Card Type", "Card Brand", required=True)
    gross_amount = c.money("What the cards were charged, less what was given back", "Gross")
    fee_amount = c.money("What the processor keeps", "Fees")
    net_amount = c.money("What arrives at the bank", "Net", "Net Deposit")
    transaction_count = c.whole_number("Number of card transactions", "Transactions", "Count", required=False)
    location_id = c.identifier("Location of the terminal", "Location", "Location ID")
    last_modified_at = c.timestamp("When the row was last changed", "Last Modified", required=False)


CONTRACT = Contract("card_settlements", "Card settlements", CardSettlements, ("settlement_id",), "net_amount")
