"""Frames to plain accounts, and the books of the accounts to frames. No rule lives here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from posting.reference.account import Account, Appointment, Claim, Entry, Line, Receipt, StatusChange
from posting.reference.ledger import Ledger
from posting.reference.replay import Replay
from posting.results import SCHEMAS, PostingResult
from posting.settings import SettingsHistory
from posting.tables import AccountTables
from posting.vocabulary import Action, Code, ReceiptStatus, Refusal

_STATUS = {status.label: status for status in ReceiptStatus}
_ACTION = {action.label: action for action in Action}
_COPAY_CODES = (Code.NO_CLAIM_YET, Code.COPAY_REMAINDER)
_CREDIT_CODES = (Code.CREDIT_WAITING, Code.PREPAY_WAITING)

Row = dict[str, Any]


def post_by_reference(tables: AccountTables, settings: SettingsHistory, as_of: date) -> PostingResult:
    """Replay every account day by day, up to and with the as-of date."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    accounts, unknown = accounts_of(tables)
    rows["refused_entries"] += [
        _refused(entry, refusal) for entry, refusal in unknown if entry.entered_on <= as_of
    ]
    originals = {row["receipt_id"]: row for row in tables.receipts.iter_rows(named=True)}
    for account in accounts:
        _add_rows(rows, Replay(account, settings).run(as_of), originals, as_of)
    return PostingResult.of(
        {name: pl.DataFrame(rows[name], schema=schema, orient="row") for name, schema in SCHEMAS.items()}
    )


def accounts_of(tables: AccountTables) -> tuple[list[Account], list[tuple[Entry, Refusal]]]:
    """The accounts that have receipts, and the entries that belong to no receipt."""
    appointments = {
        row["appointment_id"]: Appointment(row["patient_id"], row["starts_on"])
        for row in tables.appointments.iter_rows(named=True)
    }
    accounts: dict[tuple[str | None, str], Account] = {}
    receipts: dict[str, Receipt] = {}
    account_of: dict[str, Account] = {}
    for row in tables.receipts.sort("received_at", "receipt_id").iter_rows(named=True):
        receipt = _receipt(row)
        key = (receipt.patient_id, "" if receipt.patient_id is not None else receipt.receipt_id)
        account = accounts.setdefault(key, Account(receipt.patient_id, appointments=appointments))
        account.receipts.append(receipt)
        receipts[receipt.receipt_id], account_of[receipt.receipt_id] = receipt, account
    _pair_reversals(tables, receipts)
    for claim, patient_id in _claims(tables):
        if (patient_id, "") in accounts:
            accounts[patient_id, ""].claims.append(claim)
    unknown: list[tuple[Entry, Refusal]] = []
    for row in tables.entries.sort("entry_number").iter_rows(named=True):
        entry = _entry(row)
        if entry.receipt_id in account_of:
            account_of[entry.receipt_id].entries.append(entry)
        else:
            of_reversal = entry.receipt_id.removesuffix("-R") in receipts
            unknown.append((entry, Refusal.REVERSAL_IS_FINAL if of_reversal else Refusal.RECEIPT_UNKNOWN))
    return list(accounts.values()), unknown


def _cents(amount: Decimal | None) -> int:
    return 0 if amount is None else int(amount.scaleb(2))


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _receipt(row: Row) -> Receipt:
    return Receipt(
        receipt_id=row["receipt_id"],
        patient_id=row["patient_id"],
        receipt_type=row["receipt_type"],
        received_at=row["received_at"],
        received_on=row["received_on"],
        amount=_cents(row["amount"]),
        appointment_id=row["appointment_id"],
        initial_status=_STATUS.get(row["initial_status"] or "", ReceiptStatus.NEW),
    )


def _pair_reversals(tables: AccountTables, receipts: dict[str, Receipt]) -> None:
    """A receipt reverses another if it is its exact negative and the first to say so."""
    reversed_already: set[str] = set()
    rows = tables.receipts.sort("received_at", "receipt_id")
    for receipt_id, original_id in rows.select("receipt_id", "reversal_of_receipt_id").iter_rows():
        receipt, original = receipts[receipt_id], receipts.get(original_id)
        if original is None or original_id in reversed_already:
            continue
        same_account = receipt.patient_id is not None and receipt.patient_id == original.patient_id
        if same_account and original.amount > 0 and receipt.amount == -original.amount:
            receipt.reverses = original
            reversed_already.add(original_id)


