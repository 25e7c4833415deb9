"""Where an entry of the bank stands, and why a choice is not allowed, in a sentence that says what to do.

Belongs here: the rules that look at both sides. Does not belong here: what a draft can be checked for alone
(`journal.deposit_entries`). A sentence names keys at most, never an amount.

How the rules were read where they leave a choice: a person may say of anything that is open on both sides
that it is the same money, whatever the matching could tell; what a trace or a number has matched is not open.
Where the amounts differ the choice stands and the difference is an exception, as under any other name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from journal.deposit_entries import DEPOSIT, ChooseDeposit, DepositDraft, UndoChoice, deposit_draft_of
from journal.entry import Entry

#: What nothing explains: either end of these can be chosen.
OPEN_AT_BANK = ("ambiguous", "waiting_for_remittance", "deposit_without_remittance")
OPEN_IN_BOOKS = ("ambiguous", "waiting_for_deposit", "remittance_without_deposit", "conflicting_trace")

CHANGED = "An amount is not what was looked at; look again."


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An entry of the bank or an expected payment as the last run left it; ``status`` is the mart's."""

    amount: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: the entry of the bank is these payments."""

    entry_key: str
    payments: tuple[str, ...]
    person: str
    entry_number: int = 0


@dataclass(frozen=True, slots=True)
class TwoSides:
    """Both sides of the matching, and what people chose, by entry of the bank."""

    entries: Mapping[str, OpenEnd]
    payments: Mapping[str, OpenEnd]
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def chosen_for(self, payment: str) -> Choice | None:
        """The choice that has a payment."""
        return next((one for one in self.choices.values() if payment in one.payments), None)


def refusal(draft: DepositDraft, sides: TwoSides) -> str | None:
    """Why ``draft`` is not allowed, None when it is."""
    choice = sides.choices.get(draft.entry_key)
    if isinstance(draft, UndoChoice):
        return None if choice else "Nobody chose anything for this entry; there is nothing to take back."
    assert isinstance(draft, ChooseDeposit)
    if choice is not None:
        return f"{choice.person} chose for this entry already; take that back first."
    entry = sides.entries.get(draft.entry_key)
    if entry is None:
        return f"The bank has no entry {draft.entry_key}; take its key from tieout deposits list."
    if entry.status not in OPEN_AT_BANK:
        return f"The entry is explained already ({entry.status}); there is nothing to choose."
    if entry.amount != draft.bank_amount:
        return CHANGED
    for key, amount in draft.payments:
        why = _of_payment(key, amount, entry, sides)
        if why is not None:
            return why
    return None


def _of_payment(key: str, amount: Decimal, entry: OpenEnd, sides: TwoSides) -> str | None:
    payment = sides.payments.get(key)
    if payment is None:
        return f"The books expect no payment {key}; take its key from tieout deposits list."
    other = sides.chosen_for(key)
    if other is not None:
        return f"{other.person} chose {key} for the entry {other.entry_key}; take that back first."
    if payment.status not in OPEN_IN_BOOKS:
        return f"{key} is explained already ({payment.status}); there is nothing to choose."
    if payment.amount != amount:
        return CHANGED
    if (payment.amount > 0) != (entry.amount > 0):
        return f"{key} moves the other way than the entry of the bank; it is another payment."
    return None


def refusals(drafts: Sequence[DepositDraft], sides: TwoSides, person: str = "") -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other."""
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        why = refusal(draft, sides)
        if why is not None:
            refused[position] = why
        else:
            sides = replace(sides, choices=_after(sides.choices, draft, person, 0))
    return refused


def choices_with(choices: Mapping[str, Choice], entries: Iterable[Entry]) -> dict[str, Choice]:
    """The choices after entries, which come by number; those about other things are left out."""
    result = dict(choices)
    for entry in entries:
        if entry.subject_kind == DEPOSIT:
            result = _after(result, deposit_draft_of(entry), entry.person, entry.entry_number)
    return result


def _after(
    choices: Mapping[str, Choice], draft: DepositDraft, person: str, entry_number: int
) -> dict[str, Choice]:
    result = dict(choices)
    if isinstance(draft, ChooseDeposit):
        keys = tuple(sorted(key for key, _ in draft.payments))
        result[draft.entry_key] = Choice(draft.entry_key, keys, person, entry_number)
    else:
        result.pop(draft.entry_key, None)
    return result
