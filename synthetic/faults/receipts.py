"""Receipts that cannot be posted, are posted otherwise than by the rules, or give back what they must not."""

from datetime import date, timedelta
from pathlib import Path

from synthetic.faults.planting import Planting
from synthetic.scenarios import (
    Row,
    bank_entry,
    claim,
    claim_line,
    claim_status,
    disbursement,
    in_dollars,
    posting,
    receipt,
)

# Long enough for every deadline to have passed, and not long enough for aged escrow.
_PAST_EVERY_DEADLINE = timedelta(days=45)
_AGED = timedelta(days=75)
_OF_AN_INSURER = {"payer_class": "Insurance", "receipt_type": "Insurance", "patient_id": None}


def plant(planting: Planting) -> None:
    """Three of each kind; one of a negative escrow, which is a location's and not a receipt's."""
    _in_error(planting)
    _posted_otherwise(planting)
    _negative_escrow(planting)
    for number in range(3):
        _aged(planting, number)
        _refunded_out_of_escrow(planting, number)
        _refunded_without_credit(planting, number)
        _voided_after_deposit(planting, number)
        _zeroed(planting, number)


def _in_error(planting: Planting) -> None:
    """A co-pay whose claim never came, a package that was never used, money of nobody."""
    changed: tuple[Row, ...] = (
        {"receipt_type": "Co-Pay"},
        {"receipt_type": "Pre-Pay"},
        {"patient_id": None},
    )
    for number, changes in enumerate(changed):
        day, cents = planting.day(number + 1), 2_100 + number
        row = receipt(
            f"RERROR{number}",
            received_on=day - _PAST_EVERY_DEADLINE,
            amount=in_dollars(cents),
            posting_on=day,
            **{"patient_id": planting.patient(), **changes},
        )
        path = planting.deliver(day, "receipts", row)
        _record(
            planting, "receipt_in_error", path, f"RERROR{number}", cents, "a receipt that no rule can post"
        )


def _posted_otherwise(planting: Planting) -> None:
    """Billing forgot it, chose the other line, posted a day late, posted less."""
    for number, (line, days_late, posted) in enumerate(
        ((1, 0, 0), (2, 0, 5_000), (1, 1, 5_000), (1, 0, 4_000))
    ):
        day = planting.day(number + 3)
        later = day + timedelta(days=days_late)
        claim_id = f"{planting.patient()}E1"
        receipt_id = f"ROTHERWISE{number}"
        planting.deliver(day, "claims", claim(claim_id, on=day, amount="180.00"))
        planting.deliver(
            day, "claim_lines", claim_line(claim_id, 1, "90.00"), claim_line(claim_id, 2, "90.00")
        )
        planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day, status="Statement 1"))
        row = receipt(receipt_id, received_on=day, amount="50.00", patient_id=claim_id.split("E")[0])
        path = planting.deliver(day, "receipts", row)
        if posted:
            paid = posting(
                f"T{receipt_id}",
                receipt_id=receipt_id,
                claim_id=claim_id,
                on=later,
                amount=in_dollars(posted),
                line_number=line,
            )
            planting.deliver(later, "payments", paid)
        actual = f"{claim_id}/{line}/{later}" if posted else "-"
        key = f"{receipt_id}|{claim_id}/1/{day}|{actual}"
        _record(planting, "posting_difference", path, key, 5_000, "money posted otherwise than the rules say")


def _negative_escrow(planting: Planting) -> None:
    day = planting.day(2)
    row = receipt("RBELOW", received_on=day, amount="-50.00", payer_class="Invoice", patient_id=None)
    path = planting.deliver(day, "receipts", row)
    planting.record(
        "negative_escrow",
        path,
        "a negative receipt that nothing was taken from",
        key="L01|Invoice",
        source="receipts",
        cents=5_000,
    )


def _aged(planting: Planting, number: int) -> None:
    day, cents = planting.day(number + 7), 8_100 + number
    path = _receive(planting, f"RAGED{number}", day - _AGED, cents, delivered_on=day)
    _record(planting, "escrow_aged", path, f"RAGED{number}", cents, "money that nobody has placed for months")


