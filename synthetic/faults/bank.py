"""Money at the bank that fits in no plain way, and some that fits in an unusual one.

Every planted remittance is right in itself and has its receipt; only its way to the bank differs. All of it
happens in the first days, so that nothing is still waiting on the last.
"""

from datetime import date, timedelta
from pathlib import Path

from synthetic.faults.books import good_claim
from synthetic.faults.planting import Planting
from synthetic.faults.remittances import deliver_undeposited, deposit, segment_number
from synthetic.practice import PAYERS, account_number
from synthetic.scenarios import (
    AnsweredClaim,
    AnsweredLine,
    Row,
    bank_entry,
    disbursement,
    in_dollars,
    receipt,
    remittance_text,
)
from synthetic.x12_writer import Party

_OWN, _OTHER = account_number("L01"), account_number("L02")
_RETURNED, _TRANSFERRED_IN, _TRANSFERRED_OUT, _CARD, _FEE = "555", "275", "575", "165", "698"


def plant(planting: Planting) -> None:
    """Three of each that is wrong, and one of each that only looks so."""
    for number in range(3):
        _missing(planting, number)
        _unexplained(planting, number)
        _returned(planting, number)
        _in_the_wrong_account(planting, number)
        _short(planting, number)
        _cards(planting, number)
        _equal_amounts(planting, number)
        _unreceived(planting, number)
        _unsettled(planting, number)
    _several_in_one_deposit(planting)
    _one_in_two_deposits(planting)
    _moved_to_the_right_account(planting)
    _fee(planting)


def _remit(planting: Planting, day: date, trace: str, cents: int, payer: int = 0) -> Path:
    """A remittance of one claim that pays `cents`, with its receipt and without its deposit."""
    text = _remittance(planting, day, trace, cents, payer)
    return deliver_undeposited(planting, day, trace, text, cents, PAYERS[payer].payer_id)


def _remittance(planting: Planting, day: date, trace: str, cents: int, payer: int) -> str:
    claim_id = good_claim(planting, day, cents + 2_000)
    of = PAYERS[payer]
    return remittance_text(
        [AnsweredClaim(claim_id, (AnsweredLine(cents + 2_000, 2_000),))],
        trace_number=trace,
        payment_on=day,
        payer=Party(of.payer_name, of.payer_id, of.tax_id),
    )


def _record(
    planting: Planting,
    kind: str | None,
    path: Path,
    key: str | None,
    cents: int,
    description: str,
    *,
    source: str = "bank_deposits",
    trace: str | None = None,
) -> None:
    planting.record(kind, path, description, key=key, source=source, row=2, cents=cents, trace_number=trace)


def _missing(planting: Planting, number: int) -> None:
    day, trace, cents = planting.practice_day(number), f"81970{number}", 7_130 + number
    path = _remit(planting, day, trace, cents)
    planting.record(
        "remittance_without_deposit",
        path,
        "a remittance whose money never came",
        source="era",
        row=3,
        cents=cents,
        trace_number=trace,
    )


def _unexplained(planting: Planting, number: int) -> None:
    day, trace, cents = planting.practice_day(number), f"81971{number}", 9_417 + number
    path = deposit(planting, day, trace, cents)
    key = f"{_OWN}|B{trace}"
    _record(
        planting, "deposit_without_remittance", path, key, cents, "money that nobody explains", trace=trace
    )


def _returned(planting: Planting, number: int) -> None:
    """An electronic payment that goes back, and a check that bounces although its receipt stands."""
    day, trace, cents = planting.practice_day(number), f"81972{number}", 6_250 + number
    _remit(planting, day, trace, cents)
    deposit(planting, day, trace, cents)
    later = planting.next(day)
    path = deposit(
        planting, later, trace, -cents, deposit_id=f"B{trace}-R", type_code=_RETURNED, bank_text="RETURN"
    )
    _record(
        planting, "returned_item", path, f"{_OWN}|B{trace}-R", cents, "a payment that went back", trace=trace
    )
    check = bank_entry(
        f"BCHECK{number}",
        on=later,
        amount=in_dollars(-cents - 100),
        type_code=_RETURNED,
        customer_reference=f"77{number}",
    )
    path = planting.deliver(later, "bank_deposits", check)
    _record(
        planting,
        "returned_item",
        path,
        f"{_OWN}|BCHECK{number}",
        cents + 100,
        "a check that came back",
    )


def _in_the_wrong_account(planting: Planting, number: int) -> None:
    day, trace, cents = planting.practice_day(number + 1), f"81973{number}0", 5_310 + number
    _remit(planting, day, trace, cents)
    path = deposit(planting, day, trace, cents, bank_account=_OTHER)
    key = f"{_OTHER}|B{trace}"
    _record(
        planting,
        "deposit_in_wrong_account",
        path,
        key,
        cents,
        "money in a strange account",
        trace=trace,
    )


def _short(planting: Planting, number: int) -> None:
    day, trace, cents = planting.practice_day(number + 2), f"81974{number}", 8_820 + number
    _remit(planting, day, trace, cents)
    path = deposit(planting, day, trace, cents - 345)
    key = f"{_OWN}|B{trace}"
    _record(
        planting, "deposit_amount_differs", path, key, 345, "a deposit short of its remittance", trace=trace
    )


