"""Why an action on an exception is not allowed, in a sentence that says what to do instead.

Belongs here: the rules that look at the exception's state. Does not belong here: what a draft can be checked
for alone (`journal.exception_entries`). A sentence names keys and dates at most, never an amount.

How the rules were read where they leave a choice:

- Only what the last run found can be worked. What is gone needs nothing, and comes back by itself if it must.
- Who accepts, accepts what was found last. What another finding looked like when the person chose is no
  acceptance of this one, so it is refused.
- A waiver ends on a later day than that of its entry, and at most a year later: what is to be accepted for
  longer is looked at once a year. It may be given again with another day.
- What is resolved waits for the next run; reopen it to take that back. Assigning and commenting is always
  possible, and changes nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from journal.exception_entries import Acceptance, Acknowledge, Assign, ExceptionDraft, Reopen, Resolve, Waive
from journal.exception_state import (
    ACKNOWLEDGED,
    RESOLVED,
    WORK_STATUSES,
    ExceptionState,
    after_draft,
    on_day,
)

LONGEST_WAIVER = timedelta(days=366)


def refusal(draft: ExceptionDraft, exception: ExceptionState | None, entered_on: date) -> str | None:
    """Why ``draft`` is not allowed on a business date, None when it is. ``exception`` is None when there is
    none.
    """
    if exception is None or exception.exception_id != draft.exception_id:
        return f"The last run found no exception {draft.exception_id}; it may have cleared. Check the id."
    exception = on_day(exception, entered_on)
    if isinstance(draft, Acceptance) and (draft.what_was_found, draft.amount_at_stake) != (
        exception.what_was_found,
        exception.amount_at_stake,
    ):
        return "The last run found something else than what is accepted here; look again and decide anew."
    match draft:
        case Assign(to=None) if exception.assigned_to is None:
            return "Nobody has it; there is nothing to take away."
        case Assign(to=to) if to == exception.assigned_to:
            return f"{to} has it already."
        case Acknowledge() if exception.status == ACKNOWLEDGED:
            return "It is acknowledged already; comment on it to add something."
        case Acknowledge() | Waive() if exception.status == RESOLVED:
            return "It is resolved and waits for the next run; reopen it first."
        case Waive(until=until):
            return _refused_waiver(until, entered_on)
        case Resolve() if exception.status == RESOLVED:
            return "It is resolved already; the next run says whether it is gone."
        case Reopen() if exception.status in WORK_STATUSES:
            return "It is open; there is nothing to reopen."
    return None


def refusals(
    drafts: Sequence[ExceptionDraft], exceptions: Mapping[str, ExceptionState], entered_on: date
) -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other."""
    states = dict(exceptions)
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        before = states.get(draft.exception_id)
        why = refusal(draft, before, entered_on)
        if why is not None:
            refused[position] = why
        elif before is not None:
            states[before.exception_id] = after_draft(before, draft, entered_on)
    return refused


def _refused_waiver(until: date, entered_on: date) -> str | None:
    if until <= entered_on:
        return f"The waiver would be over already on {entered_on}; give a later day."
    if until > entered_on + LONGEST_WAIVER:
        return f"A waiver lasts a year at most; give a day up to {entered_on + LONGEST_WAIVER}."
    return None
