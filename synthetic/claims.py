"""Claims: what a visit is billed as, and how a claim changes before a payer sees it.

Belongs here: claims, their lines, their status history, the void-and-rebill and voided-line stories. Does not
belong here: what payers decide (`adjudication`), or money that moves.

A claim id is `<patient>E<encounter>`. Every visit owns three encounter numbers: its claim, the claim that
replaces it after a void, and its retail sale.
"""

from enum import IntEnum

import polars as pl

from synthetic.chance import Chance
from synthetic.days import date_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import PAYERS, SELF_PAY
from synthetic.visits import DayOfVisits


class Encounter(IntEnum):
    """Which of a visit's three encounter numbers a claim carries."""

    VISIT = 0
    REBILLED = 1
    RETAIL = 2


def claim_id(encounter: Encounter) -> pl.Expr:
    """The claim id of a visit's encounter, from its columns patient_id and visit."""
    return pl.format("{}E{}", pl.col("patient_id"), pl.col("visit") * len(Encounter) + int(encounter))


def bill(day: DayOfVisits, chance: Chance, deliveries: Deliveries) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bill the completed visits of a day and queue claims, lines and first statuses.

    Returns (visits, lines): the completed visits with their claim story, and the lines that remain to be
    paid, each with the id of the claim that is in force in the end.
    """
    visits = _with_stories(day, chance)
    lines = day.lines.join(visits, on="visit", how="left", maintain_order="left")
    is_voided = (pl.col("story") == "line_voided") & (pl.col("line_number") == pl.col("line_count"))
    lines = lines.with_columns(is_voided_line=is_voided)
    heads = visits.join(
        lines.group_by("visit", maintain_order=True).agg(
            pl.col("charge_cents").sum().alias("billed_cents"),
            pl.col("charge_cents").filter(~pl.col("is_voided_line")).sum().alias("final_cents"),
        ),
        on="visit",
        maintain_order="left",
    )
    _queue_claims(heads, deliveries)
    _queue_lines(lines, deliveries)
    _queue_first_statuses(heads, deliveries)
    return visits, lines.filter(~pl.col("is_voided_line"))


def _with_stories(day: DayOfVisits, chance: Chance) -> pl.DataFrame:
    line_counts = day.lines.group_by("visit", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("line_count"), pl.col("charge_cents").first().alias("first_line_cents")
    )
    visits = day.visits.filter(pl.col("status") == "Completed").join(
        line_counts, on="visit", maintain_order="left"
    )
    count = visits.height
    story = chance.word(count, ("plain", "rebilled", "line_voided"), (0.972, 0.012, 0.016))
    payer_ids = pl.Series([payer.payer_id for payer in PAYERS])
    is_self_pay = pl.col("payer") == SELF_PAY
    return (
        visits.with_columns(
            pl.Series("story", story),
            pl.when(is_self_pay)
            .then(None)
            .otherwise(pl.lit(payer_ids).gather(pl.col("payer").clip(lower_bound=0)))
            .alias("payer_id"),
        )
        .with_columns(
            pl.when(is_self_pay | ((pl.col("story") == "line_voided") & (pl.col("line_count") < 2)))
            .then(pl.lit("plain"))
            .otherwise(pl.col("story"))
            .alias("story"),
        )
        .with_columns(
            claim_id(Encounter.VISIT).alias("first_claim_id"),
            pl.when(pl.col("story") == "rebilled")
            .then(claim_id(Encounter.REBILLED))
            .otherwise(claim_id(Encounter.VISIT))
            .alias("claim_id"),
        )
    )


def _queue_claims(heads: pl.DataFrame, deliveries: Deliveries) -> None:
    """A claim as created; a day later the void and its replacement, or the head without its voided line."""
    created, next_day = pl.col("created_day"), pl.col("created_day") + 1
    never = pl.lit(None, dtype=pl.Date)
    rebilled = heads.filter(pl.col("story") == "rebilled")
    shortened = heads.filter(pl.col("story") == "line_voided")
    _queue_heads(heads, pl.col("first_claim_id"), created, never, pl.col("billed_cents"), created, deliveries)
    _queue_heads(
        rebilled,
        pl.col("first_claim_id"),
        created,
        date_of(next_day),
        pl.col("billed_cents"),
        next_day,
        deliveries,
    )
    _queue_heads(rebilled, pl.col("claim_id"), next_day, never, pl.col("billed_cents"), next_day, deliveries)
    _queue_heads(shortened, pl.col("claim_id"), created, never, pl.col("final_cents"), next_day, deliveries)


def _queue_heads(
    heads: pl.DataFrame,
    claim: pl.Expr,
    created: pl.Expr,
    voided_on: pl.Expr,
    charge: pl.Expr,
    delivered: pl.Expr,
    deliveries: Deliveries,
) -> None:
    if heads.is_empty():
        return
    deliveries.add(
        "claims",
        heads.select(
            claim.alias("claim_id"),
            "patient_id",
            "appointment_id",
            "location_id",
            "payer_id",
            date_of(pl.col("visit_day")).alias("service_on"),
            date_of(created).alias("created_on"),
            voided_on.alias("voided_on"),
            charge.alias("charge_cents"),
            delivered.alias(DELIVERY),
        ),
    )


def _queue_lines(lines: pl.DataFrame, deliveries: Deliveries) -> None:
    next_day = pl.col("created_day") + 1
    columns = (
        "claim_id",
        "line_number",
        "procedure_code",
        "modifiers",
        "units",
        "timed_minutes",
        "charge_cents",
        "is_copay_line",
    )
    first = lines.with_columns(
        pl.col("first_claim_id").alias("claim_id"), pl.col("created_day").alias(DELIVERY)
    )
    rebilled = lines.filter(pl.col("story") == "rebilled").with_columns(next_day.alias(DELIVERY))
    voided = lines.filter(pl.col("is_voided_line")).with_columns(
        date_of(next_day).alias("voided_on"), next_day.alias(DELIVERY)
    )
    deliveries.add("claim_lines", first.select(*columns, DELIVERY))
    deliveries.add("claim_lines", rebilled.select(*columns, DELIVERY))
    deliveries.add("claim_lines", voided.select(*columns, "voided_on", DELIVERY))


def _queue_first_statuses(heads: pl.DataFrame, deliveries: Deliveries) -> None:
    created = heads.with_columns(
        pl.col("first_claim_id").alias("claim_id"), pl.col("created_day").alias("changed_day")
    )
    again = heads.filter(pl.col("story") == "rebilled").with_columns(
        (pl.col("created_day") + 1).alias("changed_day")
    )
    for rows in (created, again):
        is_self_pay = pl.col("payer") == SELF_PAY
        add_statuses(
            deliveries,
            rows.with_columns(
                pl.lit(1).alias("change_sequence"),
                pl.when(is_self_pay)
                .then(pl.lit("Statement"))
                .otherwise(pl.lit("Insurance"))
                .alias("claim_level"),
                pl.when(is_self_pay)
                .then(pl.lit("Statement 1"))
                .otherwise(pl.lit("Billed"))
                .alias("claim_status"),
                pl.when(is_self_pay).then(pl.col("changed_day")).alias("invoice_day"),
            ),
        )


def add_statuses(deliveries: Deliveries, rows: pl.DataFrame) -> None:
    """Queue changes: claim_id, changed_day, change_sequence, claim_level, claim_status, invoice_day."""
    if rows.is_empty():
        return
    deliveries.add(
        "claim_statuses",
        rows.select(
            "claim_id",
            date_of(pl.col("changed_day")).alias("changed_on"),
            pl.col("change_sequence").cast(pl.Int64),
            "claim_level",
            "claim_status",
            date_of(pl.col("invoice_day").cast(pl.Int64)).alias("invoice_on"),
            pl.col("changed_day").alias(DELIVERY),
        ),
    )


def self_pay_claims(deliveries: Deliveries, rows: pl.DataFrame, procedure_code: str) -> None:
    """Queue one-line claims that no payer sees: claim_id, patient_id, location_id, sold_day, amount_cents."""
    sold = pl.col("sold_day")
    if rows.is_empty():
        return
    deliveries.add(
        "claims",
        rows.select(
            "claim_id",
            "patient_id",
            "location_id",
            date_of(sold).alias("service_on"),
            date_of(sold).alias("created_on"),
            pl.col("amount_cents").alias("charge_cents"),
            sold.alias(DELIVERY),
        ),
    )
    deliveries.add(
        "claim_lines",
        rows.select(
            "claim_id",
            pl.lit(1, dtype=pl.Int64).alias("line_number"),
            pl.lit(procedure_code).alias("procedure_code"),
            pl.lit(1, dtype=pl.Int64).alias("units"),
            pl.col("amount_cents").alias("charge_cents"),
            pl.lit(False).alias("is_copay_line"),
            sold.alias(DELIVERY),
        ),
    )
    add_statuses(
        deliveries,
        rows.with_columns(
            pl.lit(1).alias("change_sequence"),
            pl.lit("Statement").alias("claim_level"),
            pl.lit("Statement 1").alias("claim_status"),
            sold.alias("changed_day"),
            sold.alias("invoice_day"),
        ),
    )
