"""Answers of payers that lead nowhere: to no claim, to nothing before them, to another system, to no reason.

The keys of these exceptions follow from the content of the file.
"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from synthetic.faults.books import good_claim
from synthetic.faults.planting import Planting
from synthetic.faults.remittances import (
    deliver_remittance,
    deliver_undeposited,
    deposit,
    receive,
    segment_number,
)
from synthetic.practice import account_number, on
from synthetic.scenarios import (
    PAYER,
    AnsweredClaim,
    AnsweredLine,
    in_dollars,
    posting,
    remittance_text,
)
from synthetic.x12_writer import ProviderAdjustment

_LINE = AnsweredLine(9_000, 2_000)
_PAID = _LINE.expected_cents


def plant(planting: Planting) -> None:
    """Three of each kind."""
    for number in range(3):
        for case, planter in enumerate(_PLANTERS):
            planter(planting, planting.day(number * 5 + case), f"8198{number}{case:02}")


def _orphan_reversal(planting: Planting, day: date, trace: str) -> None:
    reversed_claim = AnsweredClaim(good_claim(planting, day, 5_000), (AnsweredLine(-5_000, -1_000),), "22")
    claims = [_good_answer(planting, day), reversed_claim]
    path, text = _send(planting, day, trace, claims)
    _record(planting, "orphan_reversal", path, text, trace, ("CLP", 2), 4_000, "|2", "a reversal of nothing")


def _correction_missing(planting: Planting, day: date, trace: str) -> None:
    """Paid sixty days ago, taken back forty days ago, and never heard of again."""
    claim_id = good_claim(planting, day, 5_000)
    paid = AnsweredClaim(claim_id, (AnsweredLine(5_000, 1_000),))
    taken = AnsweredClaim(claim_id, (AnsweredLine(-5_000, -1_000),), "22")
    _send(planting, day, f"{trace}1", [paid], payment_on=day - timedelta(days=60))
    claims = [_good_answer(planting, day), taken]
    path, text = _send(planting, day, f"{trace}2", claims, payment_on=day - timedelta(days=40))
    _record(
        planting,
        "correction_missing",
        path,
        text,
        f"{trace}2",
        ("CLP", 2),
        4_000,
        "|2",
        "a reversal without correction",
    )


def _unmatched(planting: Planting, day: date, trace: str) -> None:
    path, text = _send(planting, day, trace, [AnsweredClaim(f"{planting.patient()}E9", (_LINE,))])
    _record(
        planting,
        "claim_payment_unmatched",
        path,
        text,
        trace,
        ("CLP", 1),
        _PAID,
        "|1",
        "an answer to no claim",
    )


def _secondary(planting: Planting, day: date, trace: str) -> None:
    answered = AnsweredClaim(good_claim(planting, day, 9_000), (_LINE,), "2")
    path, text = _send(planting, day, trace, [answered])
    _record(
        planting,
        "secondary_before_primary",
        path,
        text,
        trace,
        ("CLP", 1),
        _PAID,
        "|1",
        "a second payer alone",
    )


def _legacy_posted_here(planting: Planting, day: date, trace: str) -> None:
    """The old system's part of a check was posted to a claim of ours, which is now paid more than it was."""
    claim_id = good_claim(planting, day, 9_000)
    legacy = AnsweredClaim(f"PM-{trace}", (AnsweredLine(2_000),))
    text = remittance_text([AnsweredClaim(claim_id, (_LINE,)), legacy], trace_number=trace, payment_on=day)
    deposit(planting, day, trace, 9_000)
    receive(planting, day, trace, 9_000)
    posted = posting(
        f"PERA{trace}",
        receipt_id=f"RERA{trace}",
        claim_id=claim_id,
        on=day,
        amount=in_dollars(9_000),
        entry_type="insurance_payment",
    )
    planting.deliver(day, "payments", posted)
    path = planting.scenario.deliver_bytes(day, f"835_{trace}.edi", text.encode())
    what = "money of the old system posted here"
    _record(planting, "legacy_money_without_clearing", path, text, trace, ("ST", 1), 2_000, "", what)
    planting.record(
        "posted_more_than_paid",
        path,
        "more posted to a claim than was paid for it",
        key=f"{trace}|{claim_id}",
        source="era",
        row=segment_number(text, "CLP", 1),
        cents=2_000,
        trace_number=trace,
    )


def _line_of_nothing(planting: Planting, day: date, trace: str) -> None:
    claim_id = good_claim(planting, day, 9_000)
    extra = AnsweredLine(1_100, procedure_code="99999")
    path, text = _send(planting, day, trace, [AnsweredClaim(claim_id, (_LINE, extra))])
    what = "a line that the claim does not have"
    _record(planting, "service_line_unmatched", path, text, trace, ("SVC", 2), 1_100, "|1|2", what)


def _debit(planting: Planting, day: date, trace: str) -> None:
    """The payer takes the money, so it leaves the bank."""
    spoiled = ("BPR*I*70*C*", "BPR*I*70*D*")
    _, text = _answered(day, trace, [_good_answer(planting, day)], spoiled=spoiled)
    deposit(planting, day, trace, -_PAID)
    path = deliver_undeposited(planting, day, trace, text, _PAID)
    _record(planting, "debit_remittance", path, text, trace, ("ST", 1), _PAID, "", "a debit")


def _notice(planting: Planting, day: date, trace: str) -> None:
    spoiled = ("BPR*I*70*", "BPR*H*70*")
    path, text = _send(planting, day, trace, [_good_answer(planting, day)], spoiled=spoiled)
    what = "a notice that carries an amount"
    _record(planting, "informational_remittance", path, text, trace, ("ST", 1), _PAID, "", what)