def _claims(tables: AccountTables) -> Iterator[tuple[Claim, str]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    reductions: dict[tuple[str, int], list[tuple[date, int]]] = defaultdict(list)
    history: dict[str, list[StatusChange]] = defaultdict(list)
    for row in tables.reductions.iter_rows(named=True):
        reductions[row["claim_id"], row["line_number"]].append((row["effective_on"], _cents(row["amount"])))
    for row in tables.claim_status_history.sort("changed_on", "sequence").iter_rows(named=True):
        history[row["claim_id"]].append(
            StatusChange(
                row["changed_on"], row["sequence"], row["level"] or "", row["status"] or "", row["invoice_on"]
            )
        )
    by_claim: dict[str, list[Row]] = defaultdict(list)
    for row in tables.claim_lines.sort("claim_id", "line_number").iter_rows(named=True):
        by_claim[row["claim_id"]].append(row)
    for row in tables.claims.iter_rows(named=True):
        claim = Claim(
            row["claim_id"], row["appointment_id"], row["service_on"], row["created_on"], row["voided_on"],
            lines[row["claim_id"]], history[row["claim_id"]],
        )  # fmt: skip
        for line in by_claim[claim.claim_id]:
            claim.lines.append(
                Line(
                    claim=claim,
                    number=line["line_number"],
                    charge=_cents(line["charge_amount"]),
                    is_copay=line["is_copay"],
                    voided_on=line["voided_on"],
                    reductions=reductions[claim.claim_id, line["line_number"]],
                )
            )
        yield claim, row["patient_id"]


def _entry(row: Row) -> Entry:
    return Entry(
        number=row["entry_number"],
        entered_on=row["entered_on"],
        receipt_id=row["receipt_id"],
        action=_ACTION.get(row["action"]),
        status=_STATUS.get(row["status"] or ""),
        hold_until=row["hold_until"],
        claim_id=row["claim_id"],
        appointment_id=row["appointment_id"],
        amount=_cents(row["amount"]),
        disbursement_code=row["disbursement_code"],
        disbursement_id=row["disbursement_id"],
    )


def _add_rows(rows: dict[str, list[Row]], ledger: Ledger, originals: dict[str, Row], as_of: date) -> None:
    patient_id = ledger.account.patient_id
    rows["applications"] += [
        {
            "patient_id": patient_id,
            "receipt_id": made.receipt.receipt_id,
            "claim_id": made.line.claim.claim_id,
            "line_number": made.line.number,
            "posted_on": made.posted_on,
            "sequence": made.sequence,
            "amount": _amount(made.amount),
            "step": made.step.label,
            "order_key": made.order_key,
            "open_line_count": made.open_count,
            "open_amount": _amount(made.open_cents),
            "balance_before_amount": _amount(made.balance_before),
            "settings_version": made.settings_version,
        }
        for made in ledger.applications
    ]
    rows["receipt_status_log"] += [
        {
            "patient_id": event.patient_id,
            "receipt_id": event.receipt_id,
            "changed_on": event.changed_on,
            "sequence": event.sequence,
            "status": event.status.label,
            "code": event.code.label,
            "entry_number": event.entry_number,
        }
        for event in ledger.statuses
    ]
    rows["claim_status_changes"] += [
        {
            "patient_id": patient_id,
            "claim_id": event.claim.claim_id,
            "changed_on": event.changed_on,
            "sequence": event.sequence,
            "status": event.status,
            "previous_status": event.previous_status,
            "receipt_id": event.receipt.receipt_id,
            "reason": event.reason,
        }
        for event in ledger.claim_statuses
    ]
    rows["movements"] += [
        {
            "patient_id": patient_id,
            "receipt_id": event.receipt.receipt_id,
            "moved_on": event.moved_on,
            "sequence": event.sequence,
            "movement": event.movement.label,
            "amount": _amount(event.amount),
            "disbursement_code": event.of_entry.disbursement_code,
            "disbursement_id": event.of_entry.disbursement_id,
            "of_entry_number": event.of_entry.number,
            "by_entry_number": event.by_entry.number if event.by_entry else None,
        }
        for event in ledger.movements
    ]
    rows["refused_entries"] += [_refused(refused.entry, refused.refusal) for refused in ledger.refused]
    rows["receipts"] += [
        _end_state(receipt, ledger, as_of)
        for receipt in ledger.account.receipts
        if receipt.received_on <= as_of
    ]
    for made in ledger.negative_receipts:
        negative = {
            "patient_id": patient_id,
            "receipt_id": f"{made.original.receipt_id}-R",
            "received_on": made.received_on,
            "amount": _amount(-made.original.amount),
        }
        rows["negative_receipts"].append(
            negative
            | {
                "reversal_of_receipt_id": made.original.receipt_id,
                "sequence": made.sequence,
                "receipt_type": made.original.receipt_type,
                "appointment_id": originals[made.original.receipt_id]["appointment_id"],
                "location_id": originals[made.original.receipt_id]["location_id"],
                "entry_number": made.entry.number,
            }
        )
        zeros = dict.fromkeys(("applied_amount", "disbursed_amount", "refunded_amount"), Decimal(0))
        rows["receipts"].append(
            negative
            | zeros
            | {
                "status": ReceiptStatus.REVERSED.label,
                "code": Code.REVERSAL.label,
                "unapplied_amount": negative["amount"],
                "hold_until_on": None,
                "deadline_on": None,
            }
        )


def _refused(entry: Entry, refusal: Refusal) -> Row:
    return {
        "entry_number": entry.number,
        "entered_on": entry.entered_on,
        "receipt_id": entry.receipt_id,
        "action": entry.action.label if entry.action is not None else None,
        "code": refusal.label,
    }


def _end_state(receipt: Receipt, ledger: Ledger, as_of: date) -> Row:
    settings = ledger.settings
    starts_on = ledger.account.appointment_starts_on(receipt.appointment_id)
    future = starts_on if starts_on is not None and starts_on > receipt.received_on else None
    held: Iterable[date] = (on for on in (receipt.hold_until, future) if on is not None)
    deadline = None
    if receipt.status is ReceiptStatus.HOLD and receipt.code in _COPAY_CODES:
        deadline = receipt.deadline(settings.copay_hold_days, starts_on)
    elif receipt.status is ReceiptStatus.HOLD and receipt.code in _CREDIT_CODES:
        deadline = receipt.deadline(settings.credit_hold_days, starts_on)
    return {
        "patient_id": receipt.patient_id,
        "receipt_id": receipt.receipt_id,
        "received_on": receipt.received_on,
        "status": receipt.status.label if receipt.status is not None else None,
        "code": receipt.code.label if receipt.code is not None else None,
        "amount": _amount(receipt.amount),
        "applied_amount": _amount(receipt.applied),
        "disbursed_amount": _amount(receipt.disbursed),
        "refunded_amount": _amount(receipt.refunded),
        "unapplied_amount": _amount(receipt.unapplied),
        "hold_until_on": max(held, default=None),
        "deadline_on": deadline,
    }