def _refunded_out_of_escrow(planting: Planting, number: int) -> None:
    day, cents = planting.day(number + 2), 3_400 + number
    _receive(planting, f"RESCROW{number}", day, cents)
    path = _refund(planting, f"FESCROW{number}", f"RESCROW{number}", day, cents)
    _record(
        planting, "refund_of_escrow", path, f"FESCROW{number}", cents, "a refund of unposted money", "refunds"
    )


def _refunded_without_credit(planting: Planting, number: int) -> None:
    """Posted, taken off again although the line still owed, and refunded."""
    day, cents = planting.day(number + 5), 4_600 + number
    later = day + timedelta(days=1)
    claim_id = f"{planting.patient()}E1"
    planting.deliver(day, "claims", claim(claim_id, on=day, amount="125.00"))
    planting.deliver(day, "claim_lines", claim_line(claim_id, 1, "125.00"))
    planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day))
    receipt_id = f"RCREDIT{number}"
    _receive(planting, receipt_id, day, cents)
    for name, on, amount in (("", day, cents), ("-B", later, -cents)):
        row = posting(
            f"T{receipt_id}{name}", receipt_id=receipt_id, claim_id=claim_id, on=on, amount=in_dollars(amount)
        )
        planting.deliver(on, "payments", row | {"entry_type": "insurance_payment"})
    path = _refund(planting, f"FCREDIT{number}", receipt_id, later, cents)
    _record(
        planting,
        "refund_without_credit",
        path,
        f"FCREDIT{number}",
        cents,
        "a refund without a credit",
        "refunds",
    )


def _voided_after_deposit(planting: Planting, number: int) -> None:
    day, cents = planting.day(number + 8), 5_700 + number
    _receive(planting, f"RVOID{number}", day, cents, deposit_on=day)
    row = disbursement(
        f"DVOID{number}", receipt_id=f"RVOID{number}", on=day, code="V", amount=in_dollars(cents)
    )
    path = planting.deliver(day, "disbursements", row)
    check = bank_entry(f"BVOID{number}", on=day, amount=in_dollars(cents), type_code="115")
    planting.deliver(day, "bank_deposits", check)
    _record(
        planting,
        "void_of_deposited_money",
        path,
        f"DVOID{number}",
        cents,
        "deposited money that was called void",
        "disbursements",
    )


def _zeroed(planting: Planting, number: int) -> None:
    day, cents = planting.day(number + 4), 2_900 + number
    receipt_id = f"RZERO{number}"
    claim_id = f"{planting.patient()}E1"
    planting.deliver(day, "claims", claim(claim_id, on=day, amount="125.00"))
    planting.deliver(day, "claim_lines", claim_line(claim_id, 1, "125.00"))
    planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day))
    _receive(planting, receipt_id, day, cents)
    row = posting(
        f"T{receipt_id}", receipt_id=receipt_id, claim_id=claim_id, on=day, amount=in_dollars(cents)
    )
    planting.deliver(day, "payments", row | {"entry_type": "insurance_payment"})
    path = _receive(planting, receipt_id, day, 0, delivered_on=day + timedelta(days=1))
    _record(
        planting,
        "receipt_zeroed_after_posting",
        path,
        receipt_id,
        cents,
        "a posted receipt that was set to zero",
    )


def _receive(
    planting: Planting,
    receipt_id: str,
    day: date,
    cents: int,
    *,
    delivered_on: date | None = None,
    deposit_on: date | None = None,
) -> Path:
    """An insurer's receipt: the posting rules leave it alone."""
    row = receipt(
        receipt_id, received_on=day, amount=in_dollars(cents), deposit_on=deposit_on, **_OF_AN_INSURER
    )
    return planting.deliver(delivered_on or day, "receipts", row)


def _refund(planting: Planting, refund_id: str, receipt_id: str, day: date, cents: int) -> Path:
    row: Row = {
        "refund_id": refund_id,
        "receipt_id": receipt_id,
        "refund_method": "Check",
        "refunded_on": day,
        "amount": in_dollars(cents),
    }
    return planting.deliver(day, "refunds", row)


def _record(
    planting: Planting,
    kind: str,
    path: Path,
    key: str,
    cents: int,
    description: str,
    source: str = "receipts",
) -> None:
    planting.record(kind, path, description, key=key, source=source, row=2, cents=cents)
