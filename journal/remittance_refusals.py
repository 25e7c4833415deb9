"""Where a held remittance stands, and why an action on it is not allowed, in a sentence that says what to do.

Belongs here: the rules that look at the remittance's state. Does not belong here: what a draft can be checked
for alone (`journal.remittance_entries`). A sentence names keys and dates at most.

How the rules were read where they leave a choice: only what is held for looking like an earlier payment can
be released, because only there a person can know better than the files. A payment that came twice in every
part is loaded once, whatever anybody says of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from journal.entry import Entry
from journal.remittance_entries import (
    REMITTANCE,
    HoldRemittance,
    ReleaseRemittance,
    RemittanceDraft,
    remittance_draft_of,
)

#: Held for looking like an earlier payment.
RELEASABLE = ("trace_seen_before", "conflicting_trace")

_NOT_RELEASABLE = {
    "counted": "The remittance counts already; there is nothing to release.",
    "duplicate": "The remittance came twice and counts once; nothing makes the second copy a payment.",
    "debit": "The payer takes money with the remittance; enter in billing what it took.",
    "undated": "The remittance has no date of payment, so it cannot be posted; ask for a correct file.",
    "dated_ahead": "The remittance counts by itself from the date of its payment on.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceState:
    """One remittance as a person sees it who is about to act; ``standing`` is that of marts.era_dashboard."""

    remittance_key: str
    standing: str
    is_released: bool = False


def refusal(draft: RemittanceDraft, remittance: RemittanceState | None) -> str | None:
    """Why ``draft`` is not allowed, None when it is. ``remittance`` is None when there is none."""
    if remittance is None or remittance.remittance_key != draft.remittance_key:
        return f"There is no remittance {draft.remittance_key}; take its key from tieout remittances list."
    match draft:
        case ReleaseRemittance() if remittance.is_released:
            return "The remittance was released already."
        case ReleaseRemittance() if remittance.standing not in RELEASABLE:
            return _NOT_RELEASABLE.get(remittance.standing, "The remittance is not held for its trace.")
        case HoldRemittance() if not remittance.is_released:
            return "Nobody released the remittance; there is nothing to take back."
    return None


def refusals(drafts: Sequence[RemittanceDraft], remittances: Mapping[str, RemittanceState]) -> dict[int, str]:
    """Position of each refused draft -> why; empty when all are allowed one after the other."""
    states = dict(remittances)
    refused: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        before = states.get(draft.remittance_key)
        why = refusal(draft, before)
        if why is not None:
            refused[position] = why
        elif before is not None:
            states[draft.remittance_key] = after_draft(before, draft)
    return refused


def states_with(
    states: Mapping[str, RemittanceState], entries: Iterable[Entry]
) -> dict[str, RemittanceState]:
    """The states by key after entries about remittances, which come by number."""
    result = dict(states)
    for entry in entries:
        before = result.get(entry.subject_id) if entry.subject_kind == REMITTANCE else None
        if before is not None:
            result[entry.subject_id] = after_draft(before, remittance_draft_of(entry))
    return result


def after_draft(state: RemittanceState, draft: RemittanceDraft) -> RemittanceState:
    """The state once an allowed draft counts."""
    return replace(state, is_released=isinstance(draft, ReleaseRemittance))
