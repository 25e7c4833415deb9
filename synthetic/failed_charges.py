"""Charges that a formatter run refuses, until somebody mends them.

Belongs here: which charges fail, why, and in which runs. Does not belong here: the claim (`claims`). A charge
that fails is in the run of the evening on which its claim is created and in the next one; then it is mended,
and its claim goes out. Nothing is drawn here.
"""

import polars as pl

from synthetic.days import date_of, digits_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import COMPANY_ID, PRACTICE_ID, SELF_PAY

RUNS_UNTIL_MENDED = 2

_VISITS_PER_FAILURE = 40
_REASONS = (
    ("FC09", "Authorization missing"),
    ("FC01", "Diagnosis missing"),
    ("FC06", "Member id missing"),
)


def fail(lines: pl.DataFrame, deliveries: Deliveries) -> None:
    """Queue the failures of insured charges: one row for each run, charge and reason."""
    failing = lines.filter(
        (pl.col("payer") != SELF_PAY)
        & (pl.col("story") == "plain")
        & (pl.col("visit") % _VISITS_PER_FAILURE == 0)
    )
    if failing.is_empty():
        return
    which = (pl.col("visit") // _VISITS_PER_FAILURE) % len(_REASONS)
    for run in range(RUNS_UNTIL_MENDED):
        day = pl.col("created_day") + run
        deliveries.add(
            "failed_charges",
            failing.select(
                pl.format("F{}", digits_of(day)).alias("run_number"),
                date_of(day).alias("run_on"),
                pl.lit(COMPANY_ID).alias("company_id"),
                pl.lit(PRACTICE_ID).alias("practice_id"),
                "location_id",
                pl.format("CH{}-{}", pl.col("visit"), pl.col("line_number")).alias("charge_record_id"),
                "claim_id",
                "line_number",
                "patient_id",
                "payer_id",
                *(
                    pl.lit(pl.Series([reason[part] for reason in _REASONS])).gather(which).alias(name)
                    for part, name in enumerate(("reason_code", "reason"))
                ),
                date_of(day).alias("failed_on"),
                pl.col("charge_cents").alias("amount_cents"),
                day.alias(DELIVERY),
            ),
        )
