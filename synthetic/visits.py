"""The visits of one day: who comes, where, how they are insured, and what is done for them.

Belongs here: the draws that every later story of a visit starts from, and the appointment book. Does not
belong here: money. A visit has one number in the whole world; claim ids, receipt numbers and payment ids are
made of it.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from synthetic.chance import Chance
from synthetic.days import moment_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import (
    CLINICIANS_PER_CLINIC,
    COPAYS_CENTS,
    FEES_CENTS,
    FIRST_LINE_PROCEDURES,
    PAYERS,
    PROCEDURES,
    SELF_PAY,
    Practice,
    on,
)

# Visits are booked up to this many days ahead, so a day's visits are drawn that long before the day.
LONGEST_LEAD = 10
FIRST_PATIENT_ID = 100_001
SELF_PAY_PERCENT = 9

# One hundred places, shared among the payers by the size of their share.
_PAYER_PLACES = np.concatenate(
    [
        np.full(SELF_PAY_PERCENT, SELF_PAY),
        np.repeat(np.arange(len(PAYERS)), [payer.patient_share for payer in PAYERS]),
    ]
)
_AUTHORIZED_VISITS = 24
# Evaluations and unattended stimulation are one service, however long they take.
_UNTIMED = ("97161", "97162", "97014")
_MINUTES_PER_UNIT = 15
# Manual therapy counts as part of therapeutic activities unless a modifier tells them apart.
_ACTIVITIES, _BESIDE_ACTIVITIES = "97530", "97140"
_PLANS = np.array(["copay"] * 60 + ["coinsurance"] * 25 + ["deductible"] * 15)


@dataclass(frozen=True, slots=True)
class DayOfVisits:
    """The visits of one day and the procedures of those that took place, in the order of their visits."""

    day: int
    visits: pl.DataFrame
    lines: pl.DataFrame


def draw_visits(
    practice: Practice, chance: Chance, day: int, first_visit: int, count: int, patients: int
) -> DayOfVisits:
    """Draw the `count` visits of `day` among `patients` patients; visit numbers start at `first_visit`."""
    patient = chance.between(count, 0, patients - 1)
    within_clinic = patient // len(practice.clinics)
    payer = _PAYER_PLACES[(within_clinic * 37 + 11) % len(_PAYER_PLACES)]
    plan = np.where(payer == SELF_PAY, "self_pay", _PLANS[(within_clinic * 53 + 7) % len(_PLANS)])
    visits = pl.DataFrame(
        {
            "visit": np.arange(first_visit, first_visit + count),
            "clinic": patient % len(practice.clinics),
            "payer": payer,
            "plan": plan,
            "copay_cents": COPAYS_CENTS[patient % len(COPAYS_CENTS)],
            "visit_day": np.full(count, day),
            "minute": chance.between(count, 32, 75) * 15,
            "booked_day": np.maximum(0, day - chance.between(count, 0, LONGEST_LEAD)),
            "status": chance.word(count, ("Completed", "Cancelled", "No Show"), (0.93, 0.05, 0.02)),
            "created_day": day + chance.one_of(count, (0, 1, 2, 3, 5), (0.5, 0.3, 0.12, 0.05, 0.03)),
            "patient_id": patient + FIRST_PATIENT_ID,
        }
    ).with_columns(
        pl.col("patient_id").cast(pl.String),
        pl.format("A{}", pl.col("visit")).alias("appointment_id"),
        *(
            pl.lit(pl.Series([getattr(clinic, name) for clinic in practice.clinics]))
            .gather(pl.col("clinic"))
            .alias(name)
            for name in ("location_id", "emr_location_id", "billing_location_id")
        ),
    )
    # Nobody comes twice on one day: the money of the one visit could be taken for the other's.
    visits = visits.unique("patient_id", keep="first", maintain_order=True)
    completed = visits.filter(pl.col("status") == "Completed")
    return DayOfVisits(day, visits, _draw_lines(chance, completed["visit"].to_numpy()))


def _draw_lines(chance: Chance, visits: np.ndarray) -> pl.DataFrame:
    line_counts = chance.one_of(len(visits), (1, 2, 3, 4), (0.2, 0.4, 0.3, 0.1))
    total = int(line_counts.sum())
    starts = np.cumsum(line_counts) - line_counts
    line_number = np.arange(total) - np.repeat(starts, line_counts) + 1
    is_first = line_number == 1
    procedure = np.where(
        is_first,
        chance.between(total, 0, FIRST_LINE_PROCEDURES - 1),
        chance.between(total, 2, len(PROCEDURES) - 1),
    )
    units = np.where(procedure < 2, 1, chance.one_of(total, (1, 2, 3), (0.6, 0.3, 0.1)))
    lines = pl.DataFrame(
        {
            "visit": np.repeat(visits, line_counts),
            "line_number": line_number,
            "procedure_code": np.asarray(PROCEDURES)[procedure],
            "modifiers": chance.word(total, ("GP", "GP:59", "GP:KX"), (0.8, 0.15, 0.05)),
            "units": units,
            "timed_minutes": _MINUTES_PER_UNIT * units,
            "charge_cents": FEES_CENTS[procedure] * units,
            "is_copay_line": is_first,
        }
    )
    code = pl.col("procedure_code")
    is_repeated = ~pl.struct("visit", code).is_first_distinct()
    is_beside = (code == _BESIDE_ACTIVITIES) & (code == _ACTIVITIES).any().over("visit")
    return lines.with_columns(
        # What would be taken for the same service twice says that it is another one.
        pl.when(is_repeated | is_beside).then(pl.lit("GP:59")).otherwise("modifiers").alias("modifiers"),
        pl.when(~code.is_in(_UNTIMED)).then("timed_minutes").alias("timed_minutes"),
    )


def book_appointments(day: DayOfVisits, deliveries: Deliveries) -> None:
    """Queue every appointment twice: as it is booked, and as it ended."""
    columns = (
        "appointment_id",
        "patient_id",
        "location_id",
        "resource_id",
        "starts_at",
        "appointment_status",
    )
    visits = day.visits.with_columns(
        starts_at=moment_of(pl.col("visit_day"), pl.col("minute")),
        resource_id=pl.format("PT{}", pl.col("clinic") * 10 + pl.col("visit") % CLINICIANS_PER_CLINIC),
    )
    booked = visits.filter(pl.col("booked_day") < pl.col("visit_day")).with_columns(
        pl.lit("Scheduled").alias("appointment_status"), pl.col("booked_day").alias(DELIVERY)
    )
    ended = visits.with_columns(
        pl.col("status").alias("appointment_status"), pl.col("visit_day").alias(DELIVERY)
    )
    for rows in (booked, ended):
        deliveries.add("appointments", rows.select(*columns, DELIVERY))


def authorize_visits(day: DayOfVisits, deliveries: Deliveries) -> None:
    """Queue the authorization of every visit whose payer asks for one, as the visit is booked.

    One authorization covers a patient for the month of the visit, so that several visits show it again.
    """
    asking = [number for number, payer in enumerate(PAYERS) if payer.needs_authorization]
    visits = day.visits.filter(pl.col("payer").is_in(asking))
    if visits.is_empty():
        return
    first_on = on(day.day).replace(day=1)
    last_on = (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    payer_ids = pl.lit(pl.Series([payer.payer_id for payer in PAYERS]))
    deliveries.add(
        "authorizations",
        visits.select(
            authorization_id(day.day).alias("authorization_id"),
            "patient_id",
            payer_ids.gather(pl.col("payer")).alias("payer_id"),
            pl.format("C{}", pl.col("patient_id")).alias("case_id"),
            pl.lit(first_on).alias("effective_from"),
            pl.lit(last_on).alias("effective_until"),
            pl.lit(_AUTHORIZED_VISITS, dtype=pl.Int64).alias("authorized_visits"),
            pl.col("booked_day").alias(DELIVERY),
        ),
    )


def authorization_id(day: int) -> pl.Expr:
    """The number of the authorization that covers a patient's visit of `day`."""
    return pl.format("AU{}-{}", pl.lit(f"{on(day):%Y%m}"), pl.col("patient_id"))
