"""Which action on an exception is allowed when, and that the next run makes the same of the allowed ones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.worked import Entry as Told
from expectations.worked import Sighting, walk
from journal.entry import Entry, canonical_details
from journal.exception_entries import (
    Acknowledge,
    Assign,
    Comment,
    ExceptionDraft,
    Reopen,
    Resolve,
    Waive,
)
from journal.exception_refusals import refusal, refusals
from journal.exception_state import STATUSES, ExceptionState, after_draft, on_day, states_with

TODAY = date(2026, 3, 2)
FOUND = {"what_was_found": "used_beyond_amount", "amount_at_stake": Decimal("12.50")}
ONE = {"exception_id": "e1"}
ACKNOWLEDGE = Acknowledge(**ONE, **FOUND)
WAIVE = Waive(**ONE, **FOUND, until=date(2026, 4, 1), reason="settled")
RESOLVE = Resolve(**ONE, reason="sent again")
REOPEN = Reopen(**ONE)
TO_NOOR, TO_NOBODY = Assign(**ONE, to="noor"), Assign(**ONE, to=None)
COMMENT = Comment(**ONE, reason="asked")


def standing(status: str, **facts) -> ExceptionState:
    return ExceptionState(**ONE, kind="over_applied", status=status, **{**FOUND, **facts})


ALLOWED = {
    "open": [ACKNOWLEDGE, WAIVE, RESOLVE, TO_NOOR, COMMENT],
    "reopened": [ACKNOWLEDGE, WAIVE, RESOLVE, TO_NOOR, COMMENT],
    "acknowledged": [WAIVE, RESOLVE, REOPEN, TO_NOOR, COMMENT],
    "waived": [ACKNOWLEDGE, WAIVE, RESOLVE, REOPEN, TO_NOOR, COMMENT],
    "resolved": [REOPEN, TO_NOOR, COMMENT],
}
ALL = [ACKNOWLEDGE, WAIVE, RESOLVE, REOPEN, TO_NOOR, TO_NOBODY, COMMENT]


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_allowed_in_each_status(status):
    allowed = [draft for draft in ALL if refusal(draft, standing(status), TODAY) is None]
    assert allowed == [draft for draft in ALL if draft in ALLOWED[status]]


def test_an_acceptance_must_be_of_what_was_found_last():
    for changed in (
        {"what_was_found": "other"},
        {"amount_at_stake": None},
        {"amount_at_stake": Decimal("12.51")},
    ):
        assert "something else" in (refusal(ACKNOWLEDGE, standing("open", **changed), TODAY) or "")
        assert "something else" in (refusal(WAIVE, standing("open", **changed), TODAY) or "")


def test_a_waiver_ends_later_and_within_a_year():
    for until, said in ((TODAY, "over already"), (TODAY + timedelta(days=367), "a year at most")):
        draft = Waive(**ONE, **FOUND, until=until, reason="settled")
        assert said in (refusal(draft, standing("open"), TODAY) or "")
    assert (
        refusal(Waive(**ONE, **FOUND, until=TODAY + timedelta(days=366), reason="x"), standing("open"), TODAY)
        is None
    )


def test_a_waiver_is_over_on_its_day():
    waived = standing("waived", waived_until=TODAY)
    assert on_day(waived, TODAY - timedelta(days=1)) == waived
    assert on_day(waived, TODAY).status == "reopened"
    assert "nothing to reopen" in (refusal(REOPEN, waived, TODAY) or "")


def test_one_after_the_other_each_sees_what_the_one_before_did():
    drafts = [RESOLVE, RESOLVE, REOPEN, REOPEN, TO_NOOR, TO_NOOR]
    assert sorted(refusals(drafts, {"e1": standing("open")}, TODAY)) == [1, 3, 5]
    assert sorted(refusals([RESOLVE], {}, TODAY)) == [0]


def entry_of(number: int, draft: ExceptionDraft, on: date) -> Entry:
    made = draft.draft()
    return Entry(
        number, datetime(2026, 3, 2, tzinfo=UTC), on, "maria", *made.subject, made.action,
        canonical_details(made.details), made.reason, "", "",
    )  # fmt: skip


def told_of(number: int, draft: ExceptionDraft, on: date) -> Told:
    facts = draft.draft().details
    until = facts.get("until")
    amount = facts.get("amount_at_stake")
    return Told(
        number,
        on,
        "maria",
        draft.action,
        assigned_to=facts.get("to"),
        waived_until=date.fromisoformat(until) if until else None,
        accepted_finding=facts.get("what_was_found"),
        accepted_amount=Decimal(amount) if amount else None,
        reason=draft.reason,
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ALL)), max_size=8))
def test_the_desk_and_the_next_run_make_the_same_of_what_is_allowed(steps):
    state, allowed, on = standing("open"), [], TODAY
    for days, draft in steps:
        on += timedelta(days=days)
        if refusal(draft, state, on) is None:
            state = after_draft(state, draft, on)
            allowed.append((len(allowed) + 1, draft, on))
    folded = states_with({"e1": standing("open")}, [entry_of(*one) for one in allowed])["e1"]
    assert folded == state
    before, next_run = TODAY - timedelta(days=1), on + timedelta(days=1)
    seen = Sighting(**dict(zip(("finding", "amount"), FOUND.values(), strict=True)))
    changes = list(walk([before, next_run], {before: seen}, [told_of(*one) for one in allowed]))
    of_people = [change for change in changes if change.cause not in ("found", "not_found")]
    if of_people:
        last = of_people[-1]
        now = on_day(state, last.changed_on)
        assert (last.status, last.assigned_to, last.waived_until) == (
            now.status,
            now.assigned_to,
            now.waived_until,
        )
