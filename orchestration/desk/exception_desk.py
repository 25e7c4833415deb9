"""Exceptions as a person finds them: the last published run, with what was entered since folded in."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from journal.entry import Entry, Subject
from journal.exception_entries import EXCEPTION, ExceptionDraft
from journal.exception_refusals import refusals
from journal.exception_state import WORK_STATUSES, states_with
from journal.store import Journal
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.exception_filter import ExceptionFilter
from orchestration.desk.exception_query import ExceptionQuery, PublishedException, most_urgent_first
from orchestration.desk.journal_access import Contained
from orchestration.settings import Settings


class ExceptionDesk(Desk[ExceptionDraft]):
    """The desk of those who work the queue."""

    subject_kind = EXCEPTION

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        super().__init__(connection, contained, journal, settings)
        self._query = ExceptionQuery(self._connection)

    def exceptions(self, wanted: ExceptionFilter) -> list[PublishedException]:
        """The exceptions that fit as they stand now, the most urgent first; without a status or an id, those
        that are work.
        """
        statuses = wanted.statuses or (() if wanted.exception_ids else WORK_STATUSES)
        found = [
            one
            for one in self._found(wanted)
            if (not statuses or one.state.status in statuses)
            and (not wanted.assignees or one.state.assigned_to in wanted.assignees)
            and not (wanted.is_unassigned and one.state.assigned_to is not None)
        ]
        return sorted(found, key=most_urgent_first)

    def ids_beginning(self, beginning: str) -> list[str]:
        """The ids of exceptions that begin so."""
        return self._query.ids_beginning(beginning)

    def kind(self, kind: str) -> dict[str, Any]:
        """What the catalogue says about a kind."""
        return self._query.kind(kind)

    def because(self, one: PublishedException) -> str | None:
        """Why it follows from its root; None for one without."""
        return self._query.because(one.facts["root_rule"])

    def history(self, one: PublishedException) -> list[dict[str, Any]]:
        """Every change of an exception up to the last run."""
        return self._query.history(one.state.exception_id)

    def entries_since(self, one: PublishedException) -> list[Entry]:
        """What people entered about an exception that the last run does not count yet."""
        return [entry for entry in self._since if entry.subject_id == one.state.exception_id]

    def _judged(
        self, drafts: Sequence[ExceptionDraft], on: date
    ) -> tuple[Decision[ExceptionDraft], Iterable[Subject]]:
        ids = tuple(draft.exception_id for draft in drafts)
        found = self._found(ExceptionFilter(exception_ids=ids)) if ids else []
        states = {one.state.exception_id: one.state for one in found}
        decision = judged(drafts, refusals(drafts, states, on))
        return decision, [draft.subject for draft in decision.allowed]

    def _found(self, wanted: ExceptionFilter) -> list[PublishedException]:
        published = {one.state.exception_id: one for one in self._query.exceptions(wanted)}
        folded = states_with({key: one.state for key, one in published.items()}, self._since)
        return [replace(one, state=folded[key]) for key, one in published.items()]
