"""The journal itself: append, read, verify.

Belongs here: what an append promises and who wins when two people act on one thing. Does not belong here: the
seal (`journal.chain`), the database (`journal.sqlite_database`, `journal.postgresql_database`), the meaning
of an action.

An append is acknowledged when `Journal.append` returns, and not before; then it is on the disk. The clock is
the caller's: this module never asks for the time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

from journal.chain import EMPTY, UNREADABLE, Head, Problem, Row, problems, seal
from journal.database import (
    ENTRIES_OF_SUBJECT,
    EVERY_ENTRY,
    LAST_ENTRY,
    SELECTED_ENTRIES,
    Connection,
    Database,
    JournalError,
)
from journal.entry import Draft, Entry, Subject, canonical_details, require_text
from journal.sqlite_database import SqliteDatabase

_LAST_NUMBER = 2**62
_LAST_DAY = date.max
_ASK_ONE_BY_ONE = 100


class Conflict(Exception):  # noqa: N818 (a conflict is what it is called at the desk)
    """Somebody acted on the subject since it was looked at; nothing was written. ``entries`` say what."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        first = self.entries[0]
        others = f" (and {len(entries) - 1} more)" if len(entries) > 1 else ""
        super().__init__(
            f"{first.person} entered {first.action} for {first.subject_kind} {first.subject_id} in the"
            f" meantime, as entry {first.entry_number}{others}; look again and decide anew."
        )


class Journal:
    """An open journal. Use it in the thread and process that opened it, and close it (``with`` does)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, location: str | Path, *, create: bool = True) -> "Journal":
        """Open the journal at a path (SQLite) or a ``postgresql://`` URL, making it where there is none.

        With ``create=False`` a missing journal is an error: whoever only reads must not take an absent
        journal for an empty one. Raises JournalError.
        """
        if "://" not in str(location):
            return cls(SqliteDatabase.open(Path(location), create=create))
        # SQLAlchemy is loaded only where several hosts share a journal.
        from journal.postgresql_database import PostgresqlDatabase

        return cls(PostgresqlDatabase.open(str(location), create=create))

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        person: str,
        entered_at: datetime,
        entered_on: date,
        expected: Mapping[Subject, int] | None = None,
    ) -> list[Entry]:
        """Write all drafts or none, and return only once they are on the disk.

        ``entered_at`` has a zone; ``entered_on`` is the business date (`journal.dating`). ``expected`` says
        for each subject the number of the last entry that the person had seen: the subject's own last entry,
        or the head of the journal when it was read. Raises Conflict when a subject has a later one,
        DraftError when person or dates are unusable, JournalError when nothing could be written or when more
        was seen than is there.
        """
        require_text("person", person)
        moment, day = utc_text(entered_at), _day_text(entered_on)
        prepared = [(draft, canonical_details(draft.details)) for draft in drafts]
        with self._database.writing() as connection:
            head = _head(connection)
            _refuse_conflicts(connection, head, expected or {})
            rows = list(_sealed(prepared, head, person, moment, day))
            connection.insert(rows)
        at = entered_at.astimezone(UTC)
        return [Entry(row[0], at, entered_on, *row[3:]) for row in rows]

    def entries(
        self,
        *,
        since: int = 0,
        until: int | None = None,
        subject_kind: str | None = None,
        as_of: date | None = None,
    ) -> Iterator[Entry]:
        """Entries by number, streamed from a snapshot.

        ``since`` and ``until`` are entry numbers, the first excluded and the second included; ``as_of``
        leaves out what is dated after that business date.
        """
        values = {
            "since": since,
            "until": _LAST_NUMBER if until is None else until,
            "as_of": (as_of or _LAST_DAY).isoformat(),
            "subject_kind": subject_kind,
        }
        with self._database.reading() as connection:
            yield from map(_entry, connection.query(SELECTED_ENTRIES, values))

    def entries_of(self, subject: Subject, *, since: int = 0) -> list[Entry]:
        """What people did to one subject, in order."""
        with self._database.reading() as connection:
            return _entries_of(connection, subject, since)

    def head(self) -> Head:
        """The last entry's number and seal; number 0 when there is none. Record it outside the journal."""
        with self._database.reading() as connection:
            return _head(connection)

    def verify(self, heads: Iterable[Head] = ()) -> list[Problem]:
        """Everything that is wrong with the journal; an empty list proves that no entry was altered.

        ``heads`` are heads recorded earlier, for example in the manifests of published runs. Without one,
        entries cut off at the end cannot be noticed by anybody.
        """
        found = self._database.damage()
        try:
            with self._database.reading() as connection:
                found.extend(problems(connection.query(EVERY_ENTRY, {}), heads))
        except JournalError:
            found.append(
                Problem(None, UNREADABLE, "The entries cannot all be read; restore a copy and compare.")
            )
        return found

    def copy_rows(self, rows: Iterable[Row]) -> None:
        """Take over rows of another journal as they are, seals included, all or none (`journal.copying`)."""
        with self._database.writing() as connection:
            connection.insert(rows)

    def rows(self, since: int = 0) -> Iterator[Row]:
        """The rows after entry ``since`` as the database holds them (`journal.chain.COLUMNS`)."""
        values = {"since": since, "until": _LAST_NUMBER, "as_of": _LAST_DAY.isoformat(), "subject_kind": None}
        with self._database.reading() as connection:
            yield from connection.query(SELECTED_ENTRIES, values)


