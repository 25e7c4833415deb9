"""Where a period stands on its way to being closed: nothing but what people entered, in their order.

Belongs here: the steps and who took them. Does not belong here: whether a step is allowed
(`journal.close_refusals`), and whether the figures are still those that were signed, which only a published
file can say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from journal.close_entries import (
    PERIOD,
    Bound,
    CloseDraft,
    Prepare,
    Reopen,
    Review,
    Sign,
    close_draft_of,
)
from journal.entry import Entry
from journal.period import Period

OPEN = "open"
PREPARED = "prepared"
REVIEWED = "reviewed"
SIGNED = "signed"

#: In the order of a period's way.
STEPS = (OPEN, PREPARED, REVIEWED, SIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that somebody took, on a business date."""

    person: str
    on: date
    reason: str = ""
    entry_number: int = 0
    entry_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodState:
    """``bound`` are the figures of the last step; None while the period is open."""

    period: Period
    status: str = OPEN
    bound: Bound | None = None
    prepared: Taken | None = None
    reviewed: Taken | None = None
    signed: Taken | None = None
    reopened: Taken | None = None

    @property
    def steps(self) -> tuple[tuple[str, Taken], ...]:
        """The steps that stand, with who took them."""
        named = (("prepared", self.prepared), ("reviewed", self.reviewed), ("signed", self.signed))
        return tuple((name, taken) for name, taken in named if taken is not None)


def after_draft(state: PeriodState, draft: CloseDraft, taken: Taken) -> PeriodState:
    """The state once an allowed draft counts. Preparing anew takes back a review that was not signed."""
    match draft:
        case Prepare(bound=bound):
            return replace(state, status=PREPARED, bound=bound, prepared=taken, reviewed=None, signed=None)
        case Review(bound=bound):
            return replace(state, status=REVIEWED, bound=bound, reviewed=taken)
        case Sign(bound=bound):
            return replace(state, status=SIGNED, bound=bound, signed=taken)
        case Reopen():
            return PeriodState(period=state.period, reopened=taken)
    return state


def states_with(states: Mapping[Period, PeriodState], entries: Iterable[Entry]) -> dict[Period, PeriodState]:
    """The states by period after entries, which come by number; those about other things are left out."""
    result = dict(states)
    for entry in entries:
        if entry.subject_kind != PERIOD:
            continue
        draft = close_draft_of(entry)
        before = result.get(draft.period) or PeriodState(period=draft.period)
        taken = Taken(
            person=entry.person,
            on=entry.entered_on,
            reason=entry.reason,
            entry_number=entry.entry_number,
            entry_hash=entry.entry_hash,
        )
        result[draft.period] = after_draft(before, draft, taken)
    return result


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: letters of another case and blanks make nobody else."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
