"""Why a step in closing a period is not allowed, in a sentence that says what to do instead.

Belongs here: the rules that look at the period's state and at what is published. Does not belong here: what a
draft can be checked for alone (`journal.close_entries`). A sentence names periods, people and dates at most,
never an amount.

How the rules were read where they leave a choice:

- Whoever prepared a period neither reviews nor signs it. The reviewer may sign.
- A period that is still running, or of which a file is missing, can be prepared by nobody: its figures are
  not there yet.
- What does not tie can be signed, because the books must close, but not without a reason.
- A step counts for the figures that its person saw. Where one moved since the step before, it is taken anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from journal.close_entries import BindingDraft, CloseDraft, Prepare, Reopen, Review, Sign
from journal.close_state import (
    OPEN,
    PREPARED,
    REVIEWED,
    SIGNED,
    PeriodState,
    Taken,
    after_draft,
    is_same_person,
)
from journal.period import Period

INCOMPLETE = "incomplete"
RECONCILED = "reconciled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the published file says of a period: its day, and the hash of the figures as they stand."""

    as_of: date
    has_figures: bool
    figures_sha256: str
    verdict: str


def refusal(draft: CloseDraft, state: PeriodState, published: Published) -> str | None:
    """Why ``draft`` is not allowed, None when it is."""
    if isinstance(draft, Reopen):
        if state.status != SIGNED:
            return f"{draft.period} is not signed; there is nothing to reopen."
        return None
    if state.status == SIGNED:
        return f"{draft.period} is signed; reopen it first, with the reason."
    return _unready(draft, published) or _out_of_turn(draft, state, published)


def refusals(
    drafts: Sequence[CloseDraft],
    states: Mapping[Period, PeriodState],
    published: Mapping[Period, Published],
    entered_on: date,
) -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other."""
    after = dict(states)
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        before = after.get(draft.period) or PeriodState(period=draft.period)
        why = refusal(draft, before, published[draft.period])
        if why is not None:
            refused[position] = why
        else:
            taken = Taken(person=draft.by, on=entered_on, reason=draft.reason)
            after[draft.period] = after_draft(before, draft, taken)
    return refused


def _unready(draft: CloseDraft, published: Published) -> str | None:
    if draft.period.end_on > published.as_of:
        return (
            f"{draft.period} ends on {draft.period.end_on} and the last run is as of {published.as_of};"
            " close it after a run that has its last day."
        )
    if not published.has_figures:
        return f"There are no figures of {draft.period}; check the location."
    if isinstance(draft, BindingDraft) and draft.bound.sha256 != published.figures_sha256:
        return f"The figures of {draft.period} are not those that were looked at; look again."
    if published.verdict == INCOMPLETE:
        return f"{draft.period} is incomplete; bring the missing files, or have them waived, and run again."
    return None


def _out_of_turn(draft: CloseDraft, state: PeriodState, published: Published) -> str | None:
    match draft:
        case Prepare():
            return None
        case Review() if state.status not in (PREPARED, REVIEWED):
            return f"{draft.period} is not prepared; somebody prepares it first."
        case Sign() if state.status != REVIEWED:
            missing = "prepared" if state.status == OPEN else "reviewed"
            return f"{draft.period} is not {missing}; that comes before the signature."
    assert state.prepared is not None  # each of the two comes after a preparation
    step = "review" if isinstance(draft, Review) else "sign"
    if is_same_person(draft.by, state.prepared.person):
        return f"{draft.period} was prepared by the same person; somebody else must {step} it."
    if state.bound is not None and state.bound.sha256 != published.figures_sha256:
        return f"A figure of {draft.period} moved since it was {state.status}; prepare it again."
    if isinstance(draft, Sign) and published.verdict != RECONCILED and not draft.reason.strip():
        return f"{draft.period} is not reconciled ({published.verdict}); say why it is signed nevertheless."
    return None
