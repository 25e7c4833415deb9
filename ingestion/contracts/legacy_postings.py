"""Legacy postings: what the posting log of the old practice management system says arrived there."""

import dataframely as dy
import polars as pl

from ingestion.contracts import columns as c
from ingestion.contracts.contract import Contract


class LegacyPostings(dy.Schema):
    """One row per version of a posting in the old system. It names our receipt or its check."""

    legacy_posting_id = c.identifier("The old system's id of the posting", "Posting ID")
    receipt_id = c.identifier(
        "Our receipt that the money was disbursed from", "Receipt #", "Receipt ID", required=False
    )
    check_number = c.identifier(
        "Check, EFT or trace number of the payment", "Check #", "Check/EFT Number", required=False
    )
    posted_on = c.date("Posting date in the old system", "Post Date", "Posting Date")
    amount = c.money("Amount posted there; negative takes an earlier one back", "Amount")
    last_modified_at = c.timestamp(
        "When the old system last changed the row", "Last Modified", required=False
    )

    @dy.rule()
    def posting_says_where_its_money_comes_from(cls) -> pl.Expr:  # noqa: N805
        """Without a receipt and without a check number nothing can be matched."""
        return cls.receipt_id.col.is_not_null() | cls.check_number.col.is_not_null()


CONTRACT = Contract("legacy_postings", "Legacy postings", LegacyPostings, ("legacy_posting_id",), "amount")