def utc_text(moment: datetime) -> str:
    """A moment as UTC text of fixed width, so that texts sort as moments do."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("entered_at must be a moment with a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _day_text(day: date) -> str:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("entered_on must be a date")
    return day.isoformat()


def _sealed(
    prepared: Iterable[tuple[Draft, str]], head: Head, person: str, moment: str, day: str
) -> Iterator[Row]:
    number, previous_hash = head
    for draft, details in prepared:
        number += 1
        content = (
            number, moment, day, person, draft.subject.kind, draft.subject.id, draft.action, details,
            draft.reason, previous_hash,
        )  # fmt: skip
        previous_hash = seal(*content)
        yield (*content, previous_hash)


def _entry(row: Row) -> Entry:
    return Entry(row[0], datetime.fromisoformat(row[1]), date.fromisoformat(row[2]), *row[3:])


def _head(connection: Connection) -> Head:
    for number, entry_hash in connection.query(LAST_ENTRY, {}):
        return Head(number, entry_hash)
    return EMPTY


def _entries_of(connection: Connection, subject: Subject, since: int) -> list[Entry]:
    values = {"subject_kind": subject.kind, "subject_id": subject.id, "since": since}
    return [_entry(row) for row in connection.query(ENTRIES_OF_SUBJECT, values)]


def _refuse_conflicts(connection: Connection, head: Head, expected: Mapping[Subject, int]) -> None:
    if not expected:
        return
    if max(expected.values()) > head.entry_number:
        raise JournalError("the journal has fewer entries than were seen in it before; verify it")
    since = _entries_since(connection, expected)
    if since:
        raise Conflict(since)


def _entries_since(connection: Connection, expected: Mapping[Subject, int]) -> list[Entry]:
    """Entries about the expected subjects that the person had not seen, by number."""
    if len(expected) <= _ASK_ONE_BY_ONE:
        found = [
            entry for subject in expected for entry in _entries_of(connection, subject, expected[subject])
        ]
        return sorted(found)
    values = {
        "since": min(expected.values()),
        "until": _LAST_NUMBER,
        "as_of": _LAST_DAY.isoformat(),
        "subject_kind": None,
    }
    return [
        _entry(row)
        for row in connection.query(SELECTED_ENTRIES, values)
        if row[0] > expected.get(Subject(row[4], row[5]), row[0])
    ]
