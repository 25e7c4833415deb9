"""Billing's postings of patients' receipts: the world is told first, then the posting rules place its money.

Belongs here: gathering the accounts as they are delivered, replaying them once with the posting engine, and
the rows that follow: postings, disbursements, refunds and the versions of every receipt. Does not belong
here: why a receipt came in or what a person decided; the stories say that.

What the rules do up to a day does not change with what comes after it, so one replay of the whole world gives
every day's export.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import polars as pl

from posting import AccountTables, PostingResult, SettingsHistory, post
from posting.cents import PolarsType
from posting.tables import empty
from synthetic import ledger
from synthetic.days import date_of, moment_of
from synthetic.deliveries import Deliveries
from synthetic.practice import FIRST_ON, Practice, on
from synthetic.settings_file import posting_changes

# What of a delivery an account is made of.
_HEARD = {
    "claims": ("claim_id", "patient_id", "appointment_id", "service_on", "created_on", "voided_on"),
    "claim_lines": ("claim_id", "line_number", "charge_cents", "is_copay_line", "voided_on"),
    "claim_statuses": (
        "claim_id",
        "changed_on",
        "change_sequence",
        "claim_level",
        "claim_status",
        "invoice_on",
    ),
    "payments": ("claim_id", "line_number", "posting_on", "amount_cents"),
    "patient_receipts": None,
    "patient_entries": None,
}
_TYPES: dict[str, PolarsType] = {
    **dict.fromkeys(
        ("service_on", "created_on", "voided_on", "changed_on", "invoice_on", "posting_on"), pl.Date
    ),
    **dict.fromkeys(("line_number", "change_sequence", "charge_cents", "amount_cents"), pl.Int64),
    "is_copay_line": pl.Boolean,
}


@dataclass
class PatientAccounts:
    """Everything delivered so far that the rules look at, in the order of delivery."""

    practice: Practice
    _heard: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, source: str, rows: pl.DataFrame | None) -> None:
        """Remember what of `rows` belongs to an account."""
        if rows is None or source not in _HEARD:
            return
        columns = _HEARD[source]
        self._heard[source].append(rows if columns is None else rows.select(set(columns) & set(rows.columns)))

    def settle(self, deliveries: Deliveries) -> None:
        """Replay all accounts and queue what billing exports of patients' receipts, day by day."""
        receipts = self._all("patient_receipts")
        if receipts.is_empty():
            return
        tables = AccountTables(
            receipts=_receipt_rows(receipts),
            claims=self._latest("claims", "claim_id"),
            claim_lines=self._latest("claim_lines", "claim_id", "line_number").rename(
                {"is_copay_line": "is_copay"}
            ),
            reductions=self._all("payments").rename({"posting_on": "effective_on"}),
            claim_status_history=self._all("claim_statuses").rename(
                {"change_sequence": "sequence", "claim_level": "level", "claim_status": "status"}
            ),
            entries=self._entries(),
        )
        settings = SettingsHistory.from_mapping(posting_changes(self.practice))
        result = post(tables, settings, on(self.practice.last_day))
        _queue_postings(result, deliveries)
        _queue_movements(result, deliveries)
        ledger.add_patient_versions(deliveries, receipts, _statuses(result))

    def _all(self, source: str) -> pl.DataFrame:
        columns = _HEARD[source] or ()
        nothing = pl.DataFrame(schema={name: _TYPES.get(name, pl.String) for name in columns})
        rows = pl.concat([nothing, *self._heard[source]], how="diagonal")
        money = [name for name in ("charge_cents", "amount_cents") if name in rows.columns]
        if source in ("patient_receipts", "patient_entries"):
            return rows
        return rows.with_columns(
            ledger.dollars(name).alias({"charge_cents": "charge_amount"}.get(name, "amount"))
            for name in money
        )

    def _latest(self, source: str, *key: str) -> pl.DataFrame:
        return self._all(source).unique(list(key), keep="last", maintain_order=True)

    def _entries(self) -> pl.DataFrame:
        """What people decided, numbered in the order in which the warehouse will number it."""
        rows = self._all("patient_entries")
        if rows.is_empty():
            return empty("entries")
        return rows.sort("entered_day", "action", "receipt_id", "source_id").select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("entry_number"),
            date_of(pl.col("entered_day")).alias("entered_on"),
            "receipt_id",
            "action",
            pl.when(pl.col("action") == "set_status").then(pl.lit("Hold")).alias("status"),
            date_of(pl.col("hold_day")).alias("hold_until"),
            ledger.dollars("amount_cents").alias("amount"),
            "disbursement_code",
            pl.when(pl.col("action") == "disburse").then(pl.col("source_id")).alias("disbursement_id"),
        )


def _receipt_rows(receipts: pl.DataFrame) -> pl.DataFrame:
    """Receipts with the amount they end with, and the negative ones of those that are reversed."""
    final = receipts.with_columns(amount_cents=pl.coalesce("edited_cents", "amount_cents"))
    bounced = final.filter(pl.col("reversed_day").is_not_null())
    both = pl.concat([final, ledger.negative(bounced)], how="diagonal_relaxed")
    return both.select(
        "receipt_id",
        "patient_id",
        "receipt_type",
        moment_of(pl.col("received_day"), pl.col("received_minute")).alias("received_at"),
        date_of(pl.col("received_day")).alias("received_on"),
        ledger.dollars("amount_cents").alias("amount"),
        "appointment_id",
        "reversal_of_receipt_id",
        "location_id",
    )


def _day(column: str) -> pl.Expr:
    return (pl.col(column) - pl.lit(FIRST_ON)).dt.total_days()


def _queue_postings(result: PostingResult, deliveries: Deliveries) -> None:
    ledger.add_postings(
        deliveries,
        result.applications.select(
            pl.format("T{}-{}", "receipt_id", pl.int_range(1, pl.len() + 1).over("receipt_id")).alias(
                "payment_id"
            ),
            pl.lit("patient_payment").alias("entry_type"),
            "receipt_id",
            "claim_id",
            "line_number",
            _day("posted_on").alias("posting_day"),
            _day("posted_on").alias("reference_day"),
            ledger.cents("amount").alias("amount_cents"),
        ),
    )


def _queue_movements(result: PostingResult, deliveries: Deliveries) -> None:
    """Only what was carried out is exported: nobody can pay out money that a claim has taken by then."""
    moved = result.movements.select(
        "receipt_id",
        "disbursement_code",
        "movement",
        _day("moved_on").alias("disbursed_day"),
        _day("moved_on").alias("refunded_day"),
        ledger.cents("amount").alias("amount_cents"),
    )
    ledger.add_disbursements(deliveries, moved.filter(pl.col("movement") == "disbursement"))
    ledger.add_refunds(deliveries, moved.filter(pl.col("movement") == "refund"))


def _statuses(result: PostingResult) -> pl.DataFrame:
    """The status of each receipt at the end of every day on which it changed."""
    return (
        result.receipt_status_log.group_by("receipt_id", "changed_on", maintain_order=True)
        .agg(pl.col("status").last())
        .select("receipt_id", _day("changed_on").alias("version_day"), "status")
    )
