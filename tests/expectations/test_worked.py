"""The life of an exception that people worked: every state with its day, by example."""

from decimal import Decimal

import polars as pl
import pytest

from expectations.observations import EXCEPTION_ENTRIES
from expectations.worked import Entry, Sighting
from journal.frames import EXCEPTION_ENTRIES as JOURNAL_ENTRIES
from tests.expectations.lives import USUAL, day, entries_frame, found_by, history, night, told

LESS = USUAL._replace(amount=Decimal("4.00"))
OTHER = USUAL._replace(finding="used_with_opposite_sign")
UNKNOWN = USUAL._replace(finding=None)
GONE = None


def said(number: int, on: int, action: str, **facts: object) -> Entry:
    accepted = (
        {"accepted_finding": USUAL.finding, "accepted_amount": USUAL.amount}
        if action in ("acknowledge", "waive")
        else {}
    )
    if action == "waive":
        facts["waived_until"] = day(int(str(facts.pop("until"))))
    return Entry(number, day(on), "maria", action, **(accepted | facts))  # type: ignore[arg-type]


def story(*nights: Sighting | None, entries: tuple[Entry, ...] = ()) -> list[str]:
    """Day, state and cause of every change of one exception, found or gone on each of the days from 0."""
    seen = {number: night(a=one) if one else night() for number, one in enumerate(nights)}
    last = max(seen)
    _, changes = told(
        history({number: found for number, found in seen.items() if number < last}),
        found_by(seen[last]),
        day(last),
        entries=entries_frame({"a": entries}),
    )
    return [
        f"{(row['changed_on'] - day(0)).days} {row['state']} {row['cause']}"
        for row in changes.iter_rows(named=True)
    ]


