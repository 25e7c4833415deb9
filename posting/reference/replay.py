"""One account, day by day: what a day brings, in its order.

Belongs here: the calendar of the replay. Does not belong here: the rules of a step or of an entry.
"""

from __future__ import annotations

from datetime import date, timedelta

from posting.reference.account import Account, Receipt
from posting.reference.entries import Desk
from posting.reference.ledger import Ledger
from posting.reference.rules import Pass
from posting.settings import SettingsHistory
from posting.vocabulary import Code, ReceiptStatus, Step


class Replay:
    """The history of one account under a history of settings."""

    def __init__(self, account: Account, settings: SettingsHistory) -> None:
        self.account = account
        self.settings = settings
        self.ledger = Ledger(account)
        self.desk = Desk(account, self.ledger)
        self.statuses_taken_to = date.min

    def run(self, as_of: date) -> Ledger:
        """Live every day from the first receipt or entry to the as-of date, and return the books."""
        starts = [receipt.received_on for receipt in self.account.receipts]
        starts += [entry.entered_on for entry in self.account.entries]
        day = min(starts)
        while day <= as_of:
            self._live(day)
            day += timedelta(days=1)
        return self.ledger

    def _live(self, day: date) -> None:
        """One day: what arrives, then voids and reversals, then people's entries, then the pass."""
        self.ledger.day = day
        self.ledger.settings_version, self.ledger.settings = self.settings.in_force(day)
        self._take_claim_statuses(day)
        self._receive(day)
        self._return_money_of_voided_lines(day)
        self._reverse_what_the_feed_reverses(day)
        for entry in self.account.entries:
            if entry.entered_on == day:
                self.desk.carry_out(entry)
        Pass(self.ledger).run()

    def _take_claim_statuses(self, day: date) -> None:
        """Each claim takes what the billing system said since the last day lived; the last word counts."""
        for claim in self.account.claims:
            for change in claim.history:
                if self.statuses_taken_to < change.changed_on <= day:
                    claim.level, claim.status = change.level, change.status
                    claim.invoice_on = change.invoice_on
        self.statuses_taken_to = day

    def _receive(self, day: date) -> None:
        for receipt in self.account.receipts:
            if receipt.received_on == day:
                self.ledger.set_status(receipt, receipt.initial_status, Code.RECEIVED)

    def _return_money_of_voided_lines(self, day: date) -> None:
        """Money on a line that is voided today goes back, receipt and line by receipt and line, and is New
        again.
        """
        voided = [
            made for made in self.ledger.applications if made.standing > 0 and made.line.is_voided_on(day)
        ]
        returned: list[Receipt] = []
        while voided:
            receipt, line = voided[0].receipt, voided[0].line
            together = [made for made in voided if made.receipt is receipt and made.line is line]
            voided = [made for made in voided if made.receipt is not receipt or made.line is not line]
            first, total = together[0], sum(made.standing for made in together)
            for made in together:
                made.standing = 0
            first.standing = total
            self.ledger.take_back(first, total, Step.VOID_RETURN)
            if receipt not in returned:
                returned.append(receipt)
        for receipt in returned:
            self.ledger.set_status(receipt, ReceiptStatus.NEW, Code.RETURNED_BY_VOID)

    def _reverse_what_the_feed_reverses(self, day: date) -> None:
        """The billing system's own negative receipt reverses the original once both have arrived."""
        for receipt in self.account.receipts:
            original = receipt.reverses
            if original is None or day != max(receipt.received_on, original.received_on):
                continue
            if original.was_reversed:
                # A person was quicker: this receipt cancels nothing any more and is a negative receipt like
                # any.
                continue
            self.desk.take_everything_back(original, None)
            self.ledger.set_status(original, ReceiptStatus.REVERSED, Code.REVERSED)
            receipt.is_reversal = True
            self.ledger.set_status(receipt, ReceiptStatus.REVERSED, Code.REVERSAL)
