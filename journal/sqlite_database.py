"""The journal in one SQLite file, which is what a single host needs.

Belongs here: how the file is made, opened, locked and flushed. Does not belong here: what an entry is. Writes
go through the write-ahead log with ``synchronous=FULL``: a commit has been flushed to the disk when it
returns. Use a database in the thread that opened it, and open another one after a fork.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from journal.chain import COLUMNS, GENESIS, UNGUARDED, UNREADABLE, Problem, Row
from journal.database import JournalError
from journal.sqlite_layout import is_as_sqlite_writes

BUSY_SECONDS = 30.0
APPLICATION_ID = 0x5449454F  # "TIEO": tells a journal from any other SQLite file
SCHEMA_VERSION = 1

# REPLACE removes a row without asking the delete trigger, hence the guard on what is inserted.
_SCHEMA = f"""
CREATE TABLE entries (
    entry_number INTEGER PRIMARY KEY,
    entered_at TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    person TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    action TEXT NOT NULL,
    details TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    entry_hash TEXT NOT NULL
);
CREATE INDEX entries_by_subject ON entries (subject_kind, subject_id, entry_number);
CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entries_are_not_removed BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;
CREATE TRIGGER entries_follow_the_last BEFORE INSERT ON entries
BEGIN
    SELECT RAISE(ABORT, 'an entry must follow the last one')
    WHERE NEW.entry_number IS NOT coalesce((SELECT max(entry_number) FROM entries), 0) + 1
       OR NEW.previous_hash IS NOT coalesce(
           (SELECT entry_hash FROM entries ORDER BY entry_number DESC LIMIT 1), '{GENESIS}');
END;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""  # noqa: S608 (constants of this module)


class SqliteDatabase:
    """A journal file. ``open`` makes it where it is missing; afterwards the file is only ever appended to."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path, *, create: bool) -> "SqliteDatabase":
        """Open the journal at ``path``. Raises JournalError when it is missing or is something else."""
        if not path.exists():
            if not create:
                raise JournalError(f"there is no journal at {path.name}")
            _create(path)
        try:
            connection = _connect(path)
        except sqlite3.Error as error:
            raise JournalError(f"{path.name} cannot be opened as a journal ({_name_of(error)})") from None
        try:
            _require_journal(path, connection)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    @contextmanager
    def writing(self) -> Iterator["SqliteConnection"]:
        """The one writer; others wait up to `BUSY_SECONDS`."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield SqliteConnection(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise JournalError(f"nothing was written: {_name_of(error)}") from None
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator["SqliteConnection"]:
        """A connection of its own, so that a long reading neither sees nor blocks a writer."""
        with closing(_connect(self._path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            try:
                yield SqliteConnection(connection)
            except sqlite3.Error as error:
                raise JournalError(f"the journal cannot be read ({_name_of(error)})") from None

    def damage(self) -> list[Problem]:
        """Broken pages, and tables or triggers that are not those of a journal."""
        found = []
        try:
            # The full check, because only it compares the index with the table.
            verdict = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                found.append(Problem(None, UNREADABLE, "The file of the journal is damaged."))
            if _schema_of(self._connection) != _intended_schema():
                sentence = "The tables or guards of the journal are not those it was made with."
                found.append(Problem(None, UNGUARDED, sentence))
        except sqlite3.Error as error:
            sentence = f"The file of the journal cannot be examined ({_name_of(error)})."
            found.append(Problem(None, UNREADABLE, sentence))
        return found

    def close(self) -> None:
        """Close the file; the last one to close it folds the write-ahead log into it."""
        self._connection.close()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


class SqliteConnection:
    """One transaction on the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def query(self, statement: str, values: Mapping[str, Any]) -> Iterator[Row]:
        """Rows of a SELECT, streamed."""
        return self._connection.execute(statement, dict(values))

    def insert(self, rows: Iterable[Row]) -> None:
        """Add rows, in their order."""
        self._connection.executemany(_INSERT, rows)


def holds_only_entries(path: Path) -> bool | None:
    """Whether the file of a journal has no byte that SQLite would not have written for its entries.

    None while somebody has the journal open: then what is in the file is not all there is.
    """
    if any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal")):
        return None
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        schema_version = connection.execute("PRAGMA schema_version").fetchone()[0]
    return is_as_sqlite_writes(path.read_bytes(), schema_version=schema_version)


_INSERT = (
    f"INSERT INTO entries ({', '.join(COLUMNS)})"  # noqa: S608 (names of this package)
    f" VALUES ({', '.join('?' for _ in COLUMNS)})"
)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # where fsync alone does not reach the disk
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _require_journal(path: Path, connection: sqlite3.Connection) -> None:
    try:
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.Error as error:
        raise JournalError(f"{path.name} cannot be read as a journal ({_name_of(error)})") from None
    if application_id != APPLICATION_ID or mode != "wal":
        raise JournalError(f"{path.name} is not a journal")
    if version != SCHEMA_VERSION:
        raise JournalError(
            f"{path.name} is a journal of version {version}; this program writes {SCHEMA_VERSION}"
        )


def _create(path: Path) -> None:
    """Make an empty journal elsewhere and link it into place, so that nobody ever meets half a journal."""
    _create_folders(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)  # mode 0600
    os.close(descriptor)
    temporary = Path(name)
    try:
        with closing(_connect(temporary)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        _flush(temporary)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return  # another process was quicker; its journal is as good as ours
    finally:
        temporary.unlink()
        _flush(path.parent)


def _create_folders(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        _flush(place.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _schema_of(connection: sqlite3.Connection) -> list[Row]:
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).fetchall()


def _intended_schema() -> list[Row]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        return _schema_of(connection)


def _name_of(error: sqlite3.Error) -> str:
    """SQLite's symbol for the failure, such as SQLITE_BUSY; its message may quote a value and is left out."""
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    return name
