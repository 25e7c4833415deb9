"""Receipts, postings and claims that do not add up."""

from datetime import date
from pathlib import Path

from synthetic.faults.planting import Planting
from synthetic.scenarios import (
    claim,
    claim_line,
    claim_status,
    disbursement,
    in_dollars,
    legacy_posting,
    posting,
    receipt,
)


def plant(planting: Planting) -> None:
    """At least three of each kind of broken receipt, posting and claim."""
    _over_applied(planting)
    _unknown_codes(planting)
    _without_receipt(planting)
    _without_line(planting)
    _claims_that_do_not_add_up(planting)
    _unpaired_reversals(planting)
    _unknown_locations(planting)
    _lost_on_the_way_to_the_old_system(planting)
    _sent_by_nobody_to_the_old_system(planting)
    _disbursed_while_posted(planting)


def good_claim(planting: Planting, day: date, *line_cents: int) -> str:
    """Deliver a claim that is all right, and return its id."""
    claim_id = f"{planting.patient()}E1"
    planting.deliver(day, "claims", claim(claim_id, on=day, amount=in_dollars(sum(line_cents))))
    _lines(planting, day, claim_id, *line_cents)
    return claim_id


def _lines(planting: Planting, day: date, claim_id: str, *line_cents: int) -> None:
    rows = [claim_line(claim_id, number, in_dollars(cents)) for number, cents in enumerate(line_cents, 1)]
    planting.deliver(day, "claim_lines", *rows)
    planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day))


def _good_receipt(planting: Planting, receipt_id: str, day: date, cents: int, **changes: str) -> Path:
    """An insurer's receipt: the posting rules leave it alone, so that it shows its own fault and no other."""
    of_an_insurer = {"payer_class": "Insurance", "receipt_type": "Insurance", "patient_id": None}
    row = receipt(receipt_id, received_on=day, amount=in_dollars(cents), **(of_an_insurer | changes))
    return planting.deliver(day, "receipts", row)


def _over_applied(planting: Planting) -> None:
    """Applied beyond the amount, disbursed beyond the amount, and applied in the negative."""
    day = planting.day(0)
    path = _good_receipt(planting, "ROVER1", day, 5_000)
    _apply(planting, "ROVER1", day, 6_000)
    _record_receipt(planting, "over_applied", path, "ROVER1", 1_000, "more applied than the receipt has")
    day = planting.day(1)
    path = _good_receipt(planting, "ROVER2", day, 6_500)
    row = disbursement("DOVER2", receipt_id="ROVER2", on=day, code="E", amount="70.00")
    planting.deliver(day, "disbursements", row)
    _record_receipt(planting, "over_applied", path, "ROVER2", 500, "more disbursed than the receipt has")
    day = planting.day(2)
    path = _good_receipt(planting, "ROVER3", day, 4_000)
    _apply(planting, "ROVER3", day, -500)
    _record_receipt(
        planting, "over_applied", path, "ROVER3", 500, "applied in the negative without a payment before"
    )


def _apply(planting: Planting, receipt_id: str, day: date, cents: int) -> Path:
    claim_id = good_claim(planting, day, 12_500)
    row = posting(
        f"T{receipt_id}", receipt_id=receipt_id, claim_id=claim_id, on=day, amount=in_dollars(cents)
    ) | {"entry_type": "insurance_payment"}
    return planting.deliver(day, "payments", row)


def _record_receipt(
    planting: Planting, kind: str, path: Path, receipt_id: str, cents: int, description: str
) -> None:
    planting.record(kind, path, description, key=receipt_id, source="receipts", row=2, cents=cents)


def _unknown_codes(planting: Planting) -> None:
    for number, code in enumerate(("XX", "LOST", "Q1"), 1):
        day, cents = planting.day(number + 2), 3_000 + number
        _good_receipt(planting, f"RCODE{number}", day, cents)
        row = disbursement(
            f"DCODE{number}", receipt_id=f"RCODE{number}", on=day, code=code, amount=in_dollars(cents)
        )
        path = planting.deliver(day, "disbursements", row)
        planting.record(
            "unknown_disbursement_code",
            path,
            "money disbursed with a code that nobody defined",
            key=f"DCODE{number}",
            source="disbursements",
            row=2,
            cents=cents,
        )


