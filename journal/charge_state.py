"""Where a failed charge stands: the last published run, folded with what people entered since.

Belongs here: the effect of an entry as far as it is certain before the next formatter run. Does not belong
here: whether an entry is allowed (`journal.charge_refusals`), and what the next formatter run says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from journal.charge_entries import CHARGE, ChargeDraft, Delay, Release, Reprocess, charge_draft_of, charge_key
from journal.entry import Entry

FAILING = "failing"
REPROCESS_REQUESTED = "reprocess_requested"
DELAYED = "delayed"
RELEASED = "released"
ADJUDICATED = "adjudicated"
VOIDED = "voided"

#: In the order of a charge's way. Only the first three are work.
STATUSES = (FAILING, REPROCESS_REQUESTED, DELAYED, RELEASED, ADJUDICATED, VOIDED)
OPEN_STATUSES = STATUSES[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeState:
    """One charge as a person sees it who is about to act; the dates are business dates.

    ``status`` is the charge status of marts.failed_charges; ``filing_due_on`` is the last day on which the
    payer takes the claim, None where it is not known.
    """

    company_id: str
    charge_record_id: str
    status: str
    reprocess_requested_on: date | None = None
    delayed_until: date | None = None
    filing_due_on: date | None = None

    @property
    def key(self) -> str:
        """Company and charge as one id."""
        return charge_key(self.company_id, self.charge_record_id)


def on_day(state: ChargeState, day: date) -> ChargeState:
    """The state on a later day than the published one: a delay whose day has come is over."""
    if state.status == DELAYED and state.delayed_until is not None and state.delayed_until <= day:
        return replace(state, status=FAILING, delayed_until=None)
    return state


def states_with(states: Mapping[str, ChargeState], entries: Iterable[Entry]) -> dict[str, ChargeState]:
    """The states by key after entries about charges, which come by number."""
    result = dict(states)
    for entry in entries:
        before = result.get(entry.subject_id) if entry.subject_kind == CHARGE else None
        if before is not None:
            result[entry.subject_id] = after_draft(before, charge_draft_of(entry), entry.entered_on)
    return result


def after_draft(state: ChargeState, draft: ChargeDraft, entered_on: date) -> ChargeState:
    """The state once an allowed draft of a business date counts."""
    match draft:
        case Reprocess():
            return replace(
                state, status=REPROCESS_REQUESTED, reprocess_requested_on=entered_on, delayed_until=None
            )
        case Delay(until=until):
            return replace(state, status=DELAYED, reprocess_requested_on=None, delayed_until=until)
        case Release():
            return replace(state, status=FAILING, reprocess_requested_on=None, delayed_until=None)
    return state
