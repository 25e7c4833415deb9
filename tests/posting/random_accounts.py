"""Random accounts and settings: few ids, few days and few amounts, so that things meet.

Everything is drawn from a `random.Random`. Hypothesis hands one over whose draws it can shrink; a plain one
makes thousands of accounts in a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from posting import AccountTables, PostingSettings, SettingsHistory
from posting.settings import DISBURSEMENT_ORDERS
from posting.tables import SCHEMAS
from tests.posting.world import tables_of

START = date(2026, 1, 1)
HORIZON = 60
DAYS_TO_MEET = (0, 1, 8, 15, 30)
TYPES = (
    "Co-Pay", "Patient Coinsurance", "Patient Deductible", "Payment on Account", "Pre-Pay", "Payment",
)  # fmt: skip
STATUSES = ("Statement 1", "Statement Final", "Done", "Refund", "Insurance", "Collections", None)
ACTIONS = (
    "set_status", "set_status", "link", "disburse", "disburse", "undo_disbursement", "refund", "reverse",
    "force_pass", "sing",
)  # fmt: skip
#: Small amounts that often match or sum up, and some odd cents.
AMOUNTS = tuple(
    Decimal(text) for text in ("0.01", "0.07", "5.00", "10.00", "10.00", "15.00", "33.33", "40.00", "100.00")
)

Rows = dict[str, list[dict[str, Any]]]
Value = TypeVar("Value")


def settings_histories() -> st.SearchStrategy[SettingsHistory]:
    """One to three versions in force one after the other."""
    return st.randoms(use_true_random=False).map(settings_of)


def account_rows() -> st.SearchStrategy[Rows]:
    """The tables of one to three accounts, as rows."""
    return st.randoms(use_true_random=False).map(rows_of)


def accounts() -> st.SearchStrategy[AccountTables]:
    return account_rows().map(tables_of)


def many_accounts(random: Random, count: int) -> AccountTables:
    """`count` times one to three accounts, with ids that tell them apart."""
    together: Rows = {table: [] for table in SCHEMAS}
    for number in range(count):
        for table, rows in rows_of(random).items():
            together[table].extend(_renamed(row, number) for row in rows)
    return tables_of(together)


def _renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    """Ids of another account; -R stays at the end, where it means the negative receipt."""
    renamed = dict(row)
    for column in ("patient_id", "claim_id", "receipt_id", "appointment_id", "reversal_of_receipt_id"):
        if renamed.get(column) is not None:
            renamed[column] = f"{number:06}{renamed[column]}"
    if "entry_number" in renamed:
        renamed["entry_number"] += 10 * number
    return renamed


def settings_of(random: Random) -> SettingsHistory:
    starts = sorted({_day(random) for _ in range(random.randint(0, 2))})
    return SettingsHistory(tuple((start, _settings(random)) for start in [date.min, *starts]))


def _settings(random: Random) -> PostingSettings:
    return PostingSettings(
        copay_hold_days=random.randint(0, 10),
        credit_hold_days=random.randint(0, 40),
        copay_procedures_only=_coin(random),
        copay_multiple_procedures=_coin(random),
        copay_overflow_is_general=_coin(random),
        receipt_disbursement=random.choice(DISBURSEMENT_ORDERS),
        credit_claim_status=random.choice(["Refund", "Statement Credit", ""]),
        prepay_types=random.choice([("Pre-Pay",), (), ("Pre-Pay", "Co-Pay")]),
        statement_statuses=random.choice([("Statement*",), ("Statement Final", "Insurance")]),
        skip_statuses=random.choice([(), ("Collections",), ("Statement Final", "Refund")]),
        claim_done_status=random.choice(["Done", ""]),
    )


def rows_of(random: Random) -> Rows:
    """The tables of one to three accounts."""
    rows: Rows = {table: [] for table in SCHEMAS}
    appointments = [f"A{number}" for number in range(3)]
    rows["appointments"] = [
        {
            "appointment_id": appointment,
            "patient_id": _maybe(random, _patient),
            "starts_on": _maybe(random, _day),
        }
        for appointment in appointments[: random.randint(0, 3)]
    ]
    claims = _shuffled(random, [f"C{number}" for number in range(random.choice([0, 1, 2, 3, 4, 4]))])
    for claim in claims:
        _add_claim(random, rows, claim, appointments)
    for line in rows["claim_lines"]:
        for _ in range(random.choice([0, 0, 1, 2])):
            rows["reductions"].append(
                {
                    "claim_id": line["claim_id"],
                    "line_number": line["line_number"],
                    "effective_on": _day(random),
                    "amount": random.choice(AMOUNTS[:6]) * random.choice([1, 1, 1, -1]),
                }
            )
    _add_receipts(random, rows, appointments)
    _add_entries(random, rows, [*claims, "C9"], [*appointments, "A9"])
    return rows


def _add_claim(random: Random, rows: Rows, claim: str, appointments: list[str]) -> None:
    service_on = _day(random)
    rows["claims"].append(
        {
            "claim_id": claim,
            "patient_id": _patient(random),
            "appointment_id": random.choice([None, *appointments]),
            "service_on": service_on,
            "created_on": service_on + timedelta(days=random.randint(0, 9)),
            "voided_on": _day(random) if random.randint(1, 6) == 1 else None,
        }
    )
    for number in _shuffled(random, [1, 2, 3, 4, 5])[: random.choice([0, 1, 2, 3, 3])]:
        rows["claim_lines"].append(
            {
                "claim_id": claim,
                "line_number": number,
                "charge_amount": random.choice(AMOUNTS),
                "is_copay": _coin(random),
                "voided_on": _day(random) if random.randint(1, 8) == 1 else None,
            }
        )
    for sequence in range(random.randint(0, 3)):
        rows["claim_status_history"].append(
            {
                "claim_id": claim,
                "changed_on": _day(random),
                "sequence": sequence,
                "level": random.choice(["Statement", "Statement", "Insurance", None]),
                "status": random.choice(STATUSES),
                "invoice_on": _day(random) if random.randint(1, 3) == 1 else None,
            }
        )


def _add_receipts(random: Random, rows: Rows, appointments: list[str]) -> None:
    for number in _shuffled(random, list(range(random.randint(1, 5)))):
        received_on = _day(random)
        rows["receipts"].append(
            {
                "receipt_id": f"R{number}",
                "patient_id": random.choice(["P1"] * 8 + ["P2", "P2", None]),
                "receipt_type": random.choice(TYPES),
                "received_at": datetime.combine(received_on, time(random.randint(8, 10))),
                "received_on": received_on,
                "amount": random.choice(AMOUNTS) * random.choice([1] * 12 + [0, -1]),
                "appointment_id": random.choice([None, *appointments]),
                "initial_status": random.choice(["New"] * 6 + ["Hold", "Ignore", "Error", None]),
            }
        )
    for reversal in rows["receipts"][: random.choice([0, 0, 1, 2])]:
        original = random.choice(rows["receipts"])
        reversal |= {"reversal_of_receipt_id": original["receipt_id"]}
        if original is not reversal:
            reversal |= {"amount": -original["amount"], "patient_id": original["patient_id"]}


def _add_entries(random: Random, rows: Rows, claims: list[str], appointments: list[str]) -> None:
    receipts = [receipt["receipt_id"] for receipt in rows["receipts"]]
    for number in range(random.randint(0, 6)):
        rows["entries"].append(
            {
                "entry_number": number,
                "entered_on": START + timedelta(days=random.randint(0, HORIZON + 30)),
                "receipt_id": random.choice([*receipts * 3, "R9", "R0-R"]),
                "action": random.choice(ACTIONS),
                "status": random.choice(["New", "Hold", "Error", "Ignore", "Completed", None]),
                "hold_until": _maybe(random, _day),
                "claim_id": random.choice([None, *claims]),
                "appointment_id": random.choice([None, None, None, *appointments]),
                "amount": random.choice([None, *AMOUNTS]),
                "disbursement_code": random.choice([None, "O", "V"]),
                "disbursement_id": random.choice(["D1", "D1", "D1", "D2", None]),
            }
        )


def _day(random: Random) -> date:
    """Every other one is one of a few days, so that dates meet."""
    return START + timedelta(days=random.choice([random.randint(0, HORIZON), random.choice(DAYS_TO_MEET)]))


def _patient(random: Random) -> str:
    return random.choice(["P1", "P1", "P1", "P2"])


def _coin(random: Random) -> bool:
    return random.random() < 0.5


def _maybe(random: Random, draw: Callable[[Random], Value]) -> Value | None:
    return draw(random) if _coin(random) else None


def _shuffled(random: Random, values: list[Value]) -> list[Value]:
    return random.sample(values, len(values))
