"""The frame that the posting engine reads."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from ingestion.money import MONEY
from journal.entry import Draft, Subject
from journal.frames import RECEIPT_ENTRIES, receipt_entries_frame
from journal.receipt_entries import SETTABLE_STATUSES, NewReceipt, ReceiptDraft
from journal.store import Journal
from tests.journal.test_receipt_entries import EVERY_KIND
from tests.journal.writing import NOON, TODAY, receipt, write


@pytest.fixture
def entries(path):
    with Journal.open(path) as journal:
        write(journal, [Draft(Subject("exception", "R1"), "assign", {"to": "noor"})])
        write(journal, [draft.draft() for draft in EVERY_KIND])
        write(journal, [Draft(receipt("R2"), "an action of tomorrow", {"with": "a detail"})])
        return list(journal.entries())


def test_an_empty_journal_gives_an_empty_typed_frame():
    assert receipt_entries_frame([]).schema == pl.Schema(RECEIPT_ENTRIES)


def test_only_entries_about_receipts_by_number(entries):
    frame = receipt_entries_frame(reversed(entries))
    assert frame.schema == pl.Schema(RECEIPT_ENTRIES)
    assert frame["entry_number"].to_list() == list(range(2, 15))


def test_the_columns_carry_what_was_entered(entries):
    frame = receipt_entries_frame(entries)
    rows = {row["entry_number"]: row for row in frame.to_dicts()}
    nothing = dict.fromkeys(RECEIPT_ENTRIES)
    known = {"entered_on": TODAY, "entered_at": NOON, "person": "maria", "receipt_id": "R1"}

    def row(number, action, **values):
        return nothing | known | {"entry_number": number, "action": action} | values

    assert rows[3] == row(3, "set_status", status="Hold", hold_until=date(2026, 4, 1))
    assert rows[6] == row(6, "link", claim_id="C1")
    assert rows[7] == row(7, "link", appointment_id="A1")
    assert rows[8] == row(
        8, "disburse", amount=Decimal("12.50"), disbursement_code="CP", disbursement_id="journal-8"
    )
    assert rows[9] == row(9, "undo_disbursement", disbursement_id="journal-7", undoes_entry_number=7)
    assert rows[10] == row(10, "refund", amount=Decimal("0.01"), refund_method="Check")
    assert rows[11] == row(11, "reverse")
    assert rows[12] == row(12, "force_pass")
    assert rows[13] == row(
        13,
        "new_receipt",
        patient_id="P1",
        received_on=date(2026, 3, 2),
        amount=Decimal("25.00"),
        receipt_type="Co-Pay",
        payment_method="Check",
        location_id="L1",
        check_number="1234",
        statement_id="S9",
        besides="R7|R8",
    )


def test_an_unknown_action_stays_in_the_frame(entries):
    assert receipt_entries_frame(entries).row(-1, named=True)["action"] == "an action of tomorrow"


def test_amounts_are_exact_decimals(entries):
    assert receipt_entries_frame(entries).schema["amount"] == MONEY


def test_the_posting_engine_takes_the_frame(entries):
    tables = pytest.importorskip("posting.tables")
    frame = receipt_entries_frame(entries)
    taken = tables.AccountTables(entries=frame).entries
    assert taken.equals(frame.select(taken.columns))


def test_the_words_are_those_of_the_posting_rules():
    vocabulary = pytest.importorskip("posting.vocabulary")
    # A new receipt is not an entry to the rules but a receipt.
    actions = {kind.action for kind in ReceiptDraft.__subclasses__()} - {NewReceipt.action}
    assert actions == {action.label for action in vocabulary.Action}
    assert set(SETTABLE_STATUSES) == {status.label for status in vocabulary.SETTABLE_STATUSES}
