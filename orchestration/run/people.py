"""What people entered in the journal, exported for one build.

Belongs here: which entries a build counts. Does not belong here: what they do to a receipt (`posting`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from journal.frames import receipt_entries_frame
from journal.receipt_entries import RECEIPT
from orchestration.desk.journal_access import readable_journal
from orchestration.home import Home
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class CountedEntries:
    """The entries about receipts as Parquet, and the place in the journal up to which they were read.

    A build counts the entries up to ``entry_number`` that are dated on or before its as-of date.
    """

    parquet: Path
    entry_number: int
    entry_hash: str

    def as_json(self) -> dict[str, str | int]:
        """What the manifest says of them."""
        return {"entry_number": self.entry_number, "entry_hash": self.entry_hash}


def export_entries(home: Home, settings: Settings, as_of: date, parquet: Path) -> CountedEntries | None:
    """Write the entries known as of a date to ``parquet``; None where nobody has kept a journal yet.

    Raises `JournalFaultError` when a journal that earlier runs counted is gone.
    """
    with readable_journal(home, settings) as journal:
        head = journal.head() if journal else None
        if journal is None or head is None:
            return None
        entries = journal.entries(until=head.entry_number, subject_kind=RECEIPT, as_of=as_of)
        parquet.parent.mkdir(parents=True, exist_ok=True)
        receipt_entries_frame(entries).write_parquet(parquet)
    return CountedEntries(parquet, head.entry_number, head.entry_hash)
