"""The EMR's claims feed: what it sent to billing, what it did not send, and why.

Belongs here: the records of the feed about payments, notes, addenda and demographics. Does not belong here:
what is paid (`front_desk`) or billed (`claims`). A payment has one record; when it is changed on the next day
the record gets another version. Nothing is drawn here, so that the feed changes no other story.
"""

import polars as pl

from synthetic.days import date_of
from synthetic.deliveries import DELIVERY, Deliveries

NOT_SENT = "Not Sent"
SENT = "Transmission Successful"

# A note that is finished in the last hour is sent in the night.
_LAST_HOUR = 18 * 60
# Every so many visits, the desk corrects an address or a telephone number.
_VISITS_PER_CORRECTION = 25


def report_payments(payments: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue the record of every payment, and its next version where the payment was changed and sent again.

    `payments` are those of the log, with emr_payment_id, is_integration_on and is_type_enabled of its clinic,
    changed_status and changed_cents.
    """
    reason = (
        pl.when(pl.col("payment_status") != "Paid")
        .then(pl.lit("Not marked Paid"))
        .when(pl.col("charge_type") == "Internal Payment")
        .then(pl.lit("Internal payment"))
        .when(~pl.col("is_integration_on"))
        .then(pl.lit("Payments are not sent for this clinic"))
        .when(~pl.col("is_type_enabled"))
        .then(pl.lit("Charge type not enabled"))
        .when(pl.col("paid_cents") == 0)
        .then(pl.lit("Amount due is zero"))
    )
    records = payments.with_columns(
        pl.format("FP{}", pl.col("emr_payment_id").str.strip_prefix("EP")).alias("feed_id"),
        pl.lit("payment").alias("feed_kind"),
        reason.alias("reason"),
        pl.col("paid_cents").alias("amount_cents"),
        pl.when(pl.col("charge_type") != "Payment on Account").then(pl.col("visit_day")).alias("service_day"),
        pl.col("visit_day").alias("reported_day"),
    )
    sent_again = records.filter(
        pl.col("changed_status").is_not_null() & pl.col("reason").is_null()
    ).with_columns(
        # A voided payment is sent as nothing.
        pl.when(pl.col("changed_status") == "Voided")
        .then(0)
        .otherwise("changed_cents")
        .alias("amount_cents"),
        pl.col("reported_day") + 1,
    )
    for part in (records, sent_again):
        is_sent = pl.col("reason").is_null()
        _queue(
            part.with_columns(
                pl.when(is_sent).then(pl.lit(SENT)).otherwise(pl.lit(NOT_SENT)).alias("feed_status"),
                pl.when(is_sent).then("reported_day").alias("transmitted_day"),
            ),
            deliveries,
        )


def report_notes(visits: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue the notes of completed visits on the day their claims are created, and the addenda after it."""
    notes = visits.with_columns(
        pl.format("FN{}", pl.col("visit")).alias("feed_id"),
        pl.lit("note").alias("feed_kind"),
        pl.col("visit_day").alias("service_day"),
        pl.col("created_day").alias("reported_day"),
    )
    is_late = pl.col("minute") >= _LAST_HOUR
    never = pl.lit(None, dtype=pl.Int64).alias("transmitted_day")
    pending = notes.filter(is_late).with_columns(pl.lit("Transmission Pending").alias("feed_status"), never)
    sent = notes.with_columns(
        pl.lit(SENT).alias("feed_status"),
        (pl.col("created_day") + is_late.cast(pl.Int64)).alias("reported_day"),
    ).with_columns(pl.col("reported_day").alias("transmitted_day"))
    addenda = notes.filter(pl.col("story") != "plain").with_columns(
        pl.format("FA{}", pl.col("visit")).alias("feed_id"),
        pl.lit("addendum").alias("feed_kind"),
        pl.when(pl.col("story") == "rebilled")
        .then(pl.lit("Claim Re-submitted"))
        .otherwise(pl.lit("NOT RE-BILLED"))
        .alias("feed_status"),
        (pl.col("created_day") + 1).alias("reported_day"),
        (pl.col("created_day") + 1).alias("transmitted_day"),
    )
    for part in (pending, sent, addenda):
        _queue(part, deliveries)


def report_demographics(visits: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue corrections of what the EMR knows about patients; they belong to no case and no service."""
    corrected = visits.filter(pl.col("visit") % _VISITS_PER_CORRECTION == 0)
    _queue(
        corrected.with_columns(
            pl.format("FD{}", pl.col("visit")).alias("feed_id"),
            pl.lit("demographics").alias("feed_kind"),
            pl.lit(SENT).alias("feed_status"),
            pl.lit(None, dtype=pl.Int64).alias("service_day"),
            pl.col("visit_day").alias("transmitted_day"),
            pl.col("visit_day").alias("reported_day"),
        ),
        deliveries,
    )


def _queue(records: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue records for the day they are reported on; a column that its story does not know is blank."""
    if records.is_empty():
        return
    optional = {"emr_payment_id": pl.String, "reason": pl.String, "amount_cents": pl.Int64}
    has_case = pl.col("feed_kind") != "demographics"
    deliveries.add(
        "claims_feed",
        records.select(
            "feed_id",
            "emr_location_id",
            "patient_id",
            pl.when(has_case).then(pl.format("C{}", pl.col("patient_id"))).alias("case_id"),
            "feed_kind",
            pl.lit("Transmission").alias("feed_mode"),
            date_of(pl.col("service_day")).alias("service_on"),
            date_of(pl.col("transmitted_day")).alias("transmitted_on"),
            "feed_status",
            *(
                pl.col(name) if name in records.columns else pl.lit(None, dtype=kind).alias(name)
                for name, kind in optional.items()
            ),
            pl.col("reported_day").alias(DELIVERY),
        ),
    )
