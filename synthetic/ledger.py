"""Receipts and postings as billing exports them: one row per version, on the day on which it changed.

Belongs here: turning the life of a receipt (entered, deposited, edited, completed, reversed) into the
versions that each daily export would show, and the rows of postings, disbursements and refunds. Does not
belong here: why the money moved.

Insurers' receipts are completed on a day that their story knows. Patients' receipts are placed by the
posting rules once the world is told (`receipt_posting`); until then their lives and what people decided
about them wait as `patient_receipts` and `patient_entries`.

A life is a row of days: `received_day`, `entered_day`, and where they happen `deposit_day`, `edited_day`,
`completed_day`, `reversed_day`. A version of day D shows what was true at the end of D.
"""

from decimal import Decimal

import polars as pl

from synthetic import bank
from synthetic.days import date_of, digits_of, moment_of
from synthetic.deliveries import DELIVERY, Deliveries

AMOUNT = pl.Decimal(18, 2)
_DAYS = ("deposit_day", "edited_day", "completed_day", "reversed_day")
_OPTIONAL = {
    "patient_id": pl.String,
    "payer_id": pl.String,
    "appointment_id": pl.String,
    "check_number": pl.String,
    "reversal_of_receipt_id": pl.String,
    "edited_cents": pl.Int64,
    "hold_day": pl.Int64,
    **dict.fromkeys(_DAYS, pl.Int64),
}
_LIFE = (
    "receipt_id",
    "payer_class",
    "receipt_type",
    "payment_method",
    "receipt_source",
    "location_id",
    "amount_cents",
    "first_status",
    "received_day",
    "received_minute",
    "entered_day",
    "reference_day",
)
_EXPORTED = (
    "receipt_id",
    "patient_id",
    "payer_class",
    "payer_id",
    "receipt_type",
    "payment_method",
    "check_number",
    "receipt_source",
    "location_id",
    "appointment_id",
    "received_at",
    "deposit_on",
    "posting_on",
    "reference_batch_id",
    "reference_batch_on",
    "amount_cents",
    "receipt_status",
    "hold_until",
    "reversal_of_receipt_id",
)


def dollars(cents_column: str) -> pl.Expr:
    """A column of cents as the exact amount that posting reads."""
    return (pl.col(cents_column).cast(AMOUNT) * Decimal("0.01")).cast(AMOUNT)


def cents(amount_column: str) -> pl.Expr:
    """An exact amount as cents."""
    return (pl.col(amount_column) * 100).cast(pl.Int64)


def add_patient_receipts(deliveries: Deliveries, receipts: pl.DataFrame) -> None:
    """Queue the lives of patients' receipts for the posting rules; they have no `completed_day`."""
    lives = _complete(receipts)
    bank.receive_from_patients(deliveries, lives)
    columns = [*dict.fromkeys((*_LIFE, *_OPTIONAL))]
    deliveries.add("patient_receipts", lives.select(*columns, pl.col("entered_day").alias(DELIVERY)))


def add_patient_entries(deliveries: Deliveries, rows: pl.DataFrame, action: str) -> None:
    """Queue what a person decides about patients' receipts: `disburse`, `refund` or `set_status` (Hold).

    Columns: receipt_id, entered_day, source_id; amount_cents, disbursement_code, hold_day where they apply.
    """
    optional = {"amount_cents": pl.Int64, "disbursement_code": pl.String, "hold_day": pl.Int64}
    if rows.is_empty():
        return
    deliveries.add(
        "patient_entries",
        rows.select(
            "receipt_id",
            "entered_day",
            "source_id",
            pl.lit(action).alias("action"),
            *(
                pl.col(name) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
                for name, kind in optional.items()
            ),
            pl.col("entered_day").alias(DELIVERY),
        ),
    )


def add_patient_versions(deliveries: Deliveries, lives: pl.DataFrame, statuses: pl.DataFrame) -> None:
    """Queue every version of patients' receipts.

    `statuses` holds the status of a receipt at the end of each day on which it changed: receipt_id,
    version_day, status.
    """
    bounced = lives.filter(pl.col("reversed_day").is_not_null())
    everyone = pl.concat([lives, negative(bounced)], how="diagonal_relaxed")
    changed = statuses.group_by("receipt_id").agg(pl.col("version_day").alias("changed_days"))
    versions = _versions(everyone.join(changed, on="receipt_id", how="left", maintain_order="left"))
    known = versions.join(
        statuses.rename({"version_day": DELIVERY}).sort(DELIVERY),
        on=["receipt_id", DELIVERY],
        how="left",
        maintain_order="left",
    ).with_columns(
        receipt_status=pl.coalesce(
            pl.when(pl.col("reversal_of_receipt_id").is_not_null()).then(pl.lit("Completed")),
            pl.col("status").forward_fill().over("receipt_id", order_by=DELIVERY),
            "receipt_status",
        )
    )
    deliveries.add("receipts", known.drop("status"))


def add_receipts(deliveries: Deliveries, receipts: pl.DataFrame) -> None:
    """Queue every version of insurers' receipts."""
    if receipts.is_empty():
        return
    lives = _complete(receipts)
    bank.receive_from_payers(deliveries, lives)
    deliveries.add("receipts", _versions(lives))


def _complete(receipts: pl.DataFrame) -> pl.DataFrame:
    return receipts.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in _OPTIONAL.items()
        if name not in receipts.columns
    )


