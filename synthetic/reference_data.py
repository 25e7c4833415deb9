"""Exports that describe the practice instead of its money: locations, clinic settings, closed periods.

Belongs here: when each of them is exported and what it says then. Does not belong here: the practice itself.
"""

from datetime import timedelta

import polars as pl

from synthetic.billing_office import CLOSING_DAY_OF_MONTH
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import Practice, on


def queue(practice: Practice, deliveries: Deliveries) -> None:
    """Queue every export of reference data in the world's life."""
    _locations(practice, deliveries)
    _clinic_settings(practice, deliveries)
    _closed_periods(practice, deliveries)


def _locations(practice: Practice, deliveries: Deliveries) -> None:
    """All locations on the first day, and again half way, when the last clinic has got a longer name."""
    rows = pl.DataFrame(
        [
            {
                "location_id": clinic.location_id,
                "location_name": clinic.location_name,
                "practice_id": "PLAIN",
                "company_id": "PLAINCO",
                "emr_location_id": clinic.emr_location_id,
                "billing_location_id": clinic.billing_location_id,
                DELIVERY: 0,
            }
            for clinic in practice.clinics
        ]
    )
    renamed = rows.tail(1).with_columns(
        pl.format("{} and Wellness", pl.col("location_name")).alias("location_name"),
        pl.lit(practice.days // 2, dtype=pl.Int64).alias(DELIVERY),
    )
    deliveries.add("locations", rows)
    if practice.days > 1:
        deliveries.add("locations", renamed)


def _clinic_settings(practice: Practice, deliveries: Deliveries) -> None:
    """On every day on which a setting changes, all settings in force so far are exported again."""
    rows = [(clinic, setting) for clinic in practice.clinics for setting in clinic.settings]
    for day in sorted({setting.effective_day for _, setting in rows}):
        deliveries.add(
            "clinic_settings",
            pl.DataFrame(
                [
                    {
                        "emr_location_id": clinic.emr_location_id,
                        "effective_from": on(setting.effective_day),
                        "soap_version": setting.soap_version,
                        "is_integration_on": setting.is_integration_on,
                        "enabled_charge_types": ";".join(setting.enabled_charge_types),
                        DELIVERY: day,
                    }
                    for clinic, setting in rows
                    if setting.effective_day <= day
                ]
            ),
        )


def _closed_periods(practice: Practice, deliveries: Deliveries) -> None:
    """Every location closes a month on the tenth of the next one."""
    for day in range(practice.days):
        closed_on = on(day)
        if closed_on.day != CLOSING_DAY_OF_MONTH:
            continue
        period_end = closed_on.replace(day=1) - timedelta(days=1)
        deliveries.add(
            "closed_periods",
            pl.DataFrame(
                {
                    "location_id": [clinic.location_id for clinic in practice.clinics],
                    "period_start_on": period_end.replace(day=1),
                    "period_end_on": period_end,
                    "close_version": 1,
                    "closed_on": closed_on,
                    DELIVERY: day,
                },
                strict=False,
            ).with_columns(pl.col("close_version", DELIVERY).cast(pl.Int64)),
        )