def _cards(planting: Planting, number: int) -> None:
    """A settlement of which a part is missing, and one that never came."""
    day = planting.practice_day(number)
    settled: Row = {"settled_on": day, "card_kind": "Visa", "location_id": "L01"}
    money: Row = {"gross_amount": "100.00", "fee_amount": "3.00", "net_amount": "97.00"}
    for name in ("SHORT", "LOST"):
        settlement_id = f"S{name}{number}"
        path = planting.deliver(day, "card_settlements", {"settlement_id": settlement_id} | settled | money)
        if name == "LOST":
            key, cents = f"settlement|{settlement_id}", 9_700
            description = "a settlement that never came"
            _record(
                planting, "batch_without_deposit", path, key, cents, description, source="card_settlements"
            )
            continue
        entry = bank_entry(
            f"B{settlement_id}",
            on=planting.next(day),
            amount="90.00",
            type_code=_CARD,
            customer_reference=settlement_id,
            bank_text=f"CARD SETTLEMENT {settlement_id}",
        )
        planting.deliver(planting.next(day), "bank_deposits", entry)
        description = "a settlement paid out short"
        _record(
            planting,
            "card_settlement_short",
            path,
            settlement_id,
            700,
            description,
            source="card_settlements",
        )


def _unreceived(planting: Planting, number: int) -> None:
    """Remittance and money are there; billing has no receipt."""
    day, trace, cents = planting.practice_day(number % 2), f"81979{number}", 6_010 + number
    text = _remittance(planting, day, trace, cents, 0)
    path = planting.scenario.deliver_bytes(day, f"835_{trace}.edi", text.encode())
    deposit(planting, day, trace, cents)
    planting.record(
        "remittance_without_receipt",
        path,
        "money of a payer that nobody entered",
        source="era",
        row=segment_number(text, "ST", 1),
        cents=cents,
        trace_number=trace,
    )


def _unsettled(planting: Planting, number: int) -> None:
    """A card that was charged on a day before the world, of which the processor never told."""
    delivered_on, cents = planting.practice_day(0), 2_520 + number
    day = delivered_on - timedelta(days=number + 1)
    receipt_id = f"RCARD{number}"
    row = receipt(
        receipt_id,
        received_on=day,
        amount=in_dollars(cents),
        patient_id=planting.patient(),
        payment_method="Credit Card",
        deposit_on=day,
        posting_on=delivered_on,
    )
    path = planting.deliver(delivered_on, "receipts", row)
    used = disbursement(
        f"D{receipt_id}", receipt_id=receipt_id, on=delivered_on, code="E", amount=in_dollars(cents)
    )
    planting.deliver(delivered_on, "disbursements", used)
    key, description = f"cards|L01|{day}", "a card without a settlement"
    _record(planting, "batch_without_deposit", path, key, cents, description, source="receipts")


def _equal_amounts(planting: Planting, story: int) -> None:
    """Two remittances of one payer on one day over the same amount; the bank has no trace of either."""
    day, cents, payer = planting.practice_day(1), 4_444 + story, 2 + story
    for number in range(2):
        _remit(planting, day, f"81975{story}{number}", cents, payer)
        entry = bank_entry(
            f"BEQUAL{story}{number}",
            on=day,
            amount=in_dollars(cents),
            payer_identifier=f"1{PAYERS[payer].tax_id}",
        )
        path = planting.deliver(day, "bank_deposits", entry)
        if number == 0:
            _record(
                planting,
                "ambiguous_deposit",
                path,
                f"{_OWN}|BEQUAL{story}0",
                2 * cents,
                "two deposits and two remittances of one amount",
            )


def _several_in_one_deposit(planting: Planting) -> None:
    day, payer = planting.practice_day(2), 1
    amounts = (3_301, 4_702, 5_103)
    for number, cents in enumerate(amounts):
        _remit(planting, day, f"81976{number}", cents, payer)
    entry = bank_entry(
        "BSEVERAL", on=day, amount=in_dollars(sum(amounts)), payer_identifier=f"1{PAYERS[payer].tax_id}"
    )
    path = planting.deliver(day, "bank_deposits", entry)
    _record(planting, None, path, f"{_OWN}|BSEVERAL", sum(amounts), "three remittances in one deposit")


def _one_in_two_deposits(planting: Planting) -> None:
    day, trace = planting.practice_day(2), "819770"
    _remit(planting, day, trace, 10_000)
    deposit(planting, day, trace, 3_700)
    path = deposit(planting, planting.next(day), trace, 6_300, deposit_id=f"B{trace}-2")
    _record(planting, None, path, f"{_OWN}|B{trace}-2", 10_000, "a remittance in two deposits", trace=trace)


def _moved_to_the_right_account(planting: Planting) -> None:
    day, trace, cents = planting.practice_day(2), "819780", 6_660
    _remit(planting, day, trace, cents)
    deposit(planting, day, trace, cents, bank_account=_OTHER)
    later = planting.next(day)
    out = bank_entry(
        "BOUT", on=later, amount=in_dollars(-cents), type_code=_TRANSFERRED_OUT, bank_account=_OTHER
    )
    into = bank_entry("BINTO", on=later, amount=in_dollars(cents), type_code=_TRANSFERRED_IN)
    path = planting.deliver(later, "bank_deposits", out, into)
    _record(planting, None, path, f"{_OTHER}|B{trace}", cents, "money moved to its account", trace=trace)


def _fee(planting: Planting) -> None:
    day = planting.practice_day(3)
    entry = bank_entry("BFEE", on=day, amount="-15.00", type_code=_FEE, bank_text="MONTHLY FEE")
    path = planting.deliver(day, "bank_deposits", entry)
    _record(planting, None, path, f"{_OWN}|BFEE", 1_500, "a fee of the bank")
