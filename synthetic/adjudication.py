"""What payers decide about claims: every line to the cent, and the days on which they answer.

Belongs here: allowed amounts, write-offs, patients' shares, denials, corrections and money taken back later.
Does not belong here: the claim itself (`claims`) and the remittance that carries the answer (`remittances`).
"""

import numpy as np
import polars as pl

from synthetic.chance import Chance, working_day
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import PAYERS, SELF_PAY

# The patient's part of what is allowed, by its three reasons.
PATIENT_SHARES = ("deductible_cents", "coinsurance_cents", "copay_share_cents")

# What becomes of a claim at its payer, and how often. No payer of a clean world leaves a claim unanswered.
OUTCOMES = ("paid", "denied", "denied_then_paid", "corrected", "recouped", "paid_late")
OUTCOME_WEIGHTS = (0.9, 0.02, 0.03, 0.018, 0.012, 0.02)
SOONEST_DAYS, LATEST_DAYS = 7, 28  # from the making of a claim to its answer
# What a remittance needs to know of a line.
_ANSWERED = (
    "visit", "payer", "claim_id", "patient_id", "location_id", "billing_location_id", "visit_day",
    "desk_cents", "line_number", "procedure_code", "modifiers", "units", "charge_cents", "allowed_cents",
    "contractual_cents", "deductible_cents", "coinsurance_cents", "copay_share_cents",
    "sequestration_cents", "paid_cents",
)  # fmt: skip


def adjudicate(lines: pl.DataFrame, chance: Chance, desk_cents: pl.DataFrame, deliveries: Deliveries) -> None:
    """Decide every insured line to the cent and queue it for the days on which the payer pays.

    `desk_cents` is (visit, desk_cents): what the patient paid for line 1 before the payer answered.
    """
    insured = lines.filter(pl.col("payer") != SELF_PAY)
    if insured.is_empty():
        return
    decided = _decide(insured.join(desk_cents, on="visit", how="left", maintain_order="left"))
    claims = decided.select("visit", "visit_day", "created_day").unique(
        "visit", keep="first", maintain_order=True
    )
    count = claims.height
    created = claims["created_day"].to_numpy()
    answered = working_day(created + chance.between(count, SOONEST_DAYS, LATEST_DAYS))
    again = working_day(answered + chance.between(count, 21, 35))
    outcome = chance.word(count, OUTCOMES, OUTCOME_WEIGHTS)
    is_late = outcome == "paid_late"
    plan = claims.select("visit").with_columns(
        pl.Series("outcome", outcome),
        pl.Series("answered_day", np.where(is_late, working_day(created + LATEST_DAYS), answered)),
        pl.Series("again_day", again),
        pl.Series("recouped_percent", chance.one_of(count, (10, 25, 50))),
    )
    # A remittance waits for weeks, so it keeps only what it needs.
    _queue_answers(decided.select(_ANSWERED).join(plan, on="visit", maintain_order="left"), deliveries)


def _decide(lines: pl.DataFrame) -> pl.DataFrame:
    """What of each line is allowed, written off, the patient's, sequestered and paid, in cents."""
    percent = pl.lit(pl.Series([payer.allowed_percent for payer in PAYERS])).gather(pl.col("payer"))
    sequestered = pl.lit(pl.Series([payer.has_sequestration for payer in PAYERS])).gather(pl.col("payer"))
    allowed = pl.col("charge_cents") * percent // 100
    left = (
        pl.col("allowed_cents")
        - pl.col("deductible_cents")
        - pl.col("coinsurance_cents")
        - pl.col("copay_share_cents")
    )
    is_deductible_open = (pl.col("plan") == "deductible") & (pl.col("visit") % 2 == 0)
    pays_share = (pl.col("plan") == "coinsurance") | ((pl.col("plan") == "deductible") & ~is_deductible_open)
    pays_copay = (pl.col("plan") == "copay") & (pl.col("line_number") == 1)
    zero = pl.lit(0, dtype=pl.Int64)
    return (
        lines.with_columns(allowed_cents=allowed, desk_cents=pl.col("desk_cents").fill_null(0))
        .with_columns(
            contractual_cents=pl.col("charge_cents") - pl.col("allowed_cents"),
            deductible_cents=pl.when(is_deductible_open).then(pl.col("allowed_cents")).otherwise(zero),
            coinsurance_cents=pl.when(pays_share).then(pl.col("allowed_cents") * 20 // 100).otherwise(zero),
            copay_share_cents=pl.when(pays_copay)
            .then(pl.min_horizontal("copay_cents", "allowed_cents"))
            .otherwise(zero),
        )
        .with_columns(sequestration_cents=pl.when(sequestered).then(left * 2 // 100).otherwise(zero))
        .with_columns(paid_cents=left - pl.col("sequestration_cents"))
    )


def _queue_answers(decided: pl.DataFrame, deliveries: Deliveries) -> None:
    """First answers, second ones after a denial, reversals with corrections, money taken back."""
    outcome = pl.col("outcome")
    is_denied = outcome.is_in(["denied", "denied_then_paid"])
    has_more = outcome.is_in(["denied_then_paid", "corrected", "recouped"])
    first = decided.with_columns(
        pl.when(is_denied).then(pl.lit("denial")).otherwise(pl.lit("payment")).alias("role"),
        has_more.alias("expects_more"),
        pl.col("answered_day").alias(DELIVERY),
    )
    second = decided.with_columns(pl.lit(False).alias("expects_more"), pl.col("again_day").alias(DELIVERY))
    corrected = second.filter(outcome == "corrected")
    deliveries.add("answers", first)
    deliveries.add(
        "answers", second.filter(outcome == "denied_then_paid").with_columns(pl.lit("payment").alias("role"))
    )
    deliveries.add("answers", corrected.with_columns(pl.lit("reversal").alias("role")))
    # The correction pays half of the write-off after all.
    raised = pl.col("contractual_cents") // 2
    deliveries.add(
        "answers",
        corrected.with_columns(
            pl.lit("correction").alias("role"),
            contractual_cents=pl.col("contractual_cents") - raised,
            allowed_cents=pl.col("allowed_cents") + raised,
            paid_cents=pl.col("paid_cents") + raised,
        ),
    )
    deliveries.add(
        "recoupments",
        second.filter((outcome == "recouped") & (pl.col("line_number") == 1))
        .with_columns(recouped_cents=pl.col("paid_cents") * pl.col("recouped_percent") // 100)
        .filter(pl.col("recouped_cents") > 0)
        .select("visit", "payer", "claim_id", "line_number", "recouped_cents", DELIVERY),
    )
