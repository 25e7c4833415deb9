"""What a person may enter for a remittance that is held: one frozen dataclass for each action.

Belongs here: the words of the actions and the checks that need no remittance, made when a draft is created.
Does not belong here: whether the remittance allows it (`journal.remittance_refusals`) and what it then does
(the model that says which remittances count).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.action import Action
from journal.entry import DraftError, Entry, Subject, require_text

REMITTANCE = "remittance"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceDraft(Action):
    """One action on one remittance; the reason is required, because money counts or does not by it."""

    remittance_key: str

    def __post_init__(self) -> None:
        require_text("remittance", self.remittance_key)
        if not self.reason.strip():
            raise DraftError("Say why: whoever reads the books will ask what the payer or the bank said.")

    @property
    def subject(self) -> Subject:
        """The remittance, by the key of the marts."""
        return Subject(REMITTANCE, self.remittance_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRemittance(RemittanceDraft):
    """Let a held remittance count: it is another payment than the one it looks like."""

    action: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRemittance(RemittanceDraft):
    """Take a release back."""

    action: ClassVar[str] = "hold"


def remittance_draft_of(entry: Entry) -> RemittanceDraft:
    """The action that an entry about a remittance recorded.

    Raises DraftError for an entry about something else or of an action that this version does not know.
    """
    if entry.subject_kind != REMITTANCE:
        raise DraftError("The entry is not about a remittance.")
    common: dict[str, Any] = {"remittance_key": entry.subject_id, "reason": entry.reason}
    match entry.action:
        case "release":
            return ReleaseRemittance(**common)
        case "hold":
            return HoldRemittance(**common)
    raise DraftError("The entry has an action that this version does not know.")