def _without_receipt(planting: Planting) -> None:
    for number in range(1, 4):
        day, cents = planting.day(number + 5), 2_200 + number
        path = _apply(planting, f"RGONE{number}", day, cents)
        _record_posting(
            planting,
            "posting_without_receipt",
            path,
            f"TRGONE{number}",
            cents,
            "a payment from an unknown receipt",
        )


def _without_line(planting: Planting) -> None:
    """An unknown claim, an unknown line of a known claim, and an adjustment to an unknown line."""
    day = planting.day(4)
    known = good_claim(planting, day, 9_000)
    _good_receipt(planting, "RLINE1", day, 2_500)
    _good_receipt(planting, "RLINE2", day, 2_600)
    rows = (
        posting("TLINE1", receipt_id="RLINE1", claim_id="800998E9", on=day, amount="25.00")
        | {"entry_type": "insurance_payment"},
        posting("TLINE2", receipt_id="RLINE2", claim_id=known, on=day, amount="26.00", line_number=9)
        | {"entry_type": "insurance_payment"},
        posting(
            "TLINE3",
            receipt_id="",
            claim_id=known,
            on=day,
            amount="27.00",
            line_number=8,
            entry_type="adjustment",
        ),
    )
    for row, cents in zip(rows, (2_500, 2_600, 2_700), strict=True):
        path = planting.deliver(day, "payments", row)
        _record_posting(
            planting,
            "posting_without_claim_line",
            path,
            str(row["payment_id"]),
            cents,
            "a posting to a line that is not there",
        )


def _record_posting(
    planting: Planting, kind: str, path: Path, payment_id: str, cents: int, description: str
) -> None:
    planting.record(kind, path, description, key=payment_id, source="payments", row=2, cents=cents)


def _claims_that_do_not_add_up(planting: Planting) -> None:
    for number, (head, lines) in enumerate(
        ((20_000, (15_000, 4_000)), (8_000, (8_001,)), (12_000, (6_000, 6_000, 2_500)))
    ):
        day = planting.day(number + 3)
        claim_id = f"{planting.patient()}E1"
        path = planting.deliver(day, "claims", claim(claim_id, on=day, amount=in_dollars(head)))
        _lines(planting, day, claim_id, *lines)
        _record_claim(
            planting,
            "claim_total_mismatch",
            path,
            claim_id,
            abs(head - sum(lines)),
            "a head that is not its lines",
        )
    for number in range(3):
        day, cents = planting.day(number + 6), 7_500 + number
        claim_id = f"{planting.patient()}E1"
        path = planting.deliver(day, "claims", claim(claim_id, on=day, amount=in_dollars(cents)))
        planting.deliver(day, "claim_statuses", claim_status(claim_id, on=day))
        _record_claim(
            planting, "claim_without_lines", path, claim_id, cents, "a claim whose lines never came"
        )


def _record_claim(
    planting: Planting, kind: str, path: Path, claim_id: str, cents: int, description: str
) -> None:
    planting.record(kind, path, description, key=claim_id, source="claims", row=2, cents=cents)


def _unpaired_reversals(planting: Planting) -> None:
    """A reversal of nothing, a reversal of another amount, and a reversed receipt without its reversal."""
    kind = "reversal_unpaired"
    day = planting.day(5)
    path = _good_receipt(
        planting, "RNONE-R", day, -3_300, reversal_of_receipt_id="RNONE", receipt_status="Completed"
    )
    _record_receipt(planting, kind, path, "RNONE-R", 3_300, "a reversal of a receipt that is not there")
    day = planting.day(6)
    _good_receipt(planting, "ROTHER", day, 5_000, receipt_status="Reversed")
    path = _good_receipt(
        planting, "ROTHER-R", day, -4_500, reversal_of_receipt_id="ROTHER", receipt_status="Completed"
    )
    _record_receipt(planting, kind, path, "ROTHER-R", 4_500, "a reversal of another amount than its receipt")
    day = planting.day(7)
    path = _good_receipt(planting, "RALONE", day, 4_400, receipt_status="Reversed")
    _record_receipt(planting, kind, path, "RALONE", 4_400, "a reversed receipt without a reversal")


