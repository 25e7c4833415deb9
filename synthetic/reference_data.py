"""Exports that describe the practice instead of its money: locations, settings, closed periods, directories.

Belongs here: when each of them is exported and what it says then. Does not belong here: the practice itself.
"""

from datetime import timedelta

import polars as pl

from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import (
    CAPITATION_PAYER_ID,
    CAPITATION_PAYER_NAME,
    CLINICIANS_PER_CLINIC,
    CLOSING_DAY_OF_MONTH,
    COMPANY_ID,
    PAYERS,
    PRACTICE_ID,
    PRACTICE_NAME,
    PRACTICE_NPI,
    Practice,
    clinician_id,
    npi,
    on,
)

_PHYSICAL_THERAPIST = "225100000X"
_CLINIC = "261QP2000X"
_OFFICE = "11"


def queue(practice: Practice, deliveries: Deliveries) -> None:
    """Queue every export of reference data in the world's life."""
    _locations(practice, deliveries)
    _clinic_settings(practice, deliveries)
    _closed_periods(practice, deliveries)
    _payers(practice, deliveries)
    _providers(practice, deliveries)


def _locations(practice: Practice, deliveries: Deliveries) -> None:
    """All locations on the first day, and again half way, when the last clinic has got a longer name."""
    rows = pl.DataFrame(
        [
            {
                "location_id": clinic.location_id,
                "location_name": clinic.location_name,
                "practice_id": PRACTICE_ID,
                "company_id": COMPANY_ID,
                "emr_location_id": clinic.emr_location_id,
                "billing_location_id": clinic.billing_location_id,
                "place_of_service_code": _OFFICE,
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


def _payers(practice: Practice, deliveries: Deliveries) -> None:
    """All payers on the first day; from the middle of the world on, the first one wants claims sooner."""
    rows = pl.DataFrame(
        [
            {
                "payer_id": payer.payer_id,
                "payer_name": payer.payer_name,
                "payer_kind": payer.payer_kind,
                "clearinghouse_payer_id": f"C{payer.payer_id}",
                "tax_id": payer.tax_id,
                "filing_limit_days": payer.filing_limit_days,
                "needs_authorization": payer.needs_authorization,
                DELIVERY: 0,
            }
            for payer in PAYERS
        ]
        + [
            {
                "payer_id": CAPITATION_PAYER_ID,
                "payer_name": CAPITATION_PAYER_NAME,
                "payer_kind": "Capitation",
                "needs_authorization": False,
                DELIVERY: 0,
            }
        ]
    )
    deliveries.add("payers", rows)
    if practice.days > 1:
        sooner = rows.head(1).with_columns(
            pl.col("filing_limit_days") - 60, pl.lit(practice.days // 2, dtype=pl.Int64).alias(DELIVERY)
        )
        deliveries.add("payers", sooner)


def _providers(practice: Practice, deliveries: Deliveries) -> None:
    """The group itself and the clinicians of every clinic, on the first day."""
    group = {
        "provider_id": PRACTICE_ID,
        "provider_name": PRACTICE_NAME,
        "npi": PRACTICE_NPI,
        "provider_kind": "Organization",
        "taxonomy_code": _CLINIC,
        "license_number": "PC100",
        "location_id": None,
        DELIVERY: 0,
    }
    clinicians = [
        {
            "provider_id": clinician_id(number),
            "provider_name": f"Clinician {number}",
            "npi": npi(number),
            "provider_kind": "Individual",
            "taxonomy_code": _PHYSICAL_THERAPIST,
            "license_number": f"PT{number:05}",
            "license_expires_on": on(practice.days) + timedelta(days=365),
            "location_id": clinic.location_id,
            DELIVERY: 0,
        }
        for index, clinic in enumerate(practice.clinics)
        for number in range(index * 10, index * 10 + CLINICIANS_PER_CLINIC)
    ]
    deliveries.add("providers", pl.DataFrame([group, *clinicians], infer_schema_length=None))
