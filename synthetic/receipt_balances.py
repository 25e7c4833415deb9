"""What has become of each receipt's money by the end of a day, as billing's reports show it.

Belongs here: sums over what was exported so far. Does not belong here: placing money, which the posting rules
do.
"""

import polars as pl

_SHOWN = ("payments", "disbursements", "refunds")


class ReceiptBalances:
    """Cents of each receipt that were applied, disbursed and refunded. Days are told in their order."""

    def __init__(self) -> None:
        self._placed: dict[str, dict[str, int]] = {source: {} for source in _SHOWN}

    def hear(self, source: str, rows: pl.DataFrame | None) -> None:
        """Add a day's postings, disbursements or refunds; rows of other sources move nothing."""
        if rows is None or source not in _SHOWN:
            return
        if source == "payments":
            rows = rows.filter(pl.col("entry_type") != "adjustment")
        placed = self._placed[source]
        for receipt_id, cents in rows.group_by("receipt_id").agg(pl.col("amount_cents").sum()).iter_rows():
            placed[receipt_id] = placed.get(receipt_id, 0) + cents

    def shown(self, receipts: pl.DataFrame) -> pl.DataFrame:
        """`receipts` with applied_cents, disbursed_cents and unapplied_cents as of the days told."""
        ids = receipts["receipt_id"].to_list()
        applied, disbursed, refunded = (
            pl.Series([self._placed[source].get(receipt_id, 0) for receipt_id in ids], dtype=pl.Int64)
            for source in _SHOWN
        )
        return receipts.with_columns(
            applied_cents=applied,
            disbursed_cents=disbursed,
            unapplied_cents=pl.col("amount_cents") - applied - disbursed - refunded,
        )
