"""Random accounts and settings: few ids, few days and few amounts, so that things meet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from posting import AccountTables, PostingSettings, SettingsHistory
from posting.settings import DISBURSEMENT_ORDERS
from posting.tables import SCHEMAS
from tests.posting.world import tables_of

START = date(2026, 1, 1)
HORIZON = 60
TYPES = (
    "Co-Pay", "Patient Coinsurance", "Patient Deductible", "Payment on Account", "Pre-Pay", "Payment",
)  # fmt: skip
STATUSES = ("Statement 1", "Statement Final", "Done", "Refund", "Insurance", "Collections", None)
ACTIONS = (
    "set_status", "set_status", "link", "disburse", "disburse", "undo_disbursement", "refund", "reverse",
    "force_pass", "sing",
)  # fmt: skip

Rows = dict[str, list[dict[str, Any]]]

days = st.integers(0, HORIZON).map(lambda number: START + timedelta(days=number))
#: Small amounts that often match or sum up, and some odd cents.
amounts = st.sampled_from(
    ["0.01", "0.07", "5.00", "10.00", "10.00", "15.00", "33.33", "40.00", "100.00"]
).map(Decimal)
patients = st.sampled_from(["P1", "P1", "P1", "P2"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def settings_histories(draw: st.DrawFn) -> SettingsHistory:
    """One to three versions in force one after the other."""
    starts = draw(st.lists(days, max_size=2, unique=True).map(sorted))
    values = st.builds(
        PostingSettings,
        copay_hold_days=st.integers(0, 10),
        credit_hold_days=st.integers(0, 40),
        copay_procedures_only=st.booleans(),
        copay_multiple_procedures=st.booleans(),
        copay_overflow_is_general=st.booleans(),
        receipt_disbursement=st.sampled_from(DISBURSEMENT_ORDERS),
        credit_claim_status=st.sampled_from(["Refund", "Statement Credit", ""]),
        prepay_types=st.sampled_from([("Pre-Pay",), (), ("Pre-Pay", "Co-Pay")]),
        statement_statuses=st.sampled_from([("Statement*",), ("Statement Final", "Insurance")]),
        skip_statuses=st.sampled_from([(), ("Collections",), ("Statement Final", "Refund")]),
        claim_done_status=st.sampled_from(["Done", ""]),
    )
    return SettingsHistory(tuple((start, draw(values)) for start in [date.min, *starts]))


@st.composite
def account_rows(draw: st.DrawFn) -> Rows:
    """The tables of one to three accounts, as rows."""
    rows: Rows = {table: [] for table in SCHEMAS}
    appointments = [f"A{number}" for number in range(3)]
    for appointment in appointments[: draw(st.integers(0, 3))]:
        rows["appointments"].append(
            {
                "appointment_id": appointment,
                "patient_id": draw(maybe(patients)),
                "starts_on": draw(maybe(days)),
            }
        )
    claims = [f"C{number}" for number in draw(st.permutations(range(draw(st.integers(0, 4)))))]
    for claim in claims:
        service_on = draw(days)
        rows["claims"].append(
            {
                "claim_id": claim,
                "patient_id": draw(patients),
                "appointment_id": draw(maybe(st.sampled_from(appointments))),
                "service_on": service_on,
                "created_on": service_on + timedelta(days=draw(st.integers(0, 9))),
                "voided_on": draw(st.none() | st.none() | days),
            }
        )
        for number in draw(st.lists(st.integers(1, 5), max_size=3, unique=True)):
            rows["claim_lines"].append(
                {
                    "claim_id": claim,
                    "line_number": number,
                    "charge_amount": draw(amounts),
                    "is_copay": draw(st.booleans()),
                    "voided_on": draw(st.none() | st.none() | st.none() | days),
                }
            )
        for sequence in range(draw(st.integers(0, 3))):
            rows["claim_status_history"].append(
                {
                    "claim_id": claim,
                    "changed_on": draw(days),
                    "sequence": sequence,
                    "level": draw(st.sampled_from(["Statement", "Insurance", None])),
                    "status": draw(st.sampled_from(STATUSES)),
                    "invoice_on": draw(st.none() | st.none() | days),
                }
            )
    for line in rows["claim_lines"]:
        for _ in range(draw(st.integers(0, 2))):
            rows["reductions"].append(
                {
                    "claim_id": line["claim_id"],
                    "line_number": line["line_number"],
                    "effective_on": draw(days),
                    "amount": draw(amounts) * draw(st.sampled_from([1, 1, 1, -1])),
                }
            )
    _add_receipts(draw, rows, appointments)
    _add_entries(draw, rows, [*claims, "C9"], [*appointments, "A9"])
    return rows


def _add_receipts(draw: st.DrawFn, rows: Rows, appointments: list[str]) -> None:
    for number in draw(st.permutations(range(draw(st.integers(1, 5))))):
        received_on = draw(days)
        rows["receipts"].append(
            {
                "receipt_id": f"R{number}",
                "patient_id": draw(st.sampled_from(["P1", "P1", "P1", "P1", "P2", None])),
                "receipt_type": draw(st.sampled_from(TYPES)),
                "received_at": datetime.combine(received_on, time(draw(st.integers(8, 10)))),
                "received_on": received_on,
                "amount": draw(amounts) * draw(st.sampled_from([1, 1, 1, 1, 1, 0, -1])),
                "appointment_id": draw(maybe(st.sampled_from(appointments))),
                "initial_status": draw(
                    st.sampled_from(["New", "New", "New", "Hold", "Ignore", "Error", None])
                ),
            }
        )
    for reversal in rows["receipts"][: draw(st.sampled_from([0, 0, 1, 2]))]:
        original = draw(st.sampled_from(rows["receipts"]))
        reversal |= {"reversal_of_receipt_id": original["receipt_id"]}
        if original is not reversal:
            reversal |= {"amount": -original["amount"], "patient_id": original["patient_id"]}


def _add_entries(draw: st.DrawFn, rows: Rows, claims: list[str], appointments: list[str]) -> None:
    receipts = [receipt["receipt_id"] for receipt in rows["receipts"]]
    for number in range(draw(st.integers(0, 6))):
        rows["entries"].append(
            {
                "entry_number": number,
                "entered_on": draw(days),
                "receipt_id": draw(st.sampled_from([*receipts, *receipts, "R9", "R0-R"])),
                "action": draw(st.sampled_from(ACTIONS)),
                "status": draw(st.sampled_from(["New", "Hold", "Error", "Ignore", "Completed", None])),
                "hold_until": draw(maybe(days)),
                "claim_id": draw(maybe(st.sampled_from(claims))),
                "appointment_id": draw(maybe(st.sampled_from(appointments))),
                "amount": draw(maybe(amounts)),
                "disbursement_code": draw(maybe(st.sampled_from(["O", "V"]))),
                "disbursement_id": draw(st.sampled_from(["D1", "D1", "D1", "D2", None])),
            }
        )


def accounts() -> st.SearchStrategy[AccountTables]:
    return account_rows().map(tables_of)