def _versions(lives: pl.DataFrame) -> pl.DataFrame:
    """One row per receipt and day on which an export would show something new, the first day first."""
    days = pl.concat_list("entered_day", *_DAYS)
    if "changed_days" in lives.columns:
        days = days.list.concat(pl.col("changed_days").fill_null([]))
    versions = (
        lives.with_columns(days.list.drop_nulls().list.unique().list.sort().alias("version_day"))
        .explode("version_day")
        .filter(pl.col("version_day") >= pl.col("entered_day"))
    )
    now = pl.col("version_day")
    return versions.with_columns(
        received_at=moment_of(pl.col("received_day"), pl.col("received_minute")),
        deposit_on=pl.when(now >= pl.col("deposit_day")).then(date_of(pl.col("deposit_day"))),
        posting_on=date_of(pl.col("entered_day")),
        reference_batch_on=date_of(pl.col("reference_day")),
        reference_batch_id=pl.format("RB{}-{}", digits_of(pl.col("reference_day")), pl.col("location_id")),
        amount_cents=pl.when(now >= pl.col("edited_day"))
        .then(pl.col("edited_cents"))
        .otherwise(pl.col("amount_cents")),
        hold_until=date_of(pl.col("hold_day")),
        receipt_status=pl.when(now >= pl.col("reversed_day"))
        .then(pl.lit("Reversed"))
        .when(now >= pl.col("completed_day"))
        .then(pl.lit("Completed"))
        .otherwise(pl.col("first_status")),
    ).select(*_EXPORTED, pl.col("version_day").alias(DELIVERY))


def negative(lives: pl.DataFrame) -> pl.DataFrame:
    """The negative receipts of reversed ones, dated on the day of the reversal."""
    day = pl.col("reversed_day")
    return lives.with_columns(
        pl.format("{}-R", pl.col("receipt_id")).alias("receipt_id"),
        pl.col("receipt_id").alias("reversal_of_receipt_id"),
        (-pl.coalesce("edited_cents", "amount_cents")).alias("amount_cents"),
        day.alias("received_day"),
        pl.lit(17 * 60).alias("received_minute"),
        day.alias("entered_day"),
        day.alias("reference_day"),
        day.alias("completed_day"),
        *(pl.lit(None, dtype=pl.Int64).alias(name) for name in ("deposit_day", "edited_day", "reversed_day")),
        pl.lit(None, dtype=pl.Int64).alias("edited_cents"),
    )


def add_postings(deliveries: Deliveries, postings: pl.DataFrame) -> None:
    """Queue postings to claim lines.

    Columns: payment_id, entry_type, receipt_id, claim_id, line_number, posting_day, reference_day (of the
    batch), amount_cents. Rows of 0 cents are no postings and are left out.
    """
    if postings.is_empty():
        return
    deliveries.add(
        "payments",
        postings.filter(pl.col("amount_cents") != 0).select(
            "payment_id",
            "entry_type",
            "receipt_id",
            "claim_id",
            "line_number",
            date_of(pl.col("posting_day")).alias("posting_on"),
            pl.format("RB{}", digits_of(pl.col("reference_day"))).alias("reference_batch_id"),
            date_of(pl.col("reference_day")).alias("reference_batch_on"),
            "amount_cents",
            pl.col("posting_day").alias(DELIVERY),
        ),
    )


def add_disbursements(deliveries: Deliveries, rows: pl.DataFrame) -> None:
    """Queue disbursements, one per receipt and code.

    Columns: receipt_id, disbursement_code, disbursed_day, amount_cents.
    """
    if rows.is_empty():
        return
    deliveries.add(
        "disbursements",
        rows.filter(pl.col("amount_cents") != 0).select(
            pl.format("D{}-{}", pl.col("receipt_id"), pl.col("disbursement_code")).alias("disbursement_id"),
            "receipt_id",
            "disbursement_code",
            date_of(pl.col("disbursed_day")).alias("disbursed_on"),
            date_of(pl.col("disbursed_day")).alias("reference_batch_on"),
            "amount_cents",
            pl.col("disbursed_day").alias(DELIVERY),
        ),
    )


def add_legacy_postings(deliveries: Deliveries, rows: pl.DataFrame) -> None:
    """Queue what the log of the old system says arrived there: one posting per check, one to three days on.

    Columns: receipt_id, check_number, disbursed_day, amount_cents.
    """
    if rows.is_empty():
        return
    posted = rows.filter(pl.col("amount_cents") != 0).with_columns(
        posted_day=pl.col("disbursed_day") + 1 + pl.col("disbursed_day") % 3
    )
    deliveries.add(
        "legacy_postings",
        posted.select(
            pl.format("LP{}", pl.col("receipt_id")).alias("legacy_posting_id"),
            "check_number",
            date_of(pl.col("posted_day")).alias("posted_on"),
            "amount_cents",
            pl.col("posted_day").alias(DELIVERY),
        ),
    )


def add_refunds(deliveries: Deliveries, rows: pl.DataFrame) -> None:
    """Queue refunds: receipt_id, refunded_day, amount_cents. One per receipt."""
    if rows.is_empty():
        return
    deliveries.add(
        "refunds",
        rows.select(
            pl.format("F{}", pl.col("receipt_id")).alias("refund_id"),
            "receipt_id",
            pl.lit("Check").alias("refund_method"),
            date_of(pl.col("refunded_day")).alias("refunded_on"),
            date_of(pl.col("refunded_day")).alias("reference_batch_on"),
            "amount_cents",
            pl.col("refunded_day").alias(DELIVERY),
        ),
    )
