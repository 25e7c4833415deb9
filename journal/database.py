"""What the journal asks of a database, and the statements that both kinds understand.

Belongs here: the interface of a backend and the shared SQL. Does not belong here: SQLite's or PostgreSQL's
ways (`journal.sqlite_database`, `journal.postgresql_database`), and what is written (`journal.store`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from journal.chain import COLUMNS, Problem, Row


class JournalError(Exception):
    """The journal could not be opened, read or written. The message carries no values of entries."""


class Connection(Protocol):
    """One transaction of a database."""

    def query(self, statement: str, values: Mapping[str, Any]) -> Iterator[Row]:
        """Rows of a SELECT, streamed."""
        ...

    def insert(self, rows: Iterable[Row]) -> None:
        """Add rows of `journal.chain.COLUMNS`, in their order."""
        ...


class Database(Protocol):
    """Where the entries rest."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One writer at a time; all or nothing; durable once the block has ended without an exception."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A snapshot that later writers do not disturb."""
        ...

    def damage(self) -> list[Problem]:
        """What the database itself finds wrong: broken pages, guards taken away."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


_ALL_COLUMNS = f"SELECT {', '.join(COLUMNS)} FROM entries"  # noqa: S608 (names of this package)
EVERY_ENTRY = f"{_ALL_COLUMNS} ORDER BY entry_number"
SELECTED_ENTRIES = (
    f"{_ALL_COLUMNS} WHERE entry_number > :since AND entry_number <= :until AND entered_on <= :as_of"
    " AND (CAST(:subject_kind AS text) IS NULL OR subject_kind = :subject_kind) ORDER BY entry_number"
)
ENTRIES_OF_SUBJECT = (
    f"{_ALL_COLUMNS} WHERE subject_kind = :subject_kind AND subject_id = :subject_id"
    " AND entry_number > :since ORDER BY entry_number"
)
LAST_ENTRY = "SELECT entry_number, entry_hash FROM entries ORDER BY entry_number DESC LIMIT 1"
