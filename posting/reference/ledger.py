"""The books of one account while it is replayed: every change of the reference goes through here and leaves
an event.

Belongs here: recording, and the arithmetic that a record implies. Does not belong here: deciding.
"""

from __future__ import annotations

from datetime import date

from posting.reference.account import (
    Account,
    Application,
    Claim,
    ClaimStatusEvent,
    Entry,
    Line,
    MovementEvent,
    NegativeReceipt,
    Receipt,
    RefusedEntry,
    StatusEvent,
)
from posting.reference.ordering import order_key
from posting.settings import PostingSettings
from posting.vocabulary import ClaimChange, Code, Movement, Order, ReceiptStatus, Refusal, Step


class Ledger:
    """The events of one account in the order in which they happened, numbered from 1."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sequence = 0
        self.applications: list[Application] = []
        self.statuses: list[StatusEvent] = []
        self.claim_statuses: list[ClaimStatusEvent] = []
        self.movements: list[MovementEvent] = []
        self.negative_receipts: list[NegativeReceipt] = []
        self.refused: list[RefusedEntry] = []
        self.day = date.min
        self.settings = PostingSettings()
        self.settings_version = 0

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence

    def apply(
        self,
        receipt: Receipt,
        line: Line,
        amount: int,
        step: Step,
        order: Order,
        chosen_over: tuple[int, int] = (0, 0),
    ) -> None:
        """Move money from the receipt to the line; a negative amount moves it back.

        `chosen_over` is how many lines were open when the step began, and with how much.
        """
        before = line.balance(self.day)
        line.applied += amount
        receipt.applied += amount
        self.applications.append(
            Application(
                self._next(), receipt, line, self.day, amount, step, order_key(line, order, before),
                *chosen_over, before, self.settings_version, max(amount, 0),
            )
        )  # fmt: skip
        if amount > 0 and step is not Step.CREDIT:
            self._finish_claim(line.claim, receipt)

    def take_back(self, application: Application, amount: int, step: Step) -> None:
        """Return part or all of an application's money to its receipt."""
        application.standing -= amount
        self.apply(application.receipt, application.line, -amount, step, Order.AS_POSTED)

    def standing_on(self, receipt: Receipt) -> list[Application]:
        """The receipt's applications that still hold money, in the order they were made."""
        return [made for made in self.applications if made.receipt is receipt and made.standing > 0]

    def _finish_claim(self, claim: Claim, receipt: Receipt) -> None:
        """Give the done status to a claim whose lines have all reached 0."""
        if all(line.balance(self.day) == 0 for line in claim.lines_that_count(self.day)):
            self.set_claim_status(claim, self.settings.claim_done_status, receipt, ClaimChange.DONE)

    def set_claim_status(self, claim: Claim, status: str, receipt: Receipt, reason: ClaimChange) -> None:
        """Give a claim another status. The empty status leaves it as it is."""
        if status and status != claim.status:
            self.claim_statuses.append(
                ClaimStatusEvent(self._next(), claim, receipt, self.day, status, claim.status, reason.label)
            )
            claim.status = status

    def set_status(
        self, receipt: Receipt, status: ReceiptStatus, code: Code, entry: Entry | None = None
    ) -> None:
        """Give a receipt a status. What the rules only repeat leaves no event; what a person does always
        does.
        """
        if entry is not None or (receipt.status, receipt.code) != (status, code):
            self.statuses.append(
                StatusEvent(
                    self._next(), receipt.receipt_id, receipt.patient_id, self.day, status, code,
                    entry.number if entry else None,
                )
            )  # fmt: skip
        receipt.status, receipt.code = status, code

    def move(
        self, receipt: Receipt, movement: Movement, amount: int, of_entry: Entry, by_entry: Entry | None
    ) -> None:
        """Disburse or refund money, or undo that (a negative amount)."""
        if movement in (Movement.DISBURSEMENT, Movement.DISBURSEMENT_UNDONE):
            receipt.disbursed += amount
        else:
            receipt.refunded += amount
        self.movements.append(
            MovementEvent(self._next(), receipt, self.day, movement, amount, of_entry, by_entry)
        )

    def add_negative_receipt(self, original: Receipt, entry: Entry) -> None:
        """Record the negative receipt that a person's reversal makes; it is Reversed from the start."""
        self.negative_receipts.append(NegativeReceipt(self._next(), original, self.day, entry))
        self.statuses.append(
            StatusEvent(
                self._next(), f"{original.receipt_id}-R", original.patient_id, self.day,
                ReceiptStatus.REVERSED, Code.REVERSAL, entry.number,
            )
        )  # fmt: skip

    def refuse(self, entry: Entry, refusal: Refusal) -> None:
        """Record that an entry was not carried out."""
        self.refused.append(RefusedEntry(entry, refusal))
