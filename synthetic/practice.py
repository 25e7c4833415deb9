"""The practice group that the world is about: its clinics, payers, procedures and settings.

Belongs here: what stays the same from day to day, and the clinics' settings, which change on known days. Does
not belong here: anything drawn by chance. Days are numbers: day 0 is `FIRST_ON`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST_ON = date(2026, 1, 5)
CLOSING_DAY_OF_MONTH = 10

PRACTICE_NAME = "Plain Therapy Group"
PRACTICE_NPI = "1234567893"
PRACTICE_TAX_ID = "123456789"
PRACTICE_ID = "PLAIN"
COMPANY_ID = "PLAINCO"
CLINICIANS_PER_CLINIC = 6

# Charge types that may flow to billing; Internal Payment never does.
FLOWING_TYPES = ("Copay", "Deductible", "Coinsurance", "Payment on Account", "Wellness", "Supplies", "Other")
RETAIL_TYPES = ("Wellness", "Supplies", "Other")

# Procedure codes with the fee of one unit. A first line is one of the leading five, so a desk payment fits on
# it.
PROCEDURES = ("97161", "97162", "97530", "97112", "97110", "97140", "97035", "97014")
FEES_CENTS = np.array([14_500, 16_250, 7_275, 6_850, 6_500, 6_025, 3_540, 2_815], dtype=np.int64)
FIRST_LINE_PROCEDURES = 5
RETAIL_PROCEDURE = "SUPPLY"
# Money of a package leaves for the books of the wellness store when the package is used up.
PACKAGE_CODE = "PKG"

COPAYS_CENTS = np.array([2_000, 2_500, 3_000, 3_500, 4_000], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ClinicSetting:
    """What the EMR does with a clinic's payments from one day on."""

    effective_day: int
    soap_version: str
    is_integration_on: bool
    enabled_charge_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic under its three names: ours, the EMR's and billing's."""

    location_id: str
    location_name: str
    emr_location_id: str
    billing_location_id: str
    settings: tuple[ClinicSetting, ...]

    def setting_on(self, day: int) -> ClinicSetting:
        """The setting in force on `day`."""
        return [setting for setting in self.settings if setting.effective_day <= day][-1]


@dataclass(frozen=True, slots=True)
class Payer:
    """An insurer: what it allows of a charge, how large its share of the patients is, what it asks for."""

    payer_id: str
    payer_name: str
    tax_id: str
    allowed_percent: int
    patient_share: int
    has_sequestration: bool = False
    payer_kind: str = "Commercial"
    filing_limit_days: int = 180
    needs_authorization: bool = False


PAYERS = (
    Payer("PAY01", "FIRST PLAIN HEALTH PLAN", "511111111", 72, 37),
    Payer("PAY02", "SECOND PLAIN HEALTH PLAN", "522222222", 64, 22, filing_limit_days=90),
    Payer(
        "PAY03",
        "PLAIN FEDERAL PROGRAM",
        "533333333",
        58,
        16,
        has_sequestration=True,
        payer_kind="Medicare",
        filing_limit_days=365,
    ),
    Payer("PAY04", "PLAIN STATE PROGRAM", "544444444", 47, 10, payer_kind="Medicaid"),
    Payer(
        "PAY05",
        "PLAIN WORKERS FUND",
        "555555555",
        81,
        6,
        payer_kind="Workers Compensation",
        filing_limit_days=60,
        needs_authorization=True,
    ),
)
CAPITATION_PAYER_ID = "PAY06"
CAPITATION_PAYER_NAME = "PLAIN PREPAID PLAN"
SELF_PAY = -1


@dataclass(frozen=True, slots=True)
class Practice:
    """The group and the number of days of its world."""

    clinics: tuple[Clinic, ...]
    days: int

    @property
    def last_day(self) -> int:
        """The number of the last day."""
        return self.days - 1


def on(day: int) -> date:
    """The calendar date of a day number."""
    return FIRST_ON + timedelta(days=day)


def account_number(location_id: str) -> str:
    """The bank account of a location: ``L01`` has ``9000000001``."""
    return f"90000000{int(location_id.removeprefix('L')):02}"


def clinician_id(number: int) -> str:
    """The id of a clinician; the first clinic has numbers 0 to 5, the second 10 to 15, and so on."""
    return f"PT{number}"


def npi(number: int) -> str:
    """A national provider identifier made of `number`, with its check digit."""
    digits = f"1{number:08}"
    doubled = [int(digit) * 2 for digit in digits[::-2]]
    total = 24 + sum(digit // 10 + digit % 10 for digit in doubled) + sum(int(d) for d in digits[-2::-2])
    return f"{digits}{-total % 10}"


def plain_practice(clinics: int, days: int) -> Practice:
    """A group of `clinics` clinics, of which the first three differ in every way that balancing must mind.

    The first is SOAP 1.0. The second is SOAP 2.0 and has the integration off for its first third. The third
    changes from 1.0 to 2.0 half way. Every fourth clinic never has the integration on.
    """
    return Practice(tuple(_clinic(index, days) for index in range(clinics)), days)


def _clinic(index: int, days: int) -> Clinic:
    number = index + 1
    return Clinic(
        location_id=f"L{number:02}",
        location_name=f"Clinic {number}",
        emr_location_id=f"CLINIC-{100 + number}",
        billing_location_id=f"B{200 + number}",
        settings=_settings(index, days),
    )


def _settings(index: int, days: int) -> tuple[ClinicSetting, ...]:
    everything = FLOWING_TYPES
    no_wellness = tuple(name for name in FLOWING_TYPES if name != "Wellness")
    no_supplies = tuple(name for name in FLOWING_TYPES if name != "Supplies")
    # A change needs a day of its own after the first.
    third, half = max(1, days // 3), max(1, days // 2)
    match index % 4:
        case 0:
            return (ClinicSetting(0, "1.0", True, everything),)
        case 1:
            return (
                ClinicSetting(0, "2.0", False, no_wellness),
                ClinicSetting(third, "2.0", True, no_wellness),
            )
        case 2:
            return (
                ClinicSetting(0, "1.0", True, no_supplies),
                ClinicSetting(half, "2.0", True, everything),
            )
        case _:
            return (ClinicSetting(0, "2.0", False, everything),)
