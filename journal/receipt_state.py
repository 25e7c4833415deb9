"""Where a receipt stands: the last published run, folded with what people entered since.

Belongs here: the effect of an entry as far as it is certain before the rules run again. Does not belong here:
whether an entry is allowed (`journal.receipt_refusals`), and posting. A forced pass has no certain effect, so
it folds to nothing; the run decides, and an entry that it then cannot carry out becomes an exception there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ingestion.money import cents_of
from journal.entry import Entry
from journal.receipt_entries import (
    RECEIPT,
    Disburse,
    Link,
    NewReceipt,
    ReceiptDraft,
    Refund,
    Reverse,
    SetStatus,
    UndoDisbursement,
    disbursement_id_of,
    receipt_draft_of,
)

_OPEN = ("New", "Hold", "Error")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptState:
    """One receipt as a person sees it who is about to act.

    ``patient_credit_cents`` is the money that the patient has too much on lines, over all of their receipts;
    ``disbursements`` are those that still stand, by id, in cents. ``is_reversal`` marks the negative receipt
    of a reversal. ``last_entry_number`` is the journal's last entry already contained: entries up to it are
    not folded again, and it is what `Journal.append` wants as ``expected``.
    """

    receipt_id: str
    patient_id: str | None
    received_on: date
    status: str
    amount_cents: int
    applied_cents: int = 0
    disbursed_cents: int = 0
    refunded_cents: int = 0
    patient_credit_cents: int = 0
    is_reversed: bool = False
    is_reversal: bool = False
    hold_until: date | None = None
    claim_id: str | None = None
    appointment_id: str | None = None
    disbursements: Mapping[str, int] = field(default_factory=dict)
    last_entry_number: int = 0

    @property
    def unapplied_cents(self) -> int:
        """The receipt's escrow: amount - applied - disbursed - refunded."""
        return self.amount_cents - self.applied_cents - self.disbursed_cents - self.refunded_cents


def state_with(state: ReceiptState, entries: Iterable[Entry]) -> ReceiptState:
    """The state after the entries about this receipt that it does not contain yet; entries come by number."""
    for entry in entries:
        if entry.subject == (RECEIPT, state.receipt_id) and entry.entry_number > state.last_entry_number:
            state = _after_entry(state, entry)
    return state


def states_with(states: Mapping[str, ReceiptState], entries: Iterable[Entry]) -> dict[str, ReceiptState]:
    """The same for many receipts by id. A refund lowers the credit that the patient's other receipts see."""
    result = dict(states)
    for entry in entries:
        before = result.get(entry.subject_id) if entry.subject_kind == RECEIPT else None
        if before is not None and entry.entry_number > before.last_entry_number:
            share_credit(result, before, _after_entry(before, entry))
    return result


def state_of_new(draft: NewReceipt, entry_number: int = 0) -> ReceiptState:
    """Where a receipt stands that was just entered: New, with all of its money."""
    return ReceiptState(
        receipt_id=draft.receipt_id,
        patient_id=draft.patient_id,
        received_on=draft.received_on,
        status="New",
        amount_cents=cents_of(draft.amount),
        last_entry_number=entry_number,
    )


def share_credit(states: dict[str, ReceiptState], before: ReceiptState, after: ReceiptState) -> None:
    """Put ``after`` into ``states`` and let the patient's other receipts there see the credit it used."""
    used = before.patient_credit_cents - after.patient_credit_cents
    states[after.receipt_id] = after
    if used == 0 or after.patient_id is None:
        return
    for receipt_id, state in states.items():
        if state.patient_id == after.patient_id and receipt_id != after.receipt_id:
            left = max(0, state.patient_credit_cents - used)
            states[receipt_id] = replace(state, patient_credit_cents=left)


def after_draft(state: ReceiptState, draft: ReceiptDraft, disbursement_id: str | None = None) -> ReceiptState:
    """The state once an allowed draft is carried out. A disbursement can be undone once it has an id."""
    match draft:
        case SetStatus(status=status, hold_until=hold_until):
            return replace(state, status=status, hold_until=hold_until or state.hold_until)
        case Link(claim_id=claim_id, appointment_id=appointment_id):
            return replace(
                state,
                claim_id=claim_id or state.claim_id,
                appointment_id=appointment_id or state.appointment_id,
            )
        case Disburse(amount=amount):
            cents = cents_of(amount)
            standing = dict(state.disbursements)
            if disbursement_id is not None:
                standing[disbursement_id] = cents
            return _completed_if_used_up(
                replace(state, disbursed_cents=state.disbursed_cents + cents, disbursements=standing)
            )
        case UndoDisbursement(disbursement_id=undone):
            standing = dict(state.disbursements)
            cents = standing.pop(undone)
            status = "New" if state.status == "Completed" else state.status
            disbursed = state.disbursed_cents - cents
            return replace(state, disbursed_cents=disbursed, disbursements=standing, status=status)
        case Refund(amount=amount):
            cents = cents_of(amount)
            return _completed_if_used_up(
                replace(
                    state,
                    applied_cents=state.applied_cents - cents,
                    refunded_cents=state.refunded_cents + cents,
                    patient_credit_cents=state.patient_credit_cents - cents,
                )
            )
        case Reverse():
            return _reversed(state)
    return state


def _after_entry(state: ReceiptState, entry: Entry) -> ReceiptState:
    after = after_draft(state, receipt_draft_of(entry), disbursement_id_of(entry.entry_number))
    return replace(after, last_entry_number=entry.entry_number)


def _reversed(state: ReceiptState) -> ReceiptState:
    """Everything is taken back. How much of it made the patient's credit is unknown: count on none of it."""
    return replace(
        state,
        status="Reversed",
        is_reversed=True,
        applied_cents=0,
        disbursed_cents=0,
        refunded_cents=0,
        disbursements={},
        patient_credit_cents=max(0, state.patient_credit_cents - max(0, state.applied_cents)),
    )


def _completed_if_used_up(state: ReceiptState) -> ReceiptState:
    """A receipt whose last money a person took is complete, unless it had been set aside with Ignore."""
    if state.unapplied_cents == 0 and state.status in _OPEN:
        return replace(state, status="Completed")
    return state