def _unknown_locations(planting: Planting) -> None:
    for number, place in enumerate(("L901", "L902", "L903")):
        day, cents = planting.day(number), 1_800 + number
        path = _good_receipt(planting, f"RPLACE{number}", day, cents, location_id=place)
        row = disbursement(
            f"DPLACE{number}", receipt_id=f"RPLACE{number}", on=day, code="E", amount=in_dollars(cents)
        )
        planting.deliver(day, "disbursements", row)
        _record_receipt(
            planting,
            "receipt_location_unmapped",
            path,
            f"RPLACE{number}",
            cents,
            "a receipt at an unknown location",
        )


def _lost_on_the_way_to_the_old_system(planting: Planting) -> None:
    """Two payments never posted there, and one posted for less; all sent in the first days of the world."""
    for number, arrived in enumerate((0, 0, 3_000)):
        day, cents = planting.practice_day(1), 4_100 + number
        receipt_id = f"RSENT{number}"
        path = _good_receipt(planting, receipt_id, day, cents)
        row = disbursement(
            f"DSENT{number}", receipt_id=receipt_id, on=day, code="O", amount=in_dollars(cents)
        )
        planting.deliver(day, "disbursements", row)
        if arrived:
            posted = legacy_posting(
                f"LPSENT{number}", on=day, amount=in_dollars(arrived), receipt_id=receipt_id
            )
            path = planting.deliver(day, "legacy_postings", posted)
        planting.record(
            "legacy_money_not_arrived",
            path,
            "money sent to the old system that it has not posted",
            key=receipt_id,
            source="legacy_postings" if arrived else "receipts",
            row=2,
            cents=cents - arrived,
        )


def _sent_by_nobody_to_the_old_system(planting: Planting) -> None:
    """Postings there of an unknown check, of an unknown receipt, and of a receipt that was kept here."""
    day = planting.day(3)
    _good_receipt(planting, "RKEPT", day, 2_700)
    named: tuple[tuple[str, dict[str, str]], ...] = (
        ("check 990001", {"check_number": "990001"}),
        ("RNEVER", {"receipt_id": "RNEVER"}),
        ("RKEPT", {"receipt_id": "RKEPT"}),
    )
    for number, (key, columns) in enumerate(named):
        cents = 2_700 + number
        row = legacy_posting(f"LPNONE{number}", on=day, amount=in_dollars(cents), **columns)
        planting.record(
            "legacy_money_without_disbursement",
            planting.deliver(day, "legacy_postings", row),
            "a posting in the old system of money that was not sent to it",
            key=key,
            source="legacy_postings",
            row=2,
            cents=cents,
        )


def _disbursed_while_posted(planting: Planting) -> None:
    """The whole receipt disbursed while a payment still held it; the payment was taken back a day later."""
    for number in range(3):
        day, cents = planting.day(number + 1), 3_600 + number
        receipt_id = f"RTWICE{number}"
        _good_receipt(planting, receipt_id, day, cents)
        claim_id = good_claim(planting, day, 12_500)
        for name, on, amount in (
            (f"T{receipt_id}", day, cents),
            (f"T{receipt_id}B", planting.next(day), -cents),
        ):
            row = posting(
                name, receipt_id=receipt_id, claim_id=claim_id, on=on, amount=in_dollars(amount)
            ) | {"entry_type": "insurance_payment"}
            planting.deliver(on, "payments", row)
        row = disbursement(
            f"DTWICE{number}", receipt_id=receipt_id, on=day, code="E", amount=in_dollars(cents)
        )
        planting.record(
            "disbursement_over_escrow",
            planting.deliver(day, "disbursements", row),
            "money disbursed that a payment held",
            key=f"DTWICE{number}",
            source="disbursements",
            row=2,
            cents=cents,
        )
