"""Charges that break a rule, a claim that its payer rejects, and a charge that is sent again as it was.

Belongs here: one charge for each way in which a rule or a decision ends as an exception. Does not belong
here: what the billing system's own runs refuse and somebody mends, or files that cannot be read (`sources`).
"""

from datetime import date, timedelta
from pathlib import Path

from journal.charge_entries import Reprocess
from synthetic.claim_files import claim_answers_file, claims_file
from synthetic.claim_writer import Batch, claim_answer, claim_transaction
from synthetic.faults.planting import Planting
from synthetic.faults.sent_claims import one_claim
from synthetic.practice import COMPANY_ID, PRACTICE_ID, npi, on
from synthetic.scenarios import Row, claim, claim_line, claim_status, failed_charge

_CENTS = 6_500
_CONTROL_NUMBER = 77_000
_TIMES = 3


def plant(planting: Planting) -> None:
    """Plant three charges each that are blocked, held, rejected and sent again untouched."""
    for number in range(_TIMES):
        _without_units(planting, number)
        _billed_twice(planting, number)
        _rejected(planting, number)
    _sent_again_untouched(planting)


def _without_units(planting: Planting, number: int) -> None:
    claim_id = f"{planting.patient()}E1"
    path = _bill(planting, planting.day(3 + number), claim_id, units=0)
    _record(planting, "charge_breaks_rule", path, claim_id, "a charge of no units")


def _billed_twice(planting: Planting, number: int) -> None:
    """One service on two claims, the second of them a day later."""
    patient, day = planting.patient(), planting.day(5 + number)
    _bill(planting, day, f"{patient}E1")
    again = f"{patient}E2"
    path = _bill(planting, day, again, created_on=planting.next(day))
    _record(planting, "charge_held_by_rule", path, again, "a charge that was billed on another claim before")


def _rejected(planting: Planting, number: int) -> None:
    """A claim that is sent on the day of its creation and rejected on the next."""
    day, patient = planting.day(7 + number), planting.patient()
    claim_id = f"{patient}E1"
    _bill(planting, day, claim_id)
    batch = Batch("0001", f"BREJECTED{number}", "FIRST PLAIN HEALTH PLAN", "CPAY01", day)
    claims, lines = one_claim(claim_id, patient, _CENTS, day, clinician_npi=npi(0))
    answered_on = planting.next(day)
    answer = claim_answer(batch, claims, answered_on).replace("STC*A2:20:PR", "STC*A7:21:PR")
    sent = claims_file([claim_transaction(batch, claims, lines)], day, _CONTROL_NUMBER + number)
    answered = claim_answers_file([answer], answered_on, _CONTROL_NUMBER + number)
    planting.scenario.deliver_bytes(day, f"837P_rejected{number}.edi", sent.encode())
    path = planting.scenario.deliver_bytes(answered_on, f"277CA_rejecting{number}.edi", answered.encode())
    planting.record(
        "claim_rejected",
        path,
        "a claim that its payer rejects",
        key=_key(claim_id),
        source="claim_acknowledgement",
        cents=_CENTS,
    )


def _sent_again_untouched(planting: Planting) -> None:
    """Refused on the day before the last, sent again on the last, and refused for the same reason."""
    last = on(planting.practice.last_day)
    before = last - timedelta(days=1)
    claim_ids = [f"{planting.patient()}E1" for _ in range(_TIMES)]
    for claim_id in claim_ids:
        _bill(planting, before, claim_id)
    for day in (before, last):
        path = planting.deliver(day, "failed_charges", *(_refused(claim_id, day) for claim_id in claim_ids))
    planting.enter(
        last, *(Reprocess(company_id=COMPANY_ID, charge_record_id=f"CH-{claim_id}") for claim_id in claim_ids)
    )
    for row, claim_id in enumerate(claim_ids, 2):
        planting.record(
            "charge_returned_untouched",
            path,
            "a charge that a person sent again and a run refused for the same reason",
            key=f"{COMPANY_ID}|CH-{claim_id}",
            source="failed_charges",
            row=row,
            cents=_CENTS,
        )


def _refused(claim_id: str, day: date) -> Row:
    return failed_charge(
        f"CH-{claim_id}",
        on=day,
        run_number=f"F{day:%Y%m%d}",
        company_id=COMPANY_ID,
        claim_id=claim_id,
        patient_id=claim_id.removesuffix("E1"),
        practice_id=PRACTICE_ID,
        reason_code="FC09",
        reason="Authorization missing",
        amount=f"{_CENTS // 100}.00",
    )


def _bill(
    planting: Planting, day: date, claim_id: str, *, units: int = 1, created_on: date | None = None
) -> Path:
    """Deliver a claim of one line on the day it is created; returns the file of the line."""
    created = created_on or day
    amount = f"{_CENTS // 100}.00"
    planting.deliver(created, "claims", claim(claim_id, on=day, amount=amount, created_on=created))
    planting.deliver(created, "claim_statuses", claim_status(claim_id, on=created))
    return planting.deliver(created, "claim_lines", claim_line(claim_id, 1, amount, units=units))


def _record(planting: Planting, kind: str, path: Path, claim_id: str, description: str) -> None:
    planting.record(kind, path, description, key=_key(claim_id), source="claim_lines", row=2, cents=_CENTS)


def _key(claim_id: str) -> str:
    return f"{COMPANY_ID}|{claim_id}-1"
