"""What a person may enter about an exception: what goes in comes out, what cannot be is refused at once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from journal.entry import Draft, DraftError, Subject
from journal.exception_entries import (
    Acknowledge,
    Assign,
    Comment,
    ExceptionDraft,
    Reopen,
    Resolve,
    Waive,
    exception_draft_of,
)
from journal.frames import EXCEPTION_ENTRIES, exception_entries_frame
from journal.store import Journal

ABOUT = {"exception_id": "e1", "kind": "over_applied", "business_key": "R7"}
ACCEPTED = {"what_was_found": "used_beyond_amount", "amount_at_stake": Decimal("12.50")}
EVERY_KIND: list[ExceptionDraft] = [
    Assign(to="noor", **ABOUT),
    Assign(to=None, **ABOUT),
    Comment(reason="asked", **ABOUT),
    Acknowledge(**ABOUT, **ACCEPTED),
    Acknowledge(exception_id="e2", what_was_found="missing", amount_at_stake=None),
    Waive(until=date(2026, 4, 1), reason="settled", **ABOUT, **ACCEPTED),
    Resolve(reason="sent again", **ABOUT),
    Reopen(**ABOUT),
]


@pytest.fixture
def entries(path):
    with Journal.open(path) as journal:
        journal.append(
            [*(draft.draft() for draft in EVERY_KIND), Draft(Subject("receipt", "R1"), "reverse")],
            person="maria",
            entered_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            entered_on=date(2026, 3, 2),
        )
        return list(journal.entries())


def test_what_goes_in_comes_out(entries):
    assert [exception_draft_of(entry) for entry in entries[:-1]] == EVERY_KIND


def test_the_frame_carries_what_was_entered(entries):
    frame = exception_entries_frame(reversed(entries))
    assert frame.schema == pl.Schema(EXCEPTION_ENTRIES)
    assert frame["action"].to_list() == [draft.action for draft in EVERY_KIND]
    assert frame["assigned_to"].to_list()[:3] == ["noor", None, None]
    waived = frame.row(5, named=True)
    assert (waived["waived_until"], waived["accepted_amount"]) == (date(2026, 4, 1), Decimal("12.50"))
    assert (waived["accepted_finding"], waived["reason"]) == ("used_beyond_amount", "settled")
    assert exception_entries_frame([]).schema == pl.Schema(EXCEPTION_ENTRIES)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Assign(to=" ", **ABOUT),
        lambda: Comment(reason=" ", **ABOUT),
        lambda: Resolve(**ABOUT),
        lambda: Waive(until=date(2026, 4, 1), **ABOUT, **ACCEPTED),
        lambda: Waive(until="2026-04-01", reason="settled", **ABOUT, **ACCEPTED),
        lambda: Acknowledge(**ABOUT, what_was_found="", amount_at_stake=None),
        lambda: Acknowledge(**ABOUT, what_was_found="x", amount_at_stake=Decimal("1.234")),
        lambda: Acknowledge(**ABOUT, what_was_found="x", amount_at_stake=12.5),
        lambda: Reopen(exception_id=""),
        lambda: Reopen(exception_id="e\0"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(wrong):
    with pytest.raises(DraftError):
        wrong()


def test_an_entry_of_another_kind_or_version_is_not_taken_for_one_of_these(entries):
    with pytest.raises(DraftError, match="not about an exception"):
        exception_draft_of(entries[-1])
    with pytest.raises(DraftError, match="does not know"):
        exception_draft_of(entries[0]._replace(action="frobnicate"))
    with pytest.raises(DraftError, match="lacks"):
        exception_draft_of(entries[5]._replace(details="{}"))
