"""The posting rules, read aloud: the pass over one account and the steps of one receipt.

Belongs here: what happens to a receipt automatically on one day. Does not belong here: what people do
(`posting.reference.entries`), and the order of the day (`posting.reference.replay`).
"""

from __future__ import annotations

from datetime import date

from posting.reference.account import Claim, Line, Receipt
from posting.reference.ledger import Ledger
from posting.reference.ordering import in_order, sharing
from posting.vocabulary import KIND_OF_TYPE, ClaimChange, Code, Order, ReceiptKind, ReceiptStatus, Step

#: A step's verdict on a receipt whose money is not all used: its status and why.
Verdict = tuple[ReceiptStatus, Code]


class Pass:
    """One pass over an account on one day, with the settings in force on that day."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.account = ledger.account
        self.day = ledger.day
        self.settings = ledger.settings

    def run(self) -> None:
        """Take every receipt that waits, in the order of receipt, each through all of its steps."""
        for receipt in self.account.receipts:
            self.take(receipt)

    def take(self, receipt: Receipt) -> None:
        """One receipt: New or Hold, received by now, and money left (or no money to begin with)."""
        if receipt.waits_for_pass and (receipt.unapplied > 0 or receipt.amount <= 0):
            status, code = self._steps(receipt)
            if receipt.amount > 0 and receipt.unapplied == 0:
                status, code = ReceiptStatus.COMPLETED, Code.COMPLETED
            self.ledger.set_status(receipt, status, code)

    def _steps(self, receipt: Receipt) -> Verdict:
        if receipt.patient_id is None:
            return ReceiptStatus.ERROR, Code.PATIENT_UNKNOWN
        if receipt.amount <= 0:
            return ReceiptStatus.ERROR, Code.NOT_POSTABLE
        if receipt.receipt_type in self.settings.prepay_types:
            return self._prepay(receipt)
        kind = KIND_OF_TYPE.get(receipt.receipt_type, ReceiptKind.GENERAL)
        if kind in (ReceiptKind.COPAY, ReceiptKind.COINSURANCE_OR_DEDUCTIBLE):
            return self._linked(receipt, kind)
        if kind is ReceiptKind.PAYMENT_ON_ACCOUNT:
            return self._account(receipt)
        return self._general(receipt)

    # Step 1

    def _prepay(self, receipt: Receipt) -> Verdict:
        if self._credit_deadline_passed(receipt):
            return ReceiptStatus.ERROR, Code.PREPAY_MANUAL
        return ReceiptStatus.HOLD, Code.PREPAY_WAITING

    # Step 2

    def _linked(self, receipt: Receipt, kind: ReceiptKind) -> Verdict:
        found = self._claim_of(receipt)
        if not isinstance(found, Claim):
            return found
        if kind is ReceiptKind.COPAY:
            return self._copay(receipt, found)
        open_lines = self._open(found.lines_that_count(self.day))
        self._fill(receipt, open_lines, self.settings.order, Step.CLAIM_LINES)
        return self._general(receipt)

    def _claim_of(self, receipt: Receipt) -> Claim | Verdict:
        """The one claim that a linked receipt belongs to, or why there is none."""
        claims = self._claims()
        if receipt.linked_claim in claims:
            return receipt.linked_claim
        if receipt.appointment_id is not None:
            of_appointment = [claim for claim in claims if claim.appointment_id == receipt.appointment_id]
            if len(of_appointment) == 1:
                return of_appointment[0]
            if of_appointment:
                return ReceiptStatus.ERROR, Code.SEVERAL_CLAIMS_FOR_APPOINTMENT
        same_day = [claim for claim in claims if claim.service_on == receipt.received_on]
        if len(same_day) == 1:
            return same_day[0]
        if same_day:
            return ReceiptStatus.ERROR, Code.SEVERAL_CLAIMS_SAME_DAY
        if self._copay_deadline_passed(receipt):
            return ReceiptStatus.ERROR, Code.NO_CLAIM_FOUND
        return ReceiptStatus.HOLD, Code.NO_CLAIM_YET

    def _copay(self, receipt: Receipt, claim: Claim) -> Verdict:
        open_lines = self._open(claim.lines_that_count(self.day))
        flagged = [line for line in open_lines if line.is_copay]
        others = in_order(
            [line for line in open_lines if not line.is_copay], Order.HIGHEST_BALANCE_FIRST, self.day
        )
        candidates = flagged if self.settings.copay_procedures_only else flagged + others
        if not self.settings.copay_multiple_procedures:
            candidates = candidates[:1]
        chosen_over = self._chosen_over(open_lines)
        for line in candidates:
            order = Order.COPAY_FLAG_FIRST if line.is_copay else Order.HIGHEST_BALANCE_FIRST
            self._apply(
                receipt,
                line,
                min(receipt.unapplied, line.balance(self.day)),
                Step.COPAY_LINE,
                order,
                chosen_over,
            )

        if self.settings.copay_procedures_only:
            return ReceiptStatus.ERROR, Code.COPAY_EXCEEDS_PROCEDURE
        if self.settings.copay_overflow_is_general:
            return self._general(receipt)
        if self._copay_deadline_passed(receipt):
            return ReceiptStatus.ERROR, Code.COPAY_REMAINDER
        return ReceiptStatus.HOLD, Code.COPAY_REMAINDER

    # Step 3

    def _account(self, receipt: Receipt) -> Verdict:
        self._fill(receipt, self._open(self._lines(self._claims())), Order.OLDEST_FIRST, Step.ACCOUNT)
        return self._credit(receipt)

    # Step 4

    def _general(self, receipt: Receipt) -> Verdict:
        collectable = [claim for claim in self._claims() if claim.is_collectable(self.settings)]
        self._fill(receipt, self._open(self._lines(collectable)), self.settings.order, Step.GENERAL)
        return self._credit(receipt)

    # Step 5

    def _credit(self, receipt: Receipt) -> Verdict:
        if not self._credit_deadline_passed(receipt):
            return ReceiptStatus.HOLD, Code.CREDIT_WAITING
        if receipt.unapplied > 0:
            # A claim without a line that counts cannot carry money.
            able = [claim for claim in self._claims() if claim.lines_that_count(self.day)]
            if not able:
                return ReceiptStatus.ERROR, Code.NO_CLAIM_FOR_CREDIT
            claim = max(able, key=lambda claim: (claim.service_on, claim.created_on, claim.claim_id))
            line = min(claim.lines_that_count(self.day), key=lambda line: line.number)
            chosen_over = self._chosen_over(self._open(self._lines(self._claims())))
            self._apply(receipt, line, receipt.unapplied, Step.CREDIT, Order.MOST_RECENT_CLAIM, chosen_over)
            self.ledger.set_claim_status(
                claim, self.settings.credit_claim_status, receipt, ClaimChange.CREDIT
            )
        # Step 6: nothing is left.
        return ReceiptStatus.COMPLETED, Code.COMPLETED

    # What the steps ask

    def _copay_deadline_passed(self, receipt: Receipt) -> bool:
        return self.day >= receipt.deadline(self.settings.copay_hold_days, self._appointment_on(receipt))

    def _credit_deadline_passed(self, receipt: Receipt) -> bool:
        return self.day >= receipt.deadline(self.settings.credit_hold_days, self._appointment_on(receipt))

    def _appointment_on(self, receipt: Receipt) -> date | None:
        return self.account.appointment_starts_on(receipt.appointment_id)

    def _claims(self) -> list[Claim]:
        return [claim for claim in self.account.claims if claim.counts(self.day)]

    def _lines(self, claims: list[Claim]) -> list[Line]:
        return [line for claim in claims for line in claim.lines_that_count(self.day)]

    def _open(self, lines: list[Line]) -> list[Line]:
        return [line for line in lines if line.balance(self.day) > 0]

    def _chosen_over(self, open_lines: list[Line]) -> tuple[int, int]:
        return len(open_lines), sum(line.balance(self.day) for line in open_lines)

    def _fill(self, receipt: Receipt, open_lines: list[Line], order: Order, step: Step) -> None:
        lines = in_order(open_lines, order, self.day)
        chosen_over = self._chosen_over(lines)
        shares = sharing(order)(receipt.unapplied, [line.balance(self.day) for line in lines])
        for line, share in zip(lines, shares, strict=True):
            self._apply(receipt, line, share, step, order, chosen_over)

    def _apply(
        self,
        receipt: Receipt,
        line: Line,
        amount: int,
        step: Step,
        order: Order,
        chosen_over: tuple[int, int],
    ) -> None:
        """An application of nothing is no application."""
        if amount > 0:
            self.ledger.apply(receipt, line, amount, step, order, chosen_over)
