"""A decision of a person: which actions are allowed, which are not and why, and what was entered.

Does not belong here: what is allowed (`journal.receipt_refusals`, `journal.charge_refusals`), and entering it
(`orchestration.desk.desk`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from journal.action import Action
from journal.entry import Entry

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
