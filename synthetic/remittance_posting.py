"""How billing books the remittances of one day, and what patients owe after it.

Belongs here: when each claim is posted and into which batch, and what follows for statements and refunds.
Does not belong here: what the remittances say (`remittances`).

A remittance's money goes to claim lines, except claims of the system used before (disbursed with code O) and
interest (disbursed with the practice's own code). What a payer takes back through PLB is posted against the
claim it paid.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic import billing_office, claims, ledger
from synthetic.adjudication import PATIENT_SHARES
from synthetic.chance import Chance, Days, working_day
from synthetic.deliveries import Deliveries
from synthetic.practice import Practice

CHECK_PAYERS = ("PAY04", "PAY05")
INTEREST_CODE = "INT"
LEGACY_CODE = "O"
_LAGS = (0, 1, 3, 6, 9, 14)
_LAG_WEIGHTS = (0.42, 0.26, 0.14, 0.08, 0.06, 0.04)


@dataclass(frozen=True, slots=True)
class PaymentDay:
    """One day of all payers."""

    practice: Practice
    day: int
    chance: Chance
    deliveries: Deliveries


def book(today: PaymentDay, lines: pl.DataFrame, taken: pl.DataFrame, payments: pl.DataFrame) -> None:
    """The receipts of the remittances, their postings, and what follows for the patients."""
    payments = _with_posting_day(today, payments)
    rows = _with_claim_days(today, lines, payments)
    last_days = rows.group_by("payer").agg(pl.col("posting_day").max().alias("last_posting_day"))
    payments = payments.join(last_days, on="payer", how="left", maintain_order="left").with_columns(
        completed_day=pl.max_horizontal("posted_day", "last_posting_day")
    )
    _add_receipts(today, payments)
    _add_postings(today, rows, taken.join(payments.select("payer", "receipt_id", "posted_day"), on="payer"))
    _add_disbursements(today, payments)
    _follow_up(today, rows)


def _with_posting_day(today: PaymentDay, payments: pl.DataFrame) -> pl.DataFrame:
    """When billing gets to each remittance, and whether it posts into the batch of the day of the money."""
    count = payments.height
    posted = working_day(today.day + today.chance.one_of(count, _LAGS, _LAG_WEIGHTS))
    return payments.with_columns(
        pl.Series("posted_day", posted), pl.Series("keeps_batch", today.chance.happens(count, 0.5))
    )


def _with_claim_days(today: PaymentDay, lines: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Posting and batch day of every claim; a few are held five days longer.

    Nothing is held where money is taken back, for that money must find the rest of the remittance on the
    receipt.
    """
    visits = (
        lines.select("payer", "visit")
        .unique(maintain_order=True)
        .join(payments, on="payer", how="left", maintain_order="left")
    )
    may_hold = ((visits["recouped_cents"] == 0) & ~visits["has_reversal"]).to_numpy()
    held = today.chance.happens(visits.height, 0.06) & may_hold
    posting: Days = visits["posted_day"].to_numpy() + np.where(held, 5, 0)
    batch = billing_office.batch_day(
        np.full(visits.height, today.day), posting, visits["keeps_batch"].to_numpy()
    )
    days = visits.select(
        "visit", "receipt_id", pl.Series("posting_day", posting), pl.Series("reference_day", batch)
    )
    return lines.join(days, on="visit", how="left", maintain_order="left")


def _add_receipts(today: PaymentDay, payments: pl.DataFrame) -> None:
    day = pl.lit(today.day, dtype=pl.Int64)
    is_check = pl.col("payer_id").is_in(CHECK_PAYERS)
    next_day = int(working_day(np.array([today.day + 1]))[0])
    ledger.add_receipts(
        today.deliveries,
        payments.select(
            "receipt_id",
            "payer_id",
            "completed_day",
            pl.lit("Insurance").alias("payer_class"),
            pl.lit("Insurance").alias("receipt_type"),
            pl.when(is_check).then(pl.lit("Check")).otherwise(pl.lit("EFT")).alias("payment_method"),
            pl.col("trace_number").alias("check_number"),
            pl.lit("ERA").alias("receipt_source"),
            pl.lit(today.practice.clinics[0].location_id).alias("location_id"),
            pl.col("payment_cents").alias("amount_cents"),
            pl.lit("New").alias("first_status"),
            pl.lit(6 * 60, dtype=pl.Int64).alias("received_minute"),
            *(day.alias(name) for name in ("received_day", "entered_day", "reference_day")),
            pl.when(is_check).then(pl.lit(next_day, dtype=pl.Int64)).otherwise(day).alias("deposit_day"),
        ),
    )


