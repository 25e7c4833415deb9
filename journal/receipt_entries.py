"""What a person may enter for a receipt: one frozen dataclass for each action.

Belongs here: the words of the actions and the checks that need no receipt, made when a draft is created. Does
not belong here: whether the receipt's state allows it (`journal.receipt_refusals`) and what it then does
(`journal.receipt_state` until the next run, the posting engine from then on).

`NewReceipt` is the one action on a receipt that is not there yet: money that billing has not delivered.

There is no action that takes a link away: the posting rules know none, and a new link replaces the old one.
Amounts are Decimals in dollars, exact to the cent.
"""

import re
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
_IDENTIFIER = re.compile(r"[A-Za-z0-9._:/#-]{1,64}")


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
class NewReceipt(ReceiptDraft):
    """Money that came in and that billing has not delivered yet.

    ``besides`` are the equal receipts (same patient, day and amount) that were there when it was entered: by
    entering it all the same the person says that it is another payment. ``reason`` holds the comment.
    """

    action: ClassVar[str] = "new_receipt"

    patient_id: str
    received_on: date
    amount: Decimal
    receipt_type: str
    payment_method: str
    location_id: str
    check_number: str | None = None
    statement_id: str | None = None
    besides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ReceiptDraft.__post_init__(self)
        for what, text in (("patient", self.patient_id), ("location", self.location_id)):
            require_text(what, text)
            _require_identifier(what, text)
        optional = (("check or trace number", self.check_number), ("statement", self.statement_id))
        for what, given in optional:
            if given is not None:
                _require_identifier(what, given)
        require_text("type", self.receipt_type)
        require_text("method", self.payment_method)
        if not isinstance(self.received_on, date) or isinstance(self.received_on, datetime):
            raise DraftError("The date of the payment must be a date.")
        _require_positive(self.amount)

    def details(self) -> dict[str, Json]:
        """Everything about the money; optional parts only where they were given."""
        found: dict[str, Json] = {
            "patient_id": self.patient_id,
            "received_on": self.received_on.isoformat(),
            "amount": _text_of(self.amount),
            "receipt_type": self.receipt_type,
            "payment_method": self.payment_method,
            "location_id": self.location_id,
        }
        given = {"check_number": self.check_number, "statement_id": self.statement_id}
        found |= {name: value for name, value in given.items() if value is not None}
        return found | ({"besides": list(self.besides)} if self.besides else {})


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
        case "new_receipt":
            return NewReceipt(
                patient_id=given["patient_id"],
                received_on=date.fromisoformat(given["received_on"]),
                amount=Decimal(given["amount"]),
                receipt_type=given["receipt_type"],
                payment_method=given["payment_method"],
                location_id=given["location_id"],
                check_number=given.get("check_number"),
                statement_id=given.get("statement_id"),
                besides=tuple(given.get("besides", ())),
                **common,
            )
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


def new_receipt_id_of(entry_number: int) -> str:
    """The id of a receipt that is entered as this entry or a later one; billing's own do not look like it."""
    return f"J-{entry_number}"


def _require_identifier(what: str, text: str) -> None:
    """Raise DraftError unless ``text`` is what the contracts of ingestion take for an identifier."""
    if not isinstance(text, str) or not _IDENTIFIER.fullmatch(text):
        raise DraftError(f"The {what} may have letters, digits and . _ : / # - only, 64 at most.")


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
