"""Where an exception stands: the last published run, folded with what people entered since.

Belongs here: the effect of an entry as far as it is certain before the next run. Does not belong here:
whether an entry is allowed (`journal.exception_refusals`), and what the next run finds: that it makes the
same of the entries is held by a test.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from journal.entry import DraftError, Entry
from journal.exception_entries import (
    EXCEPTION,
    Acknowledge,
    Assign,
    ExceptionDraft,
    Reopen,
    Resolve,
    Waive,
    exception_draft_of,
)

OPEN = "open"
REOPENED = "reopened"
ACKNOWLEDGED = "acknowledged"
WAIVED = "waived"
RESOLVED = "resolved"

#: In the order of an exception's way. The first two are work.
STATUSES = (OPEN, REOPENED, ACKNOWLEDGED, WAIVED, RESOLVED)
WORK_STATUSES = STATUSES[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionState:
    """One exception as a person sees it who is about to act.

    ``waived_until`` is the first day on which a waived one is back, None for every other.
    """

    exception_id: str
    kind: str
    status: str
    what_was_found: str
    amount_at_stake: Decimal | None = None
    assigned_to: str | None = None
    waived_until: date | None = None


def on_day(state: ExceptionState, day: date) -> ExceptionState:
    """The state on a later day than the published one: a waiver whose day has come is over."""
    if state.status == WAIVED and state.waived_until is not None and state.waived_until <= day:
        return replace(state, status=REOPENED, waived_until=None)
    return state


def states_with(states: Mapping[str, ExceptionState], entries: Iterable[Entry]) -> dict[str, ExceptionState]:
    """The states by id after entries about exceptions, which come by number.

    An entry that this version does not understand changes nothing, as in the next run.
    """
    result = dict(states)
    for entry in entries:
        before = result.get(entry.subject_id) if entry.subject_kind == EXCEPTION else None
        if before is None:
            continue
        try:
            result[entry.subject_id] = after_draft(before, exception_draft_of(entry), entry.entered_on)
        except DraftError:
            continue
    return result


def after_draft(state: ExceptionState, draft: ExceptionDraft, entered_on: date) -> ExceptionState:
    """The state once an allowed draft of a business date counts."""
    state = on_day(state, entered_on)
    match draft:
        case Assign(to=to):
            return replace(state, assigned_to=to)
        case Acknowledge():
            return replace(state, status=ACKNOWLEDGED, waived_until=None)
        case Waive(until=until):
            return replace(state, status=WAIVED, waived_until=until)
        case Resolve():
            return replace(state, status=RESOLVED, waived_until=None)
        case Reopen():
            return replace(state, status=REOPENED, waived_until=None)
    return state