def _add_postings(today: PaymentDay, rows: pl.DataFrame, taken: pl.DataFrame) -> None:
    # Denials are noted on the claim; no money and no write-off is posted for them.
    posting = rows.filter(pl.col("role") != "denial")
    number = pl.format(
        "{}-{}-{}{}",
        pl.lit(today.day),
        pl.col("claim_id"),
        pl.col("line_number"),
        pl.col("role").str.slice(0, 1).str.to_uppercase(),
    )
    paid = posting.with_columns(
        pl.format("TI{}", number).alias("payment_id"),
        pl.lit("insurance_payment").alias("entry_type"),
        pl.col("paid_cents").alias("amount_cents"),
    )
    adjusted = posting.with_columns(
        pl.format("TA{}", number).alias("payment_id"),
        pl.lit("adjustment").alias("entry_type"),
        pl.lit(None, dtype=pl.String).alias("receipt_id"),
        (pl.col("contractual_cents") + pl.col("sequestration_cents")).alias("amount_cents"),
    )
    taken_back = taken.with_columns(
        pl.format("TW{}-{}", pl.lit(today.day), pl.col("claim_id")).alias("payment_id"),
        pl.lit("insurance_payment").alias("entry_type"),
        (-pl.col("recouped_cents")).alias("amount_cents"),
        pl.col("posted_day").alias("posting_day"),
        pl.col("posted_day").alias("reference_day"),
    )
    for part in (paid, adjusted, taken_back):
        ledger.add_postings(today.deliveries, part)


def _add_disbursements(today: PaymentDay, payments: pl.DataFrame) -> None:
    for code, cents in ((LEGACY_CODE, "legacy_cents"), (INTEREST_CODE, "interest_cents")):
        ledger.add_disbursements(
            today.deliveries,
            payments.select(
                "receipt_id",
                pl.lit(code).alias("disbursement_code"),
                pl.col(cents).alias("amount_cents"),
                pl.col("posted_day").alias("disbursed_day"),
            ),
        )
    ledger.add_legacy_postings(
        today.deliveries,
        payments.select(
            "receipt_id",
            pl.col("trace_number").alias("check_number"),
            pl.col("posted_day").alias("disbursed_day"),
            pl.col("legacy_cents").alias("amount_cents"),
        ),
    )


def _follow_up(today: PaymentDay, rows: pl.DataFrame) -> None:
    """Statuses of the answered claims; statements for what patients owe, refunds of what they overpaid."""
    desk = pl.when(pl.col("line_number") == 1).then(pl.col("desk_cents")).otherwise(0)
    final = rows.filter(
        ~pl.col("expects_more") & pl.col("role").is_in(["payment", "correction"])
    ).with_columns(balance_cents=pl.sum_horizontal(*PATIENT_SHARES) - desk, stated_day=pl.col("posting_day"))
    owed = final.filter(pl.col("balance_cents") > 0)
    overpaid = (
        final.filter((pl.col("line_number") == 1) & (pl.col("balance_cents") < 0))
        .join(owed.select("visit"), on="visit", how="anti", maintain_order="left")
        .with_columns(credit_cents=-pl.col("balance_cents"), settled_day=pl.col("posting_day"))
    )
    # What a payer may take back of a claim is between it and the practice: the patient's share stands.
    before_recoupment = rows.filter(
        (pl.col("outcome") == "recouped") & (pl.col("role") == "payment") & (pl.col("line_number") == 1)
    ).with_columns(credit_cents=desk - pl.sum_horizontal(*PATIENT_SHARES), settled_day=pl.col("posting_day"))
    _add_statuses(today, rows, owed)
    billing_office.send_statements(owed, today.chance, today.deliveries)
    billing_office.refund_credits(overpaid, today.chance, today.deliveries)
    billing_office.refund_credits_in_turn(
        before_recoupment.filter(pl.col("credit_cents") > 0), today.deliveries
    )


def _add_statuses(today: PaymentDay, rows: pl.DataFrame, owed: pl.DataFrame) -> None:
    answered = rows.filter(pl.col("role") != "reversal").unique("visit", keep="first", maintain_order=True)
    is_owed = pl.col("visit").is_in(owed["visit"].implode())
    status = (
        pl.when(pl.col("role") == "denial")
        .then(pl.lit("Denied"))
        .when(pl.col("expects_more"))
        .then(pl.lit("Paid"))
        .when(is_owed)
        .then(pl.lit("Statement 1"))
        .otherwise(pl.lit("Done"))
    )
    is_answered_again = (pl.col("role") == "payment") & (pl.col("outcome") == "denied_then_paid")
    is_second = (pl.col("role") == "correction") | is_answered_again
    claims.add_statuses(
        today.deliveries,
        answered.with_columns(
            status.alias("claim_status"),
            pl.when(is_owed).then(pl.lit("Statement")).otherwise(pl.lit("Insurance")).alias("claim_level"),
            pl.when(is_second).then(3).otherwise(2).alias("change_sequence"),
            pl.col("posting_day").alias("changed_day"),
            pl.when(is_owed).then(pl.col("posting_day")).alias("invoice_day"),
        ),
    )
