"""What can be entered about a failed charge, before anybody looks at the charge, and the frame of it."""

from datetime import date, datetime

import polars as pl
import pytest

from journal.charge_entries import Delay, Release, Reprocess, charge_draft_of, charge_of_key
from journal.entry import Draft, DraftError, Subject
from journal.frames import CHARGE_ENTRIES, charge_entries_frame
from journal.store import Journal
from tests.journal.charges import LATER, delay, release, reprocess
from tests.journal.writing import NOON, TODAY, drafts, write

EVERY_KIND = [
    reprocess(),
    Reprocess(company_id="", charge_record_id="CH|2", reason="member id corrected"),
    delay(),
    release(),
]


def test_every_draft_comes_back_from_the_journal_as_it_went_in(path):
    with Journal.open(path) as journal:
        accepted = write(journal, [draft.draft() for draft in EVERY_KIND])
        assert [charge_draft_of(entry) for entry in journal.entries()] == EVERY_KIND
    assert {entry.subject for entry in accepted} == {Subject("charge", "A|CH1"), Subject("charge", "|CH|2")}


def test_a_charge_without_a_company_has_a_key():
    assert charge_of_key("|CH|2") == ("", "CH|2")
    assert charge_of_key("CH1") == ("", "CH1")


@pytest.mark.parametrize("until", ["2026-04-01", datetime(2026, 4, 1)])
def test_a_delay_that_ends_on_no_date_is_refused(until):
    with pytest.raises(DraftError, match="must be a date"):
        delay(until)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_delay_needs_a_reason(reason):
    with pytest.raises(DraftError, match="Say why"):
        Delay(company_id="A", charge_record_id="CH1", until=LATER, reason=reason)


@pytest.mark.parametrize(("company_id", "charge_record_id"), [("A", " "), ("A|B", "CH1"), ("A\0", "CH1")])
def test_a_charge_that_cannot_be_named_is_refused(company_id, charge_record_id):
    with pytest.raises(DraftError):
        Release(company_id=company_id, charge_record_id=charge_record_id)


@pytest.mark.parametrize(
    "other", [drafts(1)[0], Draft(Subject("charge", "A|CH1"), "an action of tomorrow", {})]
)
def test_what_is_no_action_on_a_charge_is_not_taken_for_one(path, other):
    with Journal.open(path) as journal:
        (entry,) = write(journal, [other])
    with pytest.raises(DraftError):
        charge_draft_of(entry)


def test_the_frame_has_the_entries_about_charges_by_number(path):
    with Journal.open(path) as journal:
        write(journal, [*drafts(1), *(draft.draft() for draft in EVERY_KIND)])
        frame = charge_entries_frame(reversed(list(journal.entries())))
    assert frame.schema == charge_entries_frame([]).schema == pl.Schema(CHARGE_ENTRIES)
    assert frame["entry_number"].to_list() == [2, 3, 4, 5]
    assert frame["action"].to_list() == ["reprocess", "reprocess", "delay", "release"]
    assert frame.row(2, named=True) == {
        "entry_number": 4,
        "entered_on": TODAY,
        "entered_at": NOON,
        "person": "maria",
        "company_id": "A",
        "charge_record_id": "CH1",
        "action": "delay",
        "delayed_until": date(2026, 3, 20),
        "reason": "card asked for",
    }
