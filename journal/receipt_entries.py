"""What a person may enter for a receipt: one frozen dataclass for each action.

Belongs here: the words of the actions and the checks that need no receipt, made when a draft is created. Does
not belong here: whether the receipt's state allows it (`journal.receipt_refusals`) and what it then does
(`journal.receipt_state` until the next run, the posting engine from then on).

There is no action that takes a link away: the posting rules know none, and a new link replaces the old one.
Amounts are Decimals in dollars, exact to the cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from ingestion.money import cents_of, decimal_of
from journal.action import Action
from journal.entry import DraftError, Entry, Json, Subject, require_text

RECEIPT = "receipt"
SETTABLE_STATUSES = ("New", "Hold", "Ignore", "Error")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDraft(Action):
    """One action on one receipt."""

    receipt_id: str

    def __post_init__(self) -> None:
        require_text("receipt", self.receipt_id)

    @property
    def subject(self) -> Subject:
        """The receipt."""
        return Subject(RECEIPT, self.receipt_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(ReceiptDraft):
    """Give the receipt another status. Without a hold date it keeps the one that it has."""

    action: ClassVar[str] = "set_status"

    status: str
    hold_until: date | None = None

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        if self.status not in SETTABLE_STATUSES:
            raise DraftError(
                "A person can set New, Hold, Ignore or Error; the other statuses come from posting."
            )
        if self.hold_until is not None and (
            not isinstance(self.hold_until, date) or isinstance(self.hold_until, datetime)
        ):
            raise DraftError("The hold date must be a date.")

    def details(self) -> dict[str, Json]:
        """Status and, where one was given, the hold date."""
        if self.hold_until is None:
            return {"status": self.status}
        return {"status": self.status, "hold_until": self.hold_until.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(ReceiptDraft):
    """Say which claim, or which appointment, the receipt was paid for. Exactly one of the two."""

    action: ClassVar[str] = "link"

    claim_id: str | None = None
    appointment_id: str | None = None

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        if (self.claim_id is None) == (self.appointment_id is None):
            raise DraftError("Link the receipt to one claim or to one appointment.")
        require_text("claim or appointment", self.claim_id or self.appointment_id or "")

    def details(self) -> dict[str, Json]:
        """The one id that was given."""
        if self.claim_id is not None:
            return {"claim_id": self.claim_id}
        return {"appointment_id": self.appointment_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disburse(ReceiptDraft):
    """Take money of the receipt out of this system, with the code that says why."""

    action: ClassVar[str] = "disburse"

    disbursement_code: str
    amount: Decimal

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        require_text("disbursement code", self.disbursement_code)
        _require_positive(self.amount)

    def details(self) -> dict[str, Json]:
        """Code and amount."""
        return {"disbursement_code": self.disbursement_code, "amount": _text_of(self.amount)}


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoDisbursement(ReceiptDraft):
    """Bring the whole money of one disbursement back into escrow."""

    action: ClassVar[str] = "undo_disbursement"

    disbursement_id: str

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        require_text("disbursement", self.disbursement_id)

    def details(self) -> dict[str, Json]:
        """The disbursement's id."""
        return {"disbursement_id": self.disbursement_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(ReceiptDraft):
    """Give money of the receipt back to the payer, by a method such as Check."""

    action: ClassVar[str] = "refund"

    amount: Decimal
    refund_method: str

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        require_text("refund method", self.refund_method)
        _require_positive(self.amount)

    def details(self) -> dict[str, Json]:
        """Amount and method."""
        return {"amount": _text_of(self.amount), "refund_method": self.refund_method}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(ReceiptDraft):
    """Take back everything the receipt did and cancel it with a negative receipt."""

    action: ClassVar[str] = "reverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcePass(ReceiptDraft):
    """Let the posting rules take the receipt at this place among the entries, before the nightly pass."""

    action: ClassVar[str] = "force_pass"


def receipt_draft_of(entry: Entry) -> ReceiptDraft:
    """The action that an entry about a receipt recorded.

    Raises DraftError for an entry about something else or of an action that this version does not know.
    """
    if entry.subject_kind != RECEIPT:
        raise DraftError("The entry is not about a receipt.")
    given: Mapping[str, Any] = entry.facts
    common = {"receipt_id": entry.subject_id, "reason": entry.reason}
    match entry.action:
        case "set_status":
            until = given.get("hold_until")
            hold_until = date.fromisoformat(until) if until else None
            return SetStatus(status=given["status"], hold_until=hold_until, **common)
        case "link":
            return Link(claim_id=given.get("claim_id"), appointment_id=given.get("appointment_id"), **common)
        case "disburse":
            amount = Decimal(given["amount"])
            return Disburse(disbursement_code=given["disbursement_code"], amount=amount, **common)
        case "undo_disbursement":
            return UndoDisbursement(disbursement_id=given["disbursement_id"], **common)
        case "refund":
            return Refund(amount=Decimal(given["amount"]), refund_method=given["refund_method"], **common)
        case "reverse":
            return Reverse(**common)
        case "force_pass":
            return ForcePass(**common)
    raise DraftError("The entry has an action that this version does not know.")


def disbursement_id_of(entry_number: int) -> str:
    """The id of the disbursement that an entry made; the billing system's own do not look like it."""
    return f"journal-{entry_number}"


def _require_positive(amount: object) -> None:
    """Raise DraftError unless ``amount`` is a Decimal of whole cents above zero."""
    if not isinstance(amount, Decimal):
        raise DraftError("The amount must be a decimal number.")
    try:
        cents = cents_of(amount)
    except ValueError:
        raise DraftError("Give the amount in dollars and whole cents, with two decimals at most.") from None
    if cents <= 0:
        raise DraftError("The amount must be more than zero.")


def _text_of(amount: Decimal) -> str:
    """Always two decimals, so that equal amounts are equal text."""
    return str(decimal_of(cents_of(amount)))
