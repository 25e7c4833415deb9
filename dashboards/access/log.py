"""The access log: every view of a patient, every export, every action and every sign-in, append-only.

It is a journal file of its own, so that entries are sealed by the hash of the one before, are on the disk
when the page is sent, and `verify` finds any that was altered. Entries carry ids, filters and counts, never a
name, an amount or a password.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

from journal.entry import Draft, Entry, Json, Subject
from journal.store import Journal


class AccessLog:
    """The log in ``path``. ``business_day`` gives the practice's date of a moment."""

    def __init__(self, path: Path, business_day: Callable[[datetime], date]) -> None:
        self._path = path
        self._business_day = business_day
        self._one_writer = Lock()
        is_new = not path.exists()
        with Journal.open(path, create=True):
            pass
        if is_new:
            path.chmod(0o600)

    def record(
        self,
        person: str,
        action: str,
        subject: Subject,
        details: Mapping[str, Json] | None = None,
        reason: str = "",
    ) -> None:
        """Write one entry; it is on the disk when this returns."""
        moment = datetime.now(UTC)
        with self._one_writer, Journal.open(self._path, create=False) as log:
            log.append(
                [Draft(subject, action, details or {}, reason)],
                person=person,
                entered_at=moment,
                entered_on=self._business_day(moment),
            )

    def latest(self, most: int) -> list[Entry]:
        """The last ``most`` entries, newest first."""
        with Journal.open(self._path, create=False) as log:
            head = log.head().entry_number
            return sorted(log.entries(since=max(0, head - most)), reverse=True)

    def is_sound(self) -> bool:
        """Whether no entry was altered, removed from the middle or put in."""
        with Journal.open(self._path, create=False) as log:
            return not log.verify()
