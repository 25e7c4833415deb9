"""What a person may enter to close a period: one frozen dataclass for each action.

Belongs here: the words of the actions, the figures that they bind, and the checks that need no period. Does
not belong here: whether the period's state allows it (`journal.close_refusals`) and where it then stands
(`journal.close_state`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from journal.action import Action
from journal.entry import Draft, DraftError, Entry, Json, Subject, require_text
from journal.period import Period, period_of_key

PERIOD = "period"
REFUSAL = "refusal"
"""What an entry is about that keeps a refused step: nothing that counts, so that it conflicts with nobody."""


def figures_sha256(lines: Iterable[str]) -> str:
    """The hash of figures: one line each, sorted, so that no order of reading changes it."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The figures as a person saw them who put a name to them.

    lines    one text a figure: location, tie-out, figure, amount and count joined by bars
    late     the same for what became known of periods signed earlier, each opened by that period's name
    run_id   the published run that they were read from
    verdict  how far the period tied then
    """

    lines: tuple[str, ...]
    late: tuple[str, ...]
    run_id: str
    verdict: str

    @property
    def sha256(self) -> str:
        """The hash that a signature binds."""
        return figures_sha256((*self.lines, *self.late))

    def as_details(self) -> dict[str, Json]:
        """What the journal keeps of them."""
        return {
            "figures_sha256": self.sha256,
            "figures": list(self.lines),
            "late_items": list(self.late),
            "run_id": self.run_id,
            "verdict": self.verdict,
        }

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> "Bound":
        """The figures that an entry recorded."""
        return cls(
            lines=tuple(facts["figures"]),
            late=tuple(facts["late_items"]),
            run_id=facts["run_id"],
            verdict=facts["verdict"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDraft(Action):
    """One action on one period. ``by`` is who does it, because who did the step before decides."""

    period: Period
    by: str

    def __post_init__(self) -> None:
        require_text("person", self.by)

    @property
    def subject(self) -> Subject:
        """The period of the location."""
        return Subject(PERIOD, self.period.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingDraft(CloseDraft):
    """An action that puts a name to figures."""

    bound: Bound

    def details(self) -> dict[str, Json]:
        """The figures and their hash."""
        return self.bound.as_details()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(BindingDraft):
    """The figures are complete and each open item is known: ready to be looked at by somebody else."""

    action: ClassVar[str] = "prepare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(BindingDraft):
    """Somebody else went through the checklist and agrees."""

    action: ClassVar[str] = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(BindingDraft):
    """The period is closed with these figures."""

    action: ClassVar[str] = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(CloseDraft):
    """Take the signature back, so that the period can be closed with other figures. It needs a reason."""

    action: ClassVar[str] = "reopen"

    def __post_init__(self) -> None:
        CloseDraft.__post_init__(self)
        if not self.reason.strip():
            raise DraftError("Say why the period is opened again: whoever relied on it will ask.")


def refusal_of(step: CloseDraft, why: str) -> Draft:
    """What the journal keeps of a step that was refused: that somebody tried is for whoever audits."""
    return Draft(Subject(REFUSAL, step.period.key), step.action, {"why": why}, step.reason)


def close_draft_of(entry: Entry) -> CloseDraft:
    """The action that an entry about a period recorded.

    Raises DraftError for an entry about something else or of an action that this version does not know.
    """
    if entry.subject_kind != PERIOD:
        raise DraftError("The entry is not about a period.")
    common: dict[str, Any] = {
        "period": period_of_key(entry.subject_id),
        "by": entry.person,
        "reason": entry.reason,
    }
    if entry.action == Reopen.action:
        return Reopen(**common)
    for kind in (Prepare, Review, Sign):
        if entry.action == kind.action:
            return kind(bound=Bound.from_facts(entry.facts), **common)
    raise DraftError("The entry has an action that this version does not know.")
