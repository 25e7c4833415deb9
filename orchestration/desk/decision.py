"""A decision of a person: which actions are allowed, and entering them in one piece.

Belongs here: what entering is for receipts and for charges alike. Does not belong here: what is allowed
(`journal.receipt_refusals`, `journal.charge_refusals`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from journal.action import Action
from journal.entry import DraftError, Entry, Subject
from journal.store import Conflict, Journal
from orchestration.failures import EntryRefusedError

ActionT = TypeVar("ActionT", bound=Action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[ActionT]):
    """What came of the drafts: entries made (none in a trial), the drafts allowed, and why others are not."""

    entries: tuple[Entry, ...]
    allowed: tuple[ActionT, ...]
    refused: tuple[tuple[str, str], ...]
    """(id of the subject, sentence) for each refused draft."""


def judged(drafts: Sequence[ActionT], refused: Mapping[int, str]) -> Decision[ActionT]:
    """The decision before anything is entered; ``refused`` maps the position of a draft to its sentence."""
    allowed = tuple(draft for position, draft in enumerate(drafts) if position not in refused)
    reasons = tuple((drafts[position].subject.id, why) for position, why in sorted(refused.items()))
    return Decision(entries=(), allowed=allowed, refused=reasons)


def entered(
    journal: Journal,
    decision: Decision[ActionT],
    looked_at: Iterable[Subject],
    seen: int,
    *,
    person: str,
    entered_at: datetime,
    on: date,
) -> Decision[ActionT]:
    """Write the allowed drafts into the journal, all or none; what was returned is on the disk.

    ``looked_at`` are the things whose entries would have changed the judgement, ``seen`` the number of the
    journal's last entry when they were looked at. Raises `EntryRefusedError` when somebody else acted on one
    of them since.
    """
    if not decision.allowed:
        return decision
    try:
        entries = journal.append(
            [draft.draft() for draft in decision.allowed],
            person=person,
            entered_at=entered_at,
            entered_on=on,
            expected=dict.fromkeys(looked_at, seen),
        )
    except (Conflict, DraftError) as error:
        raise EntryRefusedError(f"nothing was entered: {error}") from None
    return replace(decision, entries=tuple(entries))
