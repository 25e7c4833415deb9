"""Why an action on a receipt is not allowed, in a sentence that says what to do instead.

Belongs here: the rules that look at the receipt's state. Does not belong here: what a draft can be checked
for alone (`journal.receipt_entries`). A sentence names keys at most, never a person or an amount.

How the rules were read where they leave a choice:

- Error, Completed, Reversed and Ignore are left by a person, so New, Hold, Ignore and Error can be set from
  each of them. The billing system's own screen changes New, Hold, Ignore and Error only; the rules say more
  and they decide.
- A hold date may be today but not earlier, and may come with each of the four statuses. Without one the
  receipt keeps the date it has, so Hold needs no date.
- A forced pass is for New and Hold, the only statuses that a pass looks at.
- A disbursement is limited by escrow. A refund is not paid from escrow: the receipt must be fully posted and
  the patient must have a credit, so the limit is that credit and what the receipt has on lines. The money
  moves from applied to refunded and escrow stays 0.
- A reversed receipt has no money to disburse or refund, whatever status it was given since. It is reversed
  once.
- The negative receipt of a reversal only cancels; nothing can be entered for it.
- A new receipt is dated today at the latest. It has a type and a method that the practice uses, as the
  import workbook has, because the rules of posting go by the type. Whether an equal receipt is there is
  asked at the desk, before there is a draft.
- A link must name a claim that is not void, or an appointment, of the receipt's own patient.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ingestion.money import cents_of
from journal.receipt_entries import (
    Disburse,
    ForcePass,
    Link,
    NewReceipt,
    ReceiptDraft,
    Refund,
    Reverse,
    SetStatus,
    UndoDisbursement,
)
from journal.receipt_state import ReceiptState, after_draft, share_credit, state_of_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the desk knows besides the receipt.

    ``entered_on`` is the business date of the entries; ``disbursement_codes`` come from the settings of that
    date. The two maps name the patient of each claim that is not void and of each appointment; those of the
    ids that the drafts name are enough. The three sets are what a new receipt may name.
    """

    entered_on: date
    disbursement_codes: frozenset[str] = frozenset()
    patient_of_claim: Mapping[str, str] = field(default_factory=dict)
    patient_of_appointment: Mapping[str, str] = field(default_factory=dict)
    receipt_types: frozenset[str] = frozenset()
    payment_methods: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()


def refusal(draft: ReceiptDraft, receipt: ReceiptState | None, circumstances: Circumstances) -> str | None:
    """Why ``draft`` is not allowed now, None when it is. ``receipt`` is None when there is none."""
    if isinstance(draft, NewReceipt):
        return _refused_new(draft, receipt, circumstances)
    if receipt is None or receipt.receipt_id != draft.receipt_id:
        return f"There is no receipt {draft.receipt_id}; check the number."
    if receipt.received_on > circumstances.entered_on:
        return "The receipt is dated after today; act on it from its received date on."
    if receipt.is_reversal:
        return "This receipt cancels a reversed one and stays as it is; record new money as a new receipt."
    match draft:
        case SetStatus():
            return _refused_status(draft, circumstances)
        case Link():
            return _refused_link(draft, receipt, circumstances)
        case Disburse():
            return _refused_disbursement(draft, receipt, circumstances)
        case UndoDisbursement() if draft.disbursement_id not in receipt.disbursements:
            return "The receipt has no such disbursement, or it was undone before; look up its disbursements."
        case Refund():
            return _refused_refund(draft, receipt)
        case Reverse() if receipt.is_reversed:
            return "The receipt was reversed before; it cannot be reversed twice."
        case ForcePass() if receipt.status not in ("New", "Hold"):
            return "A pass takes New and Hold receipts only; set the receipt to New first."
    return None


def refusals(
    drafts: Sequence[ReceiptDraft], receipts: Mapping[str, ReceiptState], circumstances: Circumstances
) -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other.

    Each draft sees what the allowed ones before it did, credit of a patient's other receipts included.
    """
    states = dict(receipts)
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        before = states.get(draft.receipt_id)
        why = refusal(draft, before, circumstances)
        if why is not None:
            refused[position] = why
        elif isinstance(draft, NewReceipt):
            states[draft.receipt_id] = state_of_new(draft)
        elif before is not None:
            share_credit(states, before, after_draft(before, draft))
    return refused


def _refused_new(draft: NewReceipt, receipt: ReceiptState | None, circumstances: Circumstances) -> str | None:
    if receipt is not None:
        return f"There is a receipt {draft.receipt_id} already; enter it again, it gets another number."
    if draft.received_on > circumstances.entered_on:
        return "The payment is dated after today; enter it on the day it comes in."
    if draft.receipt_type not in circumstances.receipt_types:
        return "The type is none that the practice uses; choose one of: " + _listed(
            circumstances.receipt_types
        )
    if draft.payment_method not in circumstances.payment_methods:
        return "The method is none that the practice uses; choose one of: " + _listed(
            circumstances.payment_methods
        )
    if draft.location_id not in circumstances.locations:
        return "There is no such location; choose one of the location map."
    return None


def _listed(choices: Iterable[str]) -> str:
    return ", ".join(sorted(choices)) + "."


def _refused_status(draft: SetStatus, circumstances: Circumstances) -> str | None:
    if draft.hold_until is not None and draft.hold_until < circumstances.entered_on:
        return "The hold date is in the past; give today or a later date."
    return None


def _refused_link(draft: Link, receipt: ReceiptState, circumstances: Circumstances) -> str | None:
    if receipt.patient_id is None:
        return "The receipt's patient is unknown; find the patient in the billing system first."
    what, linked_id, patients = "claim", draft.claim_id, circumstances.patient_of_claim
    if linked_id is None:
        what, linked_id, patients = "appointment", draft.appointment_id, circumstances.patient_of_appointment
    patient_id = patients.get(linked_id or "")
    if patient_id is None:
        return f"There is no {what} {linked_id}, or it is void; check the number."
    if patient_id != receipt.patient_id:
        return f"The {what} {linked_id} belongs to another patient; choose one of the receipt's patient."
    return None


def _refused_disbursement(draft: Disburse, receipt: ReceiptState, circumstances: Circumstances) -> str | None:
    if draft.disbursement_code not in circumstances.disbursement_codes:
        return "The disbursement code is unknown; use one of the settings or add it there."
    if receipt.is_reversed or receipt.status == "Reversed":
        return "The receipt is reversed and has no money left to disburse."
    if cents_of(draft.amount) > receipt.unapplied_cents:
        return "The receipt has less money in escrow than that; disburse what is left at most."
    return None


def _refused_refund(draft: Refund, receipt: ReceiptState) -> str | None:
    if receipt.is_reversed or receipt.status == "Reversed":
        return "The receipt is reversed and has no money left to refund."
    if receipt.unapplied_cents > 0:
        return "The receipt still has money in escrow; let it be posted in full before refunding."
    if receipt.patient_credit_cents <= 0:
        return "The patient has no credit to refund; refunding needs one."
    cents = cents_of(draft.amount)
    if cents > receipt.patient_credit_cents:
        return "The refund is larger than the patient's credit; refund the credit at most."
    if cents > receipt.applied_cents:
        return "The refund is larger than what this receipt posted; refund the rest from another receipt."
    return None
