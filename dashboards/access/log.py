"""The access log: every view of a patient, every export, every action and every sign-in, append-only.

It is a journal file of its own, so that entries are sealed by the hash of the one before, are on the disk
when the page is sent, and `verify` finds any that was altered. Entries carry ids, filters and counts, never a
name, an amount or a password.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

from journal.chain import EMPTY, Head, is_sealed, problems
from journal.entry import Draft, Entry, Json, Subject
from journal.store import Journal

AGAIN = 1_000
"""How many entries are walked again at each look."""


class AccessLog:
    """The log in ``path``. ``business_day`` gives the practice's date of a moment."""

    def __init__(self, path: Path, business_day: Callable[[datetime], date]) -> None:
        self._path = path
        self._business_day = business_day
        self._one_writer = Lock()
        self._one_checker = Lock()
        self._walked: Head | None = None
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

    def is_sound(self, *, is_whole: bool = False) -> bool:
        """Whether no entry was altered, removed or put in.

        Every entry is walked the first time and with ``is_whole``; afterwards those that came since and the
        last `AGAIN` before them, which are those that people look at.
        """
        with self._one_checker, Journal.open(self._path, create=False) as log:
            head, walked = log.head(), self._walked
            if is_whole or walked is None:
                is_good = not log.verify([head, *([walked] if walked else [])])
            else:
                is_good = _holds(log, walked)
            self._walked = head if is_good else None
            return is_good


def _holds(log: Journal, walked: Head) -> bool:
    """Whether the newest entries follow each other, from some before the one that was walked last."""
    start = max(0, walked.entry_number - AGAIN)
    rows = log.rows(since=max(0, start - 1))
    after = EMPTY
    if start:
        first = next(rows, None)
        if first is None or first[0] != start or not is_sealed(first):
            return False
        after = Head(start, first[10])
    return next(problems(rows, [walked] if walked.entry_number else [], after=after), None) is None
