"""One patient's account as plain objects: what the reference reads and what it keeps in its head while it
posts.

Money is int cents. Dates are business dates. Belongs here: facts and simple questions about them.
Does not belong here: decisions (`posting.reference.rules`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from posting.settings import PostingSettings
from posting.vocabulary import STATEMENT_LEVEL, Action, Code, Movement, ReceiptStatus, Refusal, Step


@dataclass(slots=True, eq=False)
class Line:
    """One charge of a claim."""

    claim: Claim
    number: int
    charge: int
    is_copay: bool
    voided_on: date | None
    reductions: list[tuple[date, int]] = field(default_factory=list)
    applied: int = 0

    def counts(self, on: date) -> bool:
        """A line counts from the creation of its claim until the claim or the line is voided."""
        return self.claim.counts(on) and (self.voided_on is None or on < self.voided_on)

    def is_voided_on(self, on: date) -> bool:
        """Whether this is the day on which the line stopped counting."""
        return on == min(self.voided_on or date.max, self.claim.voided_on or date.max)

    def balance(self, on: date) -> int:
        """Charge - insurer payments - adjustments - patient payments applied, as of a date."""
        reduced = sum(cents for effective_on, cents in self.reductions if effective_on <= on)
        return self.charge - reduced - self.applied


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One row of the billing system's claim status history."""

    changed_on: date
    sequence: int
    level: str
    status: str
    invoice_on: date | None


@dataclass(slots=True, eq=False)
class Claim:
    """One claim with its lines by line number. Level, status and invoice date are those of the replayed
    day.
    """

    claim_id: str
    appointment_id: str | None
    service_on: date
    created_on: date
    voided_on: date | None
    lines: list[Line] = field(default_factory=list)
    history: list[StatusChange] = field(default_factory=list)
    level: str = ""
    status: str = ""
    invoice_on: date | None = None

    def counts(self, on: date) -> bool:
        """Whether the claim exists and is not void as of a date."""
        return self.created_on <= on and (self.voided_on is None or on < self.voided_on)

    def lines_that_count(self, on: date) -> list[Line]:
        """The claim's lines as of a date, by line number."""
        return [line for line in self.lines if line.counts(on)]

    def is_collectable(self, settings: PostingSettings) -> bool:
        """Whether a general receipt may pay this claim."""
        on_statement = (
            self.level == STATEMENT_LEVEL
            or settings.is_statement_status(self.status)
            or self.invoice_on is not None
        )
        return on_statement and not settings.is_skip_status(self.status)


@dataclass(slots=True, eq=False)
class Receipt:
    """One receipt: what it was when it arrived, and where it stands on the replayed day."""

    receipt_id: str
    patient_id: str | None
    receipt_type: str
    received_at: datetime
    received_on: date
    amount: int
    appointment_id: str | None
    initial_status: ReceiptStatus
    reverses: Receipt | None = None
    status: ReceiptStatus | None = None
    code: Code | None = None
    applied: int = 0
    disbursed: int = 0
    refunded: int = 0
    hold_until: date | None = None
    linked_claim: Claim | None = None
    was_reversed: bool = False
    is_reversal: bool = False

    @property
    def unapplied(self) -> int:
        """Amount - applied - disbursed - refunded."""
        return self.amount - self.applied - self.disbursed - self.refunded

    @property
    def waits_for_pass(self) -> bool:
        """Whether the pass looks at this receipt at all."""
        return self.status in (ReceiptStatus.NEW, ReceiptStatus.HOLD)

    def deadline(self, hold_days: int, appointment_on: date | None) -> date:
        """Received date + hold days, or the hold date of a person or of the linked appointment when later."""
        deadline = self.received_on + timedelta(days=hold_days)
        return max(deadline, self.hold_until or date.min, appointment_on or date.min)


@dataclass(frozen=True, slots=True)
class Appointment:
    """Whose appointment it is and when; both may be unknown."""

    patient_id: str | None
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a person did to a receipt. `action` is None for a word that is no action."""

    number: int
    entered_on: date
    receipt_id: str
    action: Action | None
    status: ReceiptStatus | None
    hold_until: date | None
    claim_id: str | None
    appointment_id: str | None
    amount: int
    disbursement_code: str | None
    disbursement_id: str | None


@dataclass(slots=True, eq=False)
class Application:
    """One movement of money between a receipt and a line. `standing` is what of it has not been taken
    back.
    """

    sequence: int
    receipt: Receipt
    line: Line
    posted_on: date
    amount: int
    step: Step
    order_key: str
    open_count: int
    open_cents: int
    balance_before: int
    settings_version: int
    standing: int


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """A receipt's new status, by the rules or by a person's entry."""

    sequence: int
    receipt_id: str
    patient_id: str | None
    changed_on: date
    status: ReceiptStatus
    code: Code
    entry_number: int | None


@dataclass(frozen=True, slots=True)
class ClaimStatusEvent:
    """A claim status that a receipt caused."""

    sequence: int
    claim: Claim
    receipt: Receipt
    changed_on: date
    status: str
    previous_status: str
    reason: str


@dataclass(frozen=True, slots=True)
class MovementEvent:
    """Money that left or re-entered a receipt without touching a line. `amount` is what left; negative: came
    back.
    """

    sequence: int
    receipt: Receipt
    moved_on: date
    movement: Movement
    amount: int
    #: The disbursement or refund that is made or undone, and the entry that did it (None: a reversal of the
    #: feed).
    of_entry: Entry
    by_entry: Entry | None


@dataclass(frozen=True, slots=True)
class NegativeReceipt:
    """The receipt of its own that a reversal makes."""

    sequence: int
    original: Receipt
    received_on: date
    entry: Entry


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A person's entry that was not carried out, and why."""

    entry: Entry
    refusal: Refusal


@dataclass(slots=True, eq=False)
class Account:
    """Everything known about one patient, or about one receipt whose patient is unknown.

    Receipts stand in the order of receipt (`received_at`, then id), entries in the order they were made,
    lines by line number, status changes by date and sequence.
    """

    patient_id: str | None
    receipts: list[Receipt] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    #: Every known appointment; the same dictionary serves all accounts.
    appointments: dict[str, Appointment] = field(default_factory=dict)

    def appointment_starts_on(self, appointment_id: str | None) -> date | None:
        """When a receipt's appointment takes place, if that is known."""
        appointment = self.appointments.get(appointment_id or "")
        return appointment.starts_on if appointment else None

    def is_foreign(self, appointment_id: str | None) -> bool:
        """Whether an appointment is known to be another patient's."""
        appointment = self.appointments.get(appointment_id or "")
        return appointment is not None and appointment.patient_id not in (None, self.patient_id)
