"""What people entered in the journal, exported for one build.

Belongs here: which entries a build counts. Does not belong here: what they do to a receipt (`posting`), to a
charge (the charge models) or to an exception (`expectations.worked`).
"""

from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from journal.chain import Head
from journal.frames import EXPORTED_TABLES
from journal.store import Journal
from orchestration.desk.journal_access import readable_journal
from orchestration.home import Home
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class CountedEntries:
    """A folder with the entries as Parquet, and the place in the journal up to which they were read.

    A build counts the entries up to ``entry_number`` that are dated on or before its as-of date.
    """

    folder: Path
    entry_number: int
    entry_hash: str

    def as_json(self) -> dict[str, str | int]:
        """What the manifest says of them."""
        return {"entry_number": self.entry_number, "entry_hash": self.entry_hash}


def export_entries(home: Home, settings: Settings, as_of: date, folder: Path) -> CountedEntries | None:
    """Write the entries known as of a date into ``folder``; None where nobody has kept a journal yet.

    Raises `JournalFaultError` when a journal that earlier runs counted is gone.
    """
    with readable_journal(home, settings) as journal:
        if journal is None:
            return None
        head = journal.head()
        write_entries(journal, head, as_of, folder)
    return CountedEntries(folder, head.entry_number, head.entry_hash)


def write_entries(journal: Journal, head: Head, as_of: date, folder: Path) -> None:
    """One Parquet file for each table of entries, named after it: those up to ``head`` dated by ``as_of``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in EXPORTED_TABLES.items():
        entries = chain.from_iterable(
            journal.entries(until=head.entry_number, subject_kind=kind, as_of=as_of)
            for kind in table.subject_kinds
        )
        table.frame(entries).write_parquet(folder / f"{name}.parquet")
