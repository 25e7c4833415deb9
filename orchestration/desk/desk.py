"""What a person finds and decides, of whatever kind: the last published run, with what was entered since.

Belongs here: which entries a desk sees, and entering a decision in one piece. Does not belong here: what the
things are and what is allowed (`receipt_desk`, `charge_desk`).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

import duckdb

from journal.action import Action
from journal.chain import Head
from journal.entry import DraftError, Subject
from journal.store import Conflict, Journal
from orchestration.desk.decision import Decision
from orchestration.desk.journal_access import Contained
from orchestration.failures import EntryRefusedError
from orchestration.settings import Settings

ActionT = TypeVar("ActionT", bound=Action)


class Desk(ABC, Generic[ActionT]):
    """One published file and one reading of the journal.

    ``connection`` stays open as long as the desk is used. ``journal`` is None when nobody has entered
    anything yet.
    """

    subject_kind: ClassVar[str]
    """What the entries of this desk are about."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._head = journal.head() if journal else Head(0, "")
        self._entries = (
            list(journal.entries(until=self._head.entry_number, subject_kind=self.subject_kind))
            if journal
            else []
        )
        self._since = [entry for entry in self._entries if not contained.has(entry)]

    def judge(self, drafts: Sequence[ActionT], on: date) -> Decision[ActionT]:
        """Which drafts are allowed on a day."""
        decision, _ = self._judged(drafts, on)
        return decision

    def enter(
        self, journal: Journal, drafts: Sequence[ActionT], *, person: str, entered_at: datetime, on: date
    ) -> Decision[ActionT]:
        """Write the allowed drafts into the journal, all or none; what was returned is on the disk.

        Raises `EntryRefusedError` when somebody else acted on what was looked at since this desk was opened.
        """
        decision, looked_at = self._judged(drafts, on)
        if not decision.allowed:
            return decision
        try:
            entries = journal.append(
                [draft.draft() for draft in decision.allowed],
                person=person,
                entered_at=entered_at,
                entered_on=on,
                expected=dict.fromkeys(looked_at, self._head.entry_number),
            )
        except (Conflict, DraftError) as error:
            raise EntryRefusedError(f"nothing was entered: {error}") from None
        return replace(decision, entries=tuple(entries))

    @abstractmethod
    def _judged(self, drafts: Sequence[ActionT], on: date) -> tuple[Decision[ActionT], Iterable[Subject]]:
        """The decision before anything is entered, and the things whose entries would have changed it."""
