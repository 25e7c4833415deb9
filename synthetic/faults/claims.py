"""Claims that nobody acknowledges, and claims that go out with less than was done.

Planted claims of other planters are on paper, so that no 837P has them, and nobody mends planted charges: the
settings let both wait as long as they like. The claims planted here are sent.
"""

from datetime import date
from pathlib import Path

from synthetic.claim_files import claims_file
from synthetic.claim_writer import Batch, claim_transaction
from synthetic.faults.planting import Planting
from synthetic.faults.sent_claims import one_claim
from synthetic.practice import PAYERS, npi, on
from synthetic.scenarios import claim, claim_line, claim_status, in_dollars

_UNITS, _UNIT_CENTS = 4, 4_000
_PATIENCE = """\
# Some claims go out on paper, and no file tells of them; some charges take long to mend.
claim_billing_days: 366
claim_mend_days: 366

"""
_FIRST_CONTROL_NUMBER = 50_000


def plant(planting: Planting) -> None:
    """Three of each."""
    settings = planting.scenario.home / "settings.yml"
    settings.write_text(_PATIENCE + settings.read_text(encoding="utf-8"), encoding="utf-8")
    for number in range(3):
        _never_acknowledged(planting, number)
        _trimmed(planting, number)


def _never_acknowledged(planting: Planting, number: int) -> None:
    """Sent in the first days, and the clearinghouse never says a word."""
    day = on(1 + number)
    claim_id, path = _claim(planting, day)
    _send(planting, day, claim_id, _UNITS, number)
    planting.record(
        "claim_stuck",
        path,
        "a claim that was sent and never acknowledged",
        key=claim_id,
        source="claims",
        row=2,
        cents=_UNITS * _UNIT_CENTS,
    )


def _trimmed(planting: Planting, number: int) -> None:
    """Sent on the last day with fewer units than its line has."""
    day = on(planting.practice.last_day)
    claim_id, path = _claim(planting, day)
    _send(planting, day, claim_id, number + 1, 3 + number)
    planting.record(
        "units_trimmed",
        path,
        "a claim with fewer units than its line",
        key=f"{claim_id}|97110",
        source="claims",
        row=2,
        cents=(_UNITS - number - 1) * _UNIT_CENTS,
    )


def _claim(planting: Planting, day: date) -> tuple[str, Path]:
    claim_id, charge = f"{planting.patient()}E1", in_dollars(_UNITS * _UNIT_CENTS)
    path = planting.deliver(day, "claims", claim(claim_id, on=day, amount=charge))
    planting.deliver(day, "claim_lines", claim_line(claim_id, 1, charge, units=_UNITS))
    planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day))
    return claim_id, path


def _send(planting: Planting, day: date, claim_id: str, units: int, number: int) -> None:
    """An 837P with this claim alone."""
    patient_id, _ = claim_id.split("E")
    cents = units * _UNIT_CENTS
    claims, lines = one_claim(
        claim_id, patient_id, cents, day, clinician_npi=npi(10), units=units, modifiers=None
    )
    payer = PAYERS[0]
    batch = Batch("0001", f"PLANTED{number}", payer.payer_name, f"C{payer.payer_id}", day)
    text = claims_file([claim_transaction(batch, claims, lines)], day, _FIRST_CONTROL_NUMBER + number)
    planting.scenario.deliver_bytes(day, f"837P_planted_{number}.edi", text.encode("ascii"))
