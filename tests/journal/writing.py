"""Short ways to write into a journal from a test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from journal.entry import Draft, Entry, Subject
from journal.store import Journal

NOON = datetime(2026, 3, 2, 17, 0, 0, 250, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def receipt(receipt_id: str) -> Subject:
    return Subject("receipt", receipt_id)


def drafts(count: int, first: int = 1) -> list[Draft]:
    """Drafts about receipts R1, R2, …, with letters that JSON and UTF-8 treat specially."""
    return [
        Draft(receipt(f"R{number}"), "set_status", {"status": "Hold"}, f'wait for "Ä"\n\\ {number}')
        for number in range(first, first + count)
    ]


def write(journal: Journal, written: Sequence[Draft], person: str = "maria", **more: object) -> list[Entry]:
    return journal.append(written, person=person, entered_at=NOON, entered_on=TODAY, **more)
