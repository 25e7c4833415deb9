"""Opening the journal of a home folder, for reading and for writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from journal.database import JournalError
from journal.dating import business_date
from journal.entry import Entry
from journal.store import Journal
from orchestration.failures import EntryRefusedError, JournalFaultError
from orchestration.home import Home
from orchestration.run.manifest import Manifest, read_manifests
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class Contained:
    """Which entries a published file already counts: those up to a number that are dated by its as-of date.

    The manifest says the number under ``inputs.journal.entry_number``; a file made without the journal
    contains none.
    """

    entry_number: int
    as_of: date

    @classmethod
    def in_publication(cls, manifest: Manifest) -> "Contained":
        """What the file of this manifest contains."""
        head = manifest.content["inputs"].get("journal") or {}
        return cls(int(head.get("entry_number", 0)), date.fromisoformat(manifest.as_of))

    def has(self, entry: Entry) -> bool:
        """Whether the published file counts this entry."""
        return entry.entry_number <= self.entry_number and entry.entered_on <= self.as_of


@contextmanager
def opened_journal(home: Home, settings: Settings, *, create: bool) -> Iterator[Journal]:
    """The journal that the settings name, else the file in the home folder.

    Raises `JournalFaultError` when it is missing and not to be made, and for every failure of its database
    while it is open. No message carries the address, which may have a password in it.
    """
    try:
        with Journal.open(settings.journal or home.journal, create=create) as journal:
            yield journal
    except JournalError as error:
        raise JournalFaultError(f"the journal cannot be used: {error}") from None


@contextmanager
def readable_journal(home: Home, settings: Settings) -> Iterator[Journal | None]:
    """The journal to read from; None when nobody has entered anything in this home folder yet.

    A journal that is gone is not an empty one: `JournalFaultError` when a published file counted entries.
    """
    if settings.journal is None and not home.journal.exists():
        manifests = read_manifests(home.published) if home.published.is_dir() else []
        if any(Contained.in_publication(manifest).entry_number for manifest in manifests):
            raise JournalFaultError(
                f"{home.journal.name} is gone although runs counted entries of it; bring back a copy"
            )
        yield None
        return
    with opened_journal(home, settings, create=False) as journal:
        yield journal


def entry_date(home: Home, settings: Settings, moment: datetime, on: date | None) -> date:
    """The business date of entries made at ``moment``, or ``on`` when a person named a day.

    Raises `EntryRefusedError` for a day that is already published: what a run found that day stays as it was.
    """
    published = [manifest for manifest in read_manifests(home.published) if not manifest.is_replay]
    last = max((date.fromisoformat(manifest.as_of) for manifest in published), default=None)
    if on is None:
        return business_date(moment, ZoneInfo(settings.time_zone), last)
    if last is not None and on <= last:
        raise EntryRefusedError(f"{last} is published and closed; date the entry later than that")
    return on
