"""What an append promises, on a file and on PostgreSQL alike."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from journal.chain import EMPTY, GENESIS, Head
from journal.database import JournalError
from journal.entry import Draft, DraftError, Subject
from journal.store import Conflict, Journal
from tests.journal.writing import NOON, TODAY, drafts, receipt, write


def test_an_empty_journal_has_head_zero_and_verifies(journal):
    assert journal.head() == EMPTY == Head(0, GENESIS)
    assert list(journal.entries()) == []
    assert journal.verify([EMPTY]) == []


def test_what_is_appended_is_what_is_read(location, journal):
    accepted = write(journal, drafts(3))
    accepted += write(journal, drafts(2, first=4), person="noor")
    assert list(journal.entries()) == accepted
    assert [entry.entry_number for entry in accepted] == [1, 2, 3, 4, 5]
    assert [entry.person for entry in accepted] == ["maria"] * 3 + ["noor"] * 2
    assert accepted[0].facts == {"status": "Hold"}
    assert accepted[0].reason == 'wait for "Ä"\n\\ 1'
    assert accepted[0].entered_at == NOON
    assert journal.head() == Head(5, accepted[-1].entry_hash)
    with Journal.open(location, create=False) as again:
        assert list(again.entries()) == accepted


def test_every_entry_names_the_one_before_it(journal):
    accepted = write(journal, drafts(4))
    links = [GENESIS, *(entry.entry_hash for entry in accepted)]
    assert [entry.previous_hash for entry in accepted] == links[:-1]
    assert journal.verify([journal.head()]) == []


def test_moments_are_kept_in_utc(journal):
    local = datetime(2026, 3, 2, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    journal.append(drafts(1), person="maria", entered_at=local, entered_on=date(2026, 3, 2))
    (entry,) = journal.entries()
    assert entry.entered_at == local
    assert entry.entered_at.tzinfo == UTC
    assert entry.entered_on == date(2026, 3, 2)


def test_entries_can_be_selected(journal):
    write(journal, drafts(3))
    write(journal, [Draft(Subject("exception", "R1"), "assign", {"to": "noor"})])
    tomorrow = TODAY + timedelta(days=1)
    journal.append(drafts(1), person="maria", entered_at=NOON, entered_on=tomorrow)

    def numbers(**selection):
        return [entry.entry_number for entry in journal.entries(**selection)]

    assert numbers() == [1, 2, 3, 4, 5]
    assert numbers(since=2) == [3, 4, 5]
    assert numbers(since=1, until=3) == [2, 3]
    assert numbers(subject_kind="exception") == [4]
    assert numbers(as_of=TODAY) == [1, 2, 3, 4]
    assert numbers(as_of=TODAY - timedelta(days=1)) == []
    assert [entry.entry_number for entry in journal.entries_of(receipt("R1"))] == [1, 5]
    assert [entry.entry_number for entry in journal.entries_of(receipt("R1"), since=1)] == [5]


def test_reading_goes_on_undisturbed_while_somebody_writes(journal):
    write(journal, drafts(3))
    reading = journal.entries()
    first = next(reading)
    write(journal, drafts(3, first=4))
    assert [first.entry_number, *(entry.entry_number for entry in reading)] == [1, 2, 3]
    assert journal.head().entry_number == 6


def test_a_batch_is_all_or_nothing(journal):
    write(journal, drafts(2))
    broken = drafts(5)
    object.__setattr__(broken[3], "reason", "\ud800")  # as if the check of the draft had been passed by
    with pytest.raises(UnicodeEncodeError):
        write(journal, broken)
    assert journal.head().entry_number == 2
    assert [entry.entry_number for entry in write(journal, drafts(1))] == [3]
    assert journal.verify() == []


def test_an_empty_batch_writes_nothing(journal):
    assert write(journal, []) == []
    assert journal.head() == EMPTY


def test_a_conflict_names_who_acted_and_writes_nothing(journal):
    seen = write(journal, drafts(2))[-1].entry_number
    write(journal, [Draft(receipt("R1"), "reverse")], person="noor")
    with pytest.raises(
        Conflict, match="noor entered reverse for receipt R1 in the meantime, as entry 3"
    ) as raised:
        write(journal, drafts(2), expected={receipt("R1"): seen, receipt("R2"): seen})
    assert [entry.entry_number for entry in raised.value.entries] == [3]
    assert journal.head().entry_number == 3


def test_a_conflict_tells_how_many_more_entries_there_are(journal):
    write(journal, [*drafts(1), *drafts(1), *drafts(1)])
    with pytest.raises(Conflict, match=r"as entry 2 \(and 1 more\)"):
        write(journal, drafts(1), expected={receipt("R1"): 1})


def test_entries_about_other_subjects_are_no_conflict(journal):
    seen = write(journal, drafts(1))[0].entry_number
    write(journal, [*drafts(1, first=2), Draft(Subject("exception", "R1"), "comment")], person="noor")
    (entry,) = write(journal, drafts(1), expected={receipt("R1"): seen})
    assert entry.entry_number == 4


def test_conflicts_are_found_among_many_subjects(journal):
    write(journal, drafts(400))
    seen = dict.fromkeys((receipt(f"R{number}") for number in range(1, 401)), journal.head().entry_number)
    write(journal, drafts(3, first=300), person="noor")
    with pytest.raises(Conflict) as raised:
        write(journal, drafts(400), expected=seen)
    assert [entry.subject_id for entry in raised.value.entries] == ["R300", "R301", "R302"]
    write(journal, drafts(400), expected=dict.fromkeys(seen, journal.head().entry_number))


def test_having_seen_more_than_is_there_is_an_error_and_not_a_conflict(journal):
    write(journal, drafts(1))
    with pytest.raises(JournalError, match="fewer entries than were seen"):
        write(journal, drafts(1), expected={receipt("R1"): 7})


@pytest.mark.parametrize("person", ["", "  ", "a\0b", None])
def test_an_entry_needs_a_person(journal, person):
    with pytest.raises(DraftError, match="person"):
        write(journal, drafts(1), person=person)


def test_the_clock_must_be_given_as_a_moment_with_a_zone_and_a_date(journal):
    with pytest.raises(ValueError, match="time zone"):
        journal.append(drafts(1), person="maria", entered_at=datetime(2026, 3, 2), entered_on=TODAY)
    with pytest.raises(ValueError, match="must be a date"):
        journal.append(drafts(1), person="maria", entered_at=NOON, entered_on=NOON)
    assert journal.head() == EMPTY


def test_who_only_reads_does_not_take_an_absent_journal_for_an_empty_one(location):
    with pytest.raises(JournalError, match="there is no journal"):
        Journal.open(location, create=False)


@pytest.mark.parametrize(
    ("subject", "action", "details", "reason"),
    [
        (Subject("", "R1"), "reverse", {}, ""),
        (Subject("receipt", " "), "reverse", {}, ""),
        (receipt("R1"), "", {}, ""),
        (receipt("R1"), "refund", {"amount": 12.5}, ""),
        (receipt("R1"), "refund", {"parts": [{"amount": 12.5}]}, ""),
        (receipt("R1"), "refund", {"amount": date(2026, 1, 1)}, ""),
        (receipt("R1"), "refund", {1: "12.50"}, ""),
        (receipt("R1"), "reverse", {"why": "\0"}, ""),
        (receipt("R1"), "reverse", {}, "\udc80"),
        (receipt("R1"), "reverse", {}, None),
    ],
)
def test_a_draft_that_cannot_be_kept_exactly_is_refused(subject, action, details, reason):
    with pytest.raises(DraftError):
        Draft(subject, action, details, reason)
