"""What the page of a deposit needs, handed in by the office of the home folder.

Which payments an entry of the bank could be, and whether a choice is allowed, is the desk's; the page shows
the two sides beside each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from journal.deposit_refusals import Choice
from journal.entry import Entry


@dataclass(frozen=True, slots=True)
class ShownDeposit:
    """An entry of the bank with the payments that it could be.

    facts       status, deposited_on, channel, payer_identifier, amount, match_group_key
    candidates  facts of each payment, with ``nearness``: chosen, fits, suggested or same_amount
    rivals      other entries of the bank that fit the same payments as well
    choice      what somebody chose; None where nobody did
    is_lapsed   whether the last run could not keep the choice, because an amount has changed
    """

    entry_key: str
    facts: Mapping[str, Any]
    candidates: Sequence[Mapping[str, Any]]
    rivals: Sequence[Mapping[str, Any]]
    choice: Choice | None
    is_lapsed: bool
    entries: Sequence[Entry]


class DepositOffice(Protocol):
    """Looking at deposits. Raises `RefusedError` where the file or the journal cannot be used."""

    def shown(self, entry_key: str) -> ShownDeposit | None:
        """The entry of the bank under a key; None where there is none."""
