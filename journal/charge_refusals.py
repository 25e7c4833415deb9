"""Why an action on a failed charge is not allowed, in a sentence that says what to do instead.

Belongs here: the rules that look at the charge's state. Does not belong here: what a draft can be checked for
alone (`journal.charge_entries`). A sentence names keys and dates at most, never a person or an amount.

How the rules were read where they leave a choice:

- Only a charge that is not billed can be worked: one that the last run let pass is on its way, one that the
  payer answered, or whose claim is void, needs other work.
- A delay ends on a later day than that of its entry, and may be given again with another day. It does not
  stop the payer's clock, so it may not go beyond the last day of filing, as long as that day is still ahead.
- A delayed charge is released before it is reprocessed, so that nobody lifts a colleague's delay unawares.
- Reprocess is asked for once for each run. A delay takes the request back.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from journal.charge_entries import ChargeDraft, Delay, Release, Reprocess
from journal.charge_state import (
    ADJUDICATED,
    DELAYED,
    RELEASED,
    REPROCESS_REQUESTED,
    VOIDED,
    ChargeState,
    after_draft,
    on_day,
)

_CLOSED = {
    RELEASED: "The last run let the charge pass, so it is billed; act on it again if a later run refuses it.",
    ADJUDICATED: "The payer has answered the charge, so it is billed; work the claim instead.",
    VOIDED: "The claim of the charge is void; there is nothing left to bill.",
}


def refusal(draft: ChargeDraft, charge: ChargeState | None, entered_on: date) -> str | None:
    """Why ``draft`` is not allowed on a business date, None when it is. ``charge`` is None when there is
    none.
    """
    if charge is None or charge.key != draft.subject.id:
        return f"There is no failed charge {draft.charge_record_id}; check the number and the company."
    charge = on_day(charge, entered_on)
    if charge.status in _CLOSED:
        return _CLOSED[charge.status]
    match draft:
        case Reprocess() if charge.status == DELAYED:
            return f"The charge is delayed until {charge.delayed_until}; release it first."
        case Reprocess() if charge.status == REPROCESS_REQUESTED:
            return "The charge is marked for the next run already; wait for what that run says."
        case Delay(until=until):
            return _refused_delay(until, charge, entered_on)
        case Release() if charge.status != DELAYED:
            return "The charge is not delayed; there is nothing to release."
    return None


def refusals(
    drafts: Sequence[ChargeDraft], charges: Mapping[str, ChargeState], entered_on: date
) -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other."""
    states = dict(charges)
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        before = states.get(draft.subject.id)
        why = refusal(draft, before, entered_on)
        if why is not None:
            refused[position] = why
        elif before is not None:
            states[before.key] = after_draft(before, draft, entered_on)
    return refused


def _refused_delay(until: date, charge: ChargeState, entered_on: date) -> str | None:
    if until <= entered_on:
        return f"The delay would be over already on {entered_on}; give a later day."
    if charge.filing_due_on is not None and entered_on <= charge.filing_due_on < until:
        return f"The payer takes the claim until {charge.filing_due_on}; delay it to that day at most."
    return None
