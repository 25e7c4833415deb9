"""Remittances that do not balance, cannot be judged, cannot be read, came twice, or contradict each other.

The keys of these exceptions follow from positions in the file; the truth names trace, file and segment
instead.
"""

from datetime import date
from pathlib import Path

from synthetic.faults.books import good_claim
from synthetic.faults.planting import Planting
from synthetic.practice import on
from synthetic.scenarios import (
    PAYER,
    AnsweredClaim,
    AnsweredLine,
    Row,
    Value,
    bank_entry,
    disbursement,
    in_dollars,
    legacy_posting,
    receipt,
    remittance_text,
)

_CHARGES = (10_000, 6_500)
_LINES = (AnsweredLine(10_000, 3_000, 1_000), AnsweredLine(6_500, 2_150, 500))


def plant(planting: Planting) -> None:
    """Three of each kind."""
    for number in range(3):
        _out_of_balance(planting, number)
        _not_evaluable(planting, number)
        _repeated(planting, number)
    _unreadable(planting)


def _out_of_balance(planting: Planting, number: int) -> None:
    """Each equation on its own: a line's paid amount, a claim's charge, the amount of the payment."""
    off = 100 * (number + 1)
    first, second = _LINES
    wrong_line = AnsweredLine(10_000, 3_000, 1_000, paid_cents=first.expected_cents + off)
    total = sum(_CHARGES)
    # Kind, lines, charge of the claim, surplus of the payment, where it shows, and what was done.
    cases = (
        ("line", (wrong_line, second), total, 0, ("SVC", 1), "a line that is paid too much"),
        ("claim", _LINES, total + off, 0, ("CLP", 1), "a claim with another charge than its lines"),
        ("remittance", _LINES, total, off, ("ST", 1), "a payment that is not what it says it pays"),
    )
    for case, (level, lines, charge, surplus, place, description) in enumerate(cases):
        day = planting.day(number * 3 + case)
        claim_id = good_claim(planting, day, *_CHARGES)
        trace = f"8199{number}{case}"
        answered = AnsweredClaim(claim_id, tuple(lines), charge_cents=charge)
        payment = answered.shown_paid_cents + surplus
        text = remittance_text([answered], trace_number=trace, payment_on=day, payment_cents=payment)
        path = deliver_remittance(planting, day, trace, text, payment)
        _record(planting, f"era_{level}_out_of_balance", path, trace, off, text, place, description)


def _not_evaluable(planting: Planting, number: int) -> None:
    """A line that does not say what was paid for it. Absent is not zero; its claim still balances."""
    day = planting.day(number + 9)
    trace = f"81995{number}"
    claim_id = good_claim(planting, day, *_CHARGES)
    answered = AnsweredClaim(claim_id, _LINES)
    text = remittance_text([answered], trace_number=trace, payment_on=day)
    text = text.replace("SVC*HC:97110*65*38.50**1~", "SVC*HC:97110*65***1~")
    path = deliver_remittance(planting, day, trace, text, answered.shown_paid_cents)
    _record(
        planting,
        "era_not_evaluable",
        path,
        trace,
        None,
        text,
        ("SVC", 2),
        "a line without the amount paid for it",
    )


def _repeated(planting: Planting, number: int) -> None:
    """A remittance that comes again in a new interchange, and a trace with another amount."""
    kinds = (
        ("duplicate_remittance", "10", 0, "a remittance delivered again in a new interchange"),
        ("conflicting_trace", "20", 250, "another amount under a trace number that was used before"),
    )
    for case, (kind, infix, surplus, description) in enumerate(kinds):
        day = planting.day(number + case * 3)
        trace = f"8199{infix}{number}"
        lines = (AnsweredLine(9_000, 2_000), )  # fmt: skip
        claim_id = good_claim(planting, day, 9_000)
        original = remittance_text([AnsweredClaim(claim_id, lines)], trace_number=trace, payment_on=day)
        deliver_remittance(planting, day, trace, original, 7_000)
        again = AnsweredClaim(claim_id, (AnsweredLine(9_000, 2_000 - surplus),))
        # A day of its own, so that nobody can be in doubt which of the two came first.
        later = planting.practice.days - 1 - number
        text = remittance_text([again], trace_number=trace, payment_on=day, control_number=2)
        path = planting.scenario.deliver_bytes(on(later), f"835_again_{trace}.edi", text.encode())
        _record(planting, kind, path, trace, 7_000 + surplus, text, ("ST", 1), description)