def _dated_anew(planting: Planting, day: date, trace: str) -> None:
    answer = _good_answer(planting, day)
    _send(planting, day, trace, [answer], payment_on=day - timedelta(days=1))
    text = remittance_text([answer], trace_number=trace, payment_on=day, control_number=2)
    last = on(planting.practice.days - 1)
    path = planting.scenario.deliver_bytes(last, f"835_anew_{trace}.edi", text.encode())
    what = "a payment that comes again with another date"
    _record(planting, "trace_seen_twice", path, text, trace, ("ST", 1), _PAID, "", what)
    planting.record(
        "ambiguous_deposit",
        path,
        "one deposit for two remittances with its trace",
        key=f"{account_number('L01')}|B{trace}",
        source="bank_deposits",
        cents=2 * _PAID,
        trace_number=trace,
    )


def _riddle(planting: Planting, day: date, trace: str) -> None:
    taken = ProviderAdjustment("WO", f"RIDDLE{trace}", 500)
    path, text = _send(planting, day, trace, [_good_answer(planting, day)], adjustments=(taken,))
    what = "money taken under a reference that nobody knows"
    _record_item(
        planting,
        "provider_adjustment_unexplained",
        path,
        text,
        trace,
        f"overpayment_recovery|RIDDLE{trace}",
        what,
    )


def _never_taken(planting: Planting, day: date, trace: str) -> None:
    put_off = ProviderAdjustment("FB", f"OLD{trace}", -500)
    path, text = _send(
        planting,
        day,
        trace,
        [_good_answer(planting, day)],
        payment_on=day - timedelta(days=120),
        adjustments=(put_off,),
    )
    what = "a balance carried forward and never taken"
    _record_item(planting, "provider_balance_aged", path, text, trace, f"forward_balance|OLD{trace}", what)


def _no_amount(planting: Planting, day: date, trace: str) -> None:
    nothing = ProviderAdjustment("WO", f"NIL{trace}", 0)
    path, text = _send(planting, day, trace, [_good_answer(planting, day)], adjustments=(nothing,))
    segment = segment_number(text, "PLB", 1)
    what = "a provider-level adjustment of nothing"
    kind = "provider_adjustment_without_amount"
    _record(planting, kind, path, text, trace, ("PLB", 1), 0, f"|{segment}|1", what)


def _unknown_reason(planting: Planting, day: date, trace: str) -> None:
    spoiled = ("CAS*CO*45*", "CAS*CO*X99*")
    path, text = _send(planting, day, trace, [_good_answer(planting, day)], spoiled=spoiled)
    what = "a reason code that no list has"
    _record(planting, "adjustment_reason_unknown", path, text, trace, ("CAS", 1), 2_000, "|X99", what)


_PLANTERS: tuple[Callable[[Planting, date, str], None], ...] = (
    _orphan_reversal,
    _correction_missing,
    _unmatched,
    _secondary,
    _legacy_posted_here,
    _line_of_nothing,
    _debit,
    _notice,
    _dated_anew,
    _riddle,
    _never_taken,
    _no_amount,
    _unknown_reason,
)


def _good_answer(planting: Planting, day: date) -> AnsweredClaim:
    return AnsweredClaim(good_claim(planting, day, 9_000), (_LINE,))


def _send(
    planting: Planting,
    day: date,
    trace: str,
    claims: list[AnsweredClaim],
    *,
    payment_on: date | None = None,
    adjustments: tuple[ProviderAdjustment, ...] = (),
    spoiled: tuple[str, str] | None = None,
) -> tuple[Path, str]:
    """A remittance with receipt and deposit, whose money leaves for the system used before; path and text."""
    cents, text = _answered(
        day, trace, claims, payment_on=payment_on, adjustments=adjustments, spoiled=spoiled
    )
    return deliver_remittance(planting, day, trace, text, cents), text


def _answered(
    day: date,
    trace: str,
    claims: list[AnsweredClaim],
    *,
    payment_on: date | None = None,
    adjustments: tuple[ProviderAdjustment, ...] = (),
    spoiled: tuple[str, str] | None = None,
) -> tuple[int, str]:
    """The cents that a remittance of these claims pays, and its text."""
    text = remittance_text(
        claims, trace_number=trace, payment_on=payment_on or day, provider_adjustments=adjustments
    )
    if spoiled:
        before, after = spoiled
        assert before in text
        text = text.replace(before, after)
    cents = sum(claim.shown_paid_cents for claim in claims) - sum(item.amount_cents for item in adjustments)
    return cents, text


def _record(
    planting: Planting,
    kind: str,
    path: Path,
    text: str,
    trace: str,
    place: tuple[str, int],
    cents: int,
    suffix: str,
    description: str,
) -> None:
    """An entry whose key is that of the remittance and what follows it."""
    file_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    remittance_key = hashlib.md5(f"{file_hash}|1|1".encode(), usedforsecurity=False).hexdigest()
    planting.record(
        kind,
        path,
        description,
        key=remittance_key + suffix,
        source="era",
        row=segment_number(text, *place),
        cents=cents,
        trace_number=trace,
    )


def _record_item(
    planting: Planting, kind: str, path: Path, text: str, trace: str, item: str, description: str
) -> None:
    """An entry about five dollars of provider-level money, whose key is an item of the payer's ledger."""
    planting.record(
        kind,
        path,
        description,
        key=f"1{PAYER.tax_id}|{item}",
        source="era",
        row=segment_number(text, "PLB", 1),
        cents=500,
        trace_number=trace,
    )
