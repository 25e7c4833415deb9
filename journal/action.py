"""One action of a person on one thing, before it is an entry: what actions on receipts and on charges share.

Belongs here: how an action becomes a draft. Does not belong here: the actions themselves
(`journal.receipt_entries`, `journal.charge_entries`).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from journal.entry import Draft, Json, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(ABC):
    """``reason`` is what the person wants to be remembered; it may be empty unless the action asks for it."""

    action: ClassVar[str]

    reason: str = ""

    @property
    @abstractmethod
    def subject(self) -> Subject:
        """What the action is about."""

    def details(self) -> dict[str, Json]:
        """What the journal keeps of the action besides its subject; absent parts are left out."""
        return {}

    def draft(self) -> Draft:
        """The action as the journal takes it."""
        return Draft(self.subject, self.action, self.details(), self.reason)
