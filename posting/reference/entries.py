"""What people do to receipts: each entry is carried out on its day, in the order of its number, or refused.

Belongs here: the effect of an entry and the reasons to refuse one. Does not belong here: storing entries.
"""

from __future__ import annotations

from posting.reference.account import Account, Application, Entry, Receipt
from posting.reference.ledger import Ledger
from posting.reference.rules import Pass
from posting.vocabulary import SETTABLE_STATUSES, Action, Code, Movement, ReceiptStatus, Refusal, Step


class Desk:
    """The person at the desk: carries out the entries of one account."""

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self.account = account
        self.ledger = ledger
        self.receipts = {receipt.receipt_id: receipt for receipt in account.receipts}
        #: Money that disbursements and refunds hold, by the entry that made them.
        self.disbursements: dict[int, tuple[Entry, int]] = {}
        self.refunds: dict[int, tuple[Entry, int]] = {}

    def carry_out(self, entry: Entry) -> None:
        """Carry out one entry, or record why not."""
        refusal = self._try(entry)
        if refusal is not Refusal.ALLOWED:
            self.ledger.refuse(entry, refusal)

    def _try(self, entry: Entry) -> Refusal:
        receipt = self.receipts[entry.receipt_id]
        if entry.action is None:
            return Refusal.ACTION_UNKNOWN
        if entry.entered_on < receipt.received_on:
            return Refusal.RECEIPT_NOT_RECEIVED
        return {
            Action.SET_STATUS: self._set_status,
            Action.LINK: self._link,
            Action.DISBURSE: self._disburse,
            Action.UNDO_DISBURSEMENT: self._undo_disbursement,
            Action.REFUND: self._refund,
            Action.REVERSE: self._reverse,
            Action.FORCE_PASS: self._force_pass,
        }[entry.action](receipt, entry)

    def _set_status(self, receipt: Receipt, entry: Entry) -> Refusal:
        if entry.status not in SETTABLE_STATUSES or entry.status is None:
            return Refusal.STATUS_NOT_SETTABLE
        # Without a hold date the receipt keeps the one it has.
        receipt.hold_until = entry.hold_until or receipt.hold_until
        self.ledger.set_status(receipt, entry.status, Code.SET_BY_PERSON, entry)
        return Refusal.ALLOWED

    def _link(self, receipt: Receipt, entry: Entry) -> Refusal:
        if entry.claim_id is None and entry.appointment_id is None:
            return Refusal.LINK_NAMES_NOTHING
        claims = {claim.claim_id: claim for claim in self.account.claims}
        if entry.claim_id is not None and entry.claim_id not in claims:
            return Refusal.LINK_NOT_OF_PATIENT
        if self.account.is_foreign(entry.appointment_id):
            return Refusal.LINK_NOT_OF_PATIENT
        if entry.claim_id is not None:
            receipt.linked_claim = claims[entry.claim_id]
        receipt.appointment_id = entry.appointment_id or receipt.appointment_id
        return Refusal.ALLOWED

    def _disburse(self, receipt: Receipt, entry: Entry) -> Refusal:
        if entry.amount <= 0:
            return Refusal.AMOUNT_NOT_POSITIVE
        if receipt.status is ReceiptStatus.REVERSED:
            return Refusal.RECEIPT_REVERSED
        if entry.amount > receipt.unapplied:
            return Refusal.EXCEEDS_UNAPPLIED
        self.disbursements[entry.number] = (entry, entry.amount)
        self.ledger.move(receipt, Movement.DISBURSEMENT, entry.amount, entry, entry)
        self._complete_if_used_up(receipt, entry)
        return Refusal.ALLOWED

    def _undo_disbursement(self, receipt: Receipt, entry: Entry) -> Refusal:
        """Undo the latest disbursement of this id that still stands."""
        for made, amount in reversed(list(self.disbursements.values())):
            same_id = made.disbursement_id is not None and made.disbursement_id == entry.disbursement_id
            if made.receipt_id == receipt.receipt_id and same_id:
                del self.disbursements[made.number]
                self.ledger.move(receipt, Movement.DISBURSEMENT_UNDONE, -amount, made, entry)
                if receipt.status is ReceiptStatus.COMPLETED:
                    self.ledger.set_status(receipt, ReceiptStatus.NEW, Code.RETURNED_BY_UNDO, entry)
                return Refusal.ALLOWED
        return Refusal.NOTHING_TO_UNDO

    def _refund(self, receipt: Receipt, entry: Entry) -> Refusal:
        """Pay money back: out of what is left, or, once all is posted, out of the credit the receipt made."""
        if entry.amount <= 0:
            return Refusal.AMOUNT_NOT_POSITIVE
        if receipt.status is ReceiptStatus.REVERSED:
            return Refusal.RECEIPT_REVERSED
        if entry.amount > receipt.unapplied:
            if receipt.unapplied > 0:
                return Refusal.EXCEEDS_UNAPPLIED
            if entry.amount > self._credit_made_by(receipt):
                return Refusal.EXCEEDS_CREDIT
            self._take_out_of_credit(receipt, entry.amount)
        self.refunds[entry.number] = (entry, entry.amount)
        self.ledger.move(receipt, Movement.REFUND, entry.amount, entry, entry)
        self._complete_if_used_up(receipt, entry)
        return Refusal.ALLOWED

    def _credit_made_by(self, receipt: Receipt) -> int:
        """The credit on lines that count, as far as it is this receipt's money."""
        on_line: dict[int, int] = {}
        credit: dict[int, int] = {}
        for made in self._standing_on_credit(receipt):
            on_line[id(made.line)] = on_line.get(id(made.line), 0) + made.standing
            credit[id(made.line)] = -made.line.balance(self.ledger.day)
        return sum(min(standing, credit[line]) for line, standing in on_line.items())

    def _take_out_of_credit(self, receipt: Receipt, amount: int) -> None:
        """Take the latest money first."""
        for made in reversed(self._standing_on_credit(receipt)):
            taken = min(amount, made.standing, -made.line.balance(self.ledger.day))
            if taken > 0:
                self.ledger.take_back(made, taken, Step.CREDIT)
                amount -= taken

    def _standing_on_credit(self, receipt: Receipt) -> list[Application]:
        day = self.ledger.day
        return [
            made
            for made in self.ledger.standing_on(receipt)
            if made.line.counts(day) and made.line.balance(day) < 0
        ]

    def _reverse(self, receipt: Receipt, entry: Entry) -> Refusal:
        if receipt.is_reversal:
            return Refusal.REVERSAL_IS_FINAL
        if receipt.was_reversed:
            return Refusal.ALREADY_REVERSED
        self.take_everything_back(receipt, entry)
        self.ledger.add_negative_receipt(receipt, entry)
        self.ledger.set_status(receipt, ReceiptStatus.REVERSED, Code.REVERSED, entry)
        return Refusal.ALLOWED

    def take_everything_back(self, receipt: Receipt, entry: Entry | None) -> None:
        """The exact negatives of all that the receipt did: its applications, disbursements and refunds."""
        receipt.was_reversed = True
        for made in self.ledger.standing_on(receipt):
            self.ledger.take_back(made, made.standing, Step.REVERSAL)
        for held, movement in (
            (self.disbursements, Movement.DISBURSEMENT_UNDONE),
            (self.refunds, Movement.REFUND_UNDONE),
        ):
            for made_by, amount in list(held.values()):
                if made_by.receipt_id == receipt.receipt_id:
                    del held[made_by.number]
                    self.ledger.move(receipt, movement, -amount, made_by, entry)

    def _force_pass(self, receipt: Receipt, entry: Entry) -> Refusal:
        if not receipt.waits_for_pass:
            return Refusal.NOT_NEW_OR_HOLD
        Pass(self.ledger).take(receipt)
        return Refusal.ALLOWED

    def _complete_if_used_up(self, receipt: Receipt, entry: Entry) -> None:
        """A receipt whose last money a person took is complete, unless the person had set it aside."""
        open_statuses = (ReceiptStatus.NEW, ReceiptStatus.HOLD, ReceiptStatus.ERROR)
        if receipt.unapplied == 0 and receipt.status in open_statuses:
            self.ledger.set_status(receipt, ReceiptStatus.COMPLETED, Code.COMPLETED, entry)
