"""Payments on which the EMR and billing disagree, one a cell, and clinics that nobody mapped."""

from datetime import date
from pathlib import Path

from synthetic.faults.planting import Planting
from synthetic.practice import RETAIL_TYPES
from synthetic.scenarios import billing_payment, emr_payment, in_dollars

# The first clinic always has the integration on and every charge type enabled.
_LOCATION = "L01"


def plant(planting: Planting) -> None:
    """Three payments each missing in billing, changed, imported twice; and three unknown clinics."""
    for number, charge_type in enumerate(RETAIL_TYPES):
        _missing(planting, planting.day(number), charge_type, 4_713 + number)
        _changed(planting, planting.day(number + 3), charge_type, 6_050 + number)
        _imported_twice(planting, planting.day(number + 6), charge_type, 3_500 + number)
    _unmapped_in_emr(planting, planting.day(1), "CLINIC-901", (2_500, 4_075))
    _unmapped_in_emr(planting, planting.day(2), "CLINIC-902", (3_000,))
    _unmapped_in_billing(planting, planting.day(3), "B901", 5_150)


def _emr(planting: Planting, name: str, day: date, charge_type: str, cents: int) -> Path:
    row = emr_payment(
        f"EP{name}", on=day, amount=in_dollars(cents), charge_type=charge_type, patient_id=planting.patient()
    )
    return planting.deliver(day, "emr_payments", row)


def _billing(planting: Planting, day: date, charge_type: str, *amounts: tuple[str, int]) -> Path:
    rows = [
        billing_payment(f"BP{name}", on=day, amount=in_dollars(cents), charge_type=charge_type)
        for name, cents in amounts
    ]
    return planting.deliver(day, "billing_payments", *rows)


def _record(
    planting: Planting, path: Path, day: date, charge_type: str, cents: int, description: str
) -> None:
    planting.record(
        "balancing_difference",
        path,
        description,
        key=f"{_LOCATION}|{day}|{charge_type}",
        source=path.name.rsplit("_", 1)[0],
        row=2,
        cents=cents,
    )


def _missing(planting: Planting, day: date, charge_type: str, cents: int) -> None:
    path = _emr(planting, f"MISSING-{charge_type}", day, charge_type, cents)
    _record(
        planting, path, day, charge_type, cents, "a paid payment of the EMR that never arrived in billing"
    )


def _changed(planting: Planting, day: date, charge_type: str, cents: int) -> None:
    path = _emr(planting, f"CHANGED-{charge_type}", day, charge_type, cents)
    _billing(planting, day, charge_type, (f"CHANGED-{charge_type}", cents - 1_500))
    _record(planting, path, day, charge_type, 1_500, "a payment that arrived in billing with a lower amount")


def _imported_twice(planting: Planting, day: date, charge_type: str, cents: int) -> None:
    _emr(planting, f"TWICE-{charge_type}", day, charge_type, cents)
    path = _billing(
        planting, day, charge_type, (f"TWICE-{charge_type}-1", cents), (f"TWICE-{charge_type}-2", cents)
    )
    _record(planting, path, day, charge_type, cents, "a payment that the integration imported twice")


def _unmapped_in_emr(planting: Planting, day: date, clinic: str, amounts: tuple[int, ...]) -> None:
    rows = [
        emr_payment(f"EP{clinic}-{number}", on=day, amount=in_dollars(cents), emr_location_id=clinic)
        for number, cents in enumerate(amounts)
    ]
    path = planting.deliver(day, "emr_payments", *rows)
    _record_unmapped(
        planting, path, clinic, sum(amounts), "emr_payments", "payments at a clinic that nobody mapped"
    )


def _unmapped_in_billing(planting: Planting, day: date, place: str, cents: int) -> None:
    row = billing_payment(f"BP{place}", on=day, amount=in_dollars(cents), billing_location_id=place)
    path = planting.deliver(day, "billing_payments", row)
    _record_unmapped(
        planting, path, place, cents, "billing_payments", "a payment at a place that nobody mapped"
    )


def _record_unmapped(
    planting: Planting, path: Path, place: str, cents: int, source: str, description: str
) -> None:
    planting.record(
        "location_unmapped", path, description, key=f"unmapped:{place}", source=source, cents=cents
    )
