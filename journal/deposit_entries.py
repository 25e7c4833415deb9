"""What a person may enter about an entry of the bank: which expected payments it is.

Belongs here: the words of the actions and the checks that need no bank entry, made when a draft is created.
Does not belong here: whether it can be chosen (`journal.deposit_refusals`) and what a choice then does
(`deposits.matching`).
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from journal.action import Action
from journal.entry import DraftError, Entry, Json, Subject, require_text

DEPOSIT = "deposit"
MOST_PAYMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositDraft(Action):
    """One action on one entry of the bank; the reason is required, because money counts as arrived by it.

    ``entry_key`` is account and id of the entry, joined by a bar, as in the marts.
    """

    entry_key: str

    def __post_init__(self) -> None:
        require_text("entry of the bank", self.entry_key)
        if not self.reason.strip():
            raise DraftError("Say why: whoever reads the books will ask how it is known.")

    @property
    def subject(self) -> Subject:
        """The entry of the bank."""
        return Subject(DEPOSIT, self.entry_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseDeposit(DepositDraft):
    """The entry of the bank is these expected payments.

    The amounts are those that the person saw: the choice holds for them, and no longer where one changes.
    """

    action: ClassVar[str] = "choose"

    bank_amount: Decimal
    payments: tuple[tuple[str, Decimal], ...]
    """(expected key, amount) of each."""

    def __post_init__(self) -> None:
        DepositDraft.__post_init__(self)
        if not self.payments:
            raise DraftError("Choose at least one expected payment.")
        if len(self.payments) > MOST_PAYMENTS:
            raise DraftError(f"That is more than {MOST_PAYMENTS} payments in one deposit.")
        keys = [key for key, _ in self.payments]
        for key in keys:
            require_text("expected payment", key)
        if len(set(keys)) < len(keys):
            raise DraftError("A payment is chosen twice.")
        for amount in (self.bank_amount, *(amount for _, amount in self.payments)):
            if amount != amount.quantize(Decimal("0.01")):
                raise DraftError("Amounts are in whole cents.")

    def details(self) -> dict[str, Json]:
        """What was seen, in the order of the keys."""
        return {
            "bank_amount": f"{self.bank_amount:.2f}",
            "payments": [[key, f"{amount:.2f}"] for key, amount in sorted(self.payments)],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoChoice(DepositDraft):
    """Take a choice back; the matching then sees what it saw before."""

    action: ClassVar[str] = "undo_choice"


def deposit_draft_of(entry: Entry) -> DepositDraft:
    """The action that an entry about a deposit recorded.

    Raises DraftError for an entry about something else or of an action that this version does not know.
    """
    if entry.subject_kind != DEPOSIT:
        raise DraftError("The entry is not about a deposit.")
    common: dict[str, Any] = {"entry_key": entry.subject_id, "reason": entry.reason}
    if entry.action == UndoChoice.action:
        return UndoChoice(**common)
    if entry.action == ChooseDeposit.action:
        facts = entry.facts
        try:
            return ChooseDeposit(
                bank_amount=Decimal(facts["bank_amount"]),
                payments=tuple((key, Decimal(amount)) for key, amount in facts["payments"]),
                **common,
            )
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise DraftError("The entry has details that this version does not know.") from None
    raise DraftError("The entry has an action that this version does not know.")