def _unreadable(planting: Planting) -> None:
    """Transactions set aside whole: an amount that is no number, a wrong count, an end that never came."""
    for number, (spoil, place, cents, description) in enumerate(
        (
            (_without_amount, ("BPR", 1), None, "a payment amount that is not a number"),
            (miscounted, ("SE", 1), 7_000, "a transaction whose count of segments is wrong"),
            (_cut, ("ST", 1), 7_000, "a remittance cut off in the middle"),
        )
    ):
        day = planting.day(number + 12)
        trace = f"81993{number}"
        answered = AnsweredClaim(good_claim(planting, day, 9_000), (AnsweredLine(9_000, 2_000),))
        text = spoil(remittance_text([answered], trace_number=trace, payment_on=day))
        path = planting.scenario.deliver_bytes(day, f"835_{trace}.edi", text.encode())
        segment = segment_number(text, *place)
        planting.record(
            "row_quarantined",
            path,
            description,
            key=f"{planting.load_id(path)}|{segment}",
            source="era",
            row=segment,
            cents=cents,
            trace_number=trace,
        )


def _without_amount(text: str) -> str:
    return text.replace("BPR*I*70*", "BPR*I*NaN*")


def miscounted(text: str) -> str:
    """`text` with a wrong number of segments in the SE of its first transaction."""
    number = segment_number(text, "SE", 1)
    segments = text.split("~\n")
    control = segments[number - 1].split("*")
    segments[number - 1] = f"SE*{int(control[1]) + 3}*{control[2]}"
    return "~\n".join(segments)


def _cut(text: str) -> str:
    return text[: text.index("SVC*") + len("SVC*HC:97")]


def deliver_remittance(planting: Planting, day: date, trace: str, text: str, payment_cents: int) -> Path:
    """The file, its receipt, and its money at the bank."""
    deposit(planting, day, trace, payment_cents)
    return deliver_undeposited(planting, day, trace, text, payment_cents)


def deliver_undeposited(
    planting: Planting, day: date, trace: str, text: str, payment_cents: int, payer_id: str = "PAY01"
) -> Path:
    """The file, and the receipt that every remittance makes; its money leaves for the system used before."""
    receive(planting, day, trace, payment_cents, payer_id)
    disbursed = disbursement(
        f"DERA{trace}", receipt_id=f"RERA{trace}", on=day, code="O", amount=in_dollars(payment_cents)
    )
    planting.deliver(day, "disbursements", disbursed)
    arrived = legacy_posting(f"LP{trace}", on=day, amount=in_dollars(payment_cents), check_number=trace)
    planting.deliver(day, "legacy_postings", arrived | {"receipt_id": f"RERA{trace}"})
    return planting.scenario.deliver_bytes(day, f"835_{trace}.edi", text.encode())


def receive(planting: Planting, day: date, trace: str, cents: int, payer_id: str = "PAY01") -> None:
    """The receipt that every remittance makes."""
    row = receipt(
        f"RERA{trace}",
        received_on=day,
        amount=in_dollars(cents),
        patient_id=None,
        payer_class="Insurance",
        payer_id=payer_id,
        receipt_type="Insurance",
        payment_method="EFT",
        receipt_source="ERA",
        check_number=trace,
    )
    planting.deliver(day, "receipts", row)


def deposit(planting: Planting, day: date, trace: str, cents: int, **changes: Value) -> Path:
    """The money of the scenarios' payer in the account where it belongs, with its trace."""
    entry = bank_entry(f"B{trace}", on=day, amount=in_dollars(cents))
    named: Row = {"trace_number": trace, "payer_identifier": f"1{PAYER.tax_id}"}
    return planting.deliver(day, "bank_deposits", entry | named | changes)


def _record(
    planting: Planting,
    kind: str,
    path: Path,
    trace: str,
    cents: int | None,
    text: str,
    place: tuple[str, int],
    description: str,
) -> None:
    planting.record(
        kind,
        path,
        description,
        source="era",
        row=segment_number(text, *place),
        cents=cents,
        trace_number=trace,
    )


def segment_number(text: str, name: str, occurrence: int) -> int:
    """The number, from 1, of the `occurrence`-th segment called `name`."""
    found = [number for number, segment in enumerate(text.split("~\n"), 1) if segment.startswith(f"{name}*")]
    return found[occurrence - 1]