U = USUAL
STORIES = {
    "acknowledged while it stays as it is": (
        (U, U, U, U),
        (said(1, 1, "acknowledge"),),
        ["0 new found", "1 acknowledged acknowledge"],
    ),
    "an acknowledgement lapses with the amount": (
        (U, U, LESS, LESS),
        (said(1, 1, "acknowledge"),),
        ["0 new found", "1 acknowledged acknowledge", "2 reopened amount_changed"],
    ),
    "and with the finding, and is not back when the finding is": (
        (U, U, OTHER, U),
        (said(1, 1, "acknowledge"),),
        ["0 new found", "1 acknowledged acknowledge", "2 reopened finding_changed"],
    ),
    "a finding that was not kept says nothing": (
        (U, U, UNKNOWN, U),
        (said(1, 1, "acknowledge"),),
        ["0 new found", "1 acknowledged acknowledge"],
    ),
    "waived until a day": (
        (U, U, U, U, U),
        (said(1, 1, "waive", until=3),),
        ["0 new found", "1 waived waive", "3 reopened waiver_ended"],
    ),
    "waived longer before it ends": (
        (U, U, U, U, U),
        (said(1, 1, "waive", until=3), said(2, 2, "waive", until=4)),
        ["0 new found", "1 waived waive", "2 waived waive", "4 reopened waiver_ended"],
    ),
    "a waived one that goes clears, and comes back to be worked": (
        (U, U, GONE, U),
        (said(1, 1, "waive", until=30),),
        ["0 new found", "1 waived waive", "2 cleared not_found", "3 reopened found_again"],
    ),
    "resolved and gone": (
        (U, U, GONE, GONE),
        (said(1, 2, "resolve"),),
        ["0 new found", "1 persisting found", "2 resolved resolve", "2 resolved not_found"],
    ),
    "resolved and still found": (
        (U, U, U),
        (said(1, 2, "resolve"),),
        ["0 new found", "1 persisting found", "2 resolved resolve", "2 reopened still_found"],
    ),
    "resolved, gone, and back": (
        (U, GONE, U),
        (said(1, 1, "resolve"),),
        ["0 new found", "1 resolved resolve", "1 resolved not_found", "2 reopened found_again"],
    ),
    "assigned stays assigned, and is nobody's again": (
        (U, U, U, U),
        (said(1, 1, "assign", assigned_to="noor"), said(2, 3, "assign")),
        ["0 new found", "1 assigned assign", "3 persisting assign"],
    ),
    "the assignee survives that it clears": (
        (U, GONE, U),
        (said(1, 1, "assign", assigned_to="noor"),),
        ["0 new found", "1 assigned assign", "1 cleared not_found", "2 reopened found_again"],
    ),
    "a comment changes nothing else": (
        (U, U),
        (said(1, 1, "comment", reason="asked the clinic"),),
        ["0 new found", "1 new comment", "1 persisting found"],
    ),
    "reopened by a person": (
        (U, U, U),
        (said(1, 1, "acknowledge"), said(2, 2, "reopen")),
        ["0 new found", "1 acknowledged acknowledge", "2 reopened reopen"],
    ),
    "two entries of one day count in their order": (
        (U, U),
        (said(2, 1, "reopen"), said(1, 1, "acknowledge")),
        ["0 new found", "1 acknowledged acknowledge", "1 reopened reopen"],
    ),
    "a decision about what is gone is kept and changes nothing": (
        (U, GONE, GONE, U),
        (said(1, 2, "acknowledge"),),
        ["0 new found", "1 cleared not_found", "2 cleared acknowledge", "3 reopened found_again"],
    ),
    "what was decided before the first look that is known still counts": (
        (GONE, GONE, U, U),
        (said(1, 1, "acknowledge"), said(2, 1, "assign", assigned_to="noor")),
        ["1 acknowledged acknowledge", "1 acknowledged assign", "2 acknowledged found"],
    ),
    "an entry dated after the day is not known yet": (
        (U, U),
        (said(1, 5, "acknowledge"),),
        [
            "0 new found",
            "1 persisting found",
        ],
    ),
    "an action of a later version is told and changes nothing": (
        (U, U),
        (said(1, 1, "frobnicate"),),
        ["0 new found", "1 new frobnicate", "1 persisting found"],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_every_change_has_its_day_and_its_cause(name: str) -> None:
    nights, entries, expected = STORIES[name]
    assert story(*nights, entries=entries) == expected


def test_a_waiver_that_ends_between_two_runs_ends_on_its_day() -> None:
    entries = entries_frame({"a": [said(1, 1, "waive", until=4)]})
    seen = history({0: {"a"}, 1: {"a"}})
    _, changes = told(seen, found_by(night("a")), day(9), entries=entries)
    assert changes["changed_on"].to_list()[-1] == day(4)
    assert changes["status"].to_list()[-1] == "reopened"


def test_a_life_says_where_it_stands_whose_it_is_and_since_when() -> None:
    entries = entries_frame(
        {
            "a": [
                said(1, 1, "assign", assigned_to="noor"),
                said(2, 1, "comment", reason="asked"),
                said(3, 2, "waive", until=9, reason="paid in June"),
            ]
        }
    )
    seen = history({0: {"a", "b"}, 1: {"a", "b"}, 2: {"a"}})
    lives, changes = told(seen, found_by(night("a")), day(3), entries=entries)
    a, b = lives.to_dicts()
    assert (a["status"], a["state"], a["state_since_on"], a["changed_because"]) == (
        "waived",
        "waived",
        day(2),
        "waive",
    )
    assert (a["assigned_to"], a["waived_until"], a["comment_count"]) == ("noor", day(9), 1)
    assert (a["first_seen_on"], a["times_seen"], a["times_reopened"]) == (day(0), 4, 0)
    assert (b["status"], b["state_since_on"], b["changed_because"]) == ("cleared", day(2), "not_found")
    waived = changes.filter(pl.col("cause") == "waive").to_dicts()[0]
    assert (waived["person"], waived["entry_number"], waived["reason"]) == ("maria", 3, "paid in June")


def test_the_entries_that_the_journal_gives_are_those_that_a_life_reads() -> None:
    given = pl.Schema({name: JOURNAL_ENTRIES[name] for name in EXCEPTION_ENTRIES})
    assert given == EXCEPTION_ENTRIES
