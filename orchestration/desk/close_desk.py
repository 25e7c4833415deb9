"""Periods as a person finds them who closes them: the figures of the last published run, and the steps that
people took.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from expectations.verdict import Verdict
from journal.close_entries import (
    PERIOD,
    REFUSAL,
    Bound,
    CloseDraft,
    Review,
    Sign,
    figures_sha256,
    refusal_of,
)
from journal.close_figures import Movement
from journal.close_refusals import Published, refusals
from journal.close_standing import Standing, Standings
from journal.close_state import PeriodState, states_with
from journal.entry import Entry, Subject
from journal.period import Period
from journal.store import Journal
from orchestration.close.checklist import Checklist, read_checklist
from orchestration.close.figures import periods_of, read_bound_lines
from orchestration.close.open_exceptions import ExceptionsByDay
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.failures import EntryRefusedError, NotFoundError
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A period as it stands, with its checklist and the steps that somebody tried to take and was refused."""

    standing: Standing
    checklist: Checklist
    refused: tuple[Entry, ...]

    @property
    def state(self) -> PeriodState:
        """The steps that people took."""
        return self.standing.state

    @property
    def status(self) -> str:
        """Where it stands on its way."""
        return self.standing.status

    @property
    def moved(self) -> tuple[Movement, ...]:
        """Bound figures that are not what they were at the last step."""
        return self.standing.moved

    @property
    def late(self) -> tuple[str, ...]:
        """What became known of periods signed earlier and shows in this one, as text."""
        return self.standing.late

    @property
    def verdict(self) -> Verdict:
        """How far it ties."""
        return self.checklist.verdict


class CloseDesk(Desk[CloseDraft]):
    """The desk of those who close periods."""

    subject_kind = PERIOD

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        super().__init__(connection, contained, journal, settings)
        if not connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'period_tie_outs'"
        ).fetchall():
            raise NotFoundError("the published file has no figures of periods; run it anew")
        self._states = states_with({}, self._entries)
        self._lines: dict[Period, tuple[str, ...]] = {}
        self._standings = Standings(self._states, self._bound_lines, self._with_figures)
        self._exceptions = ExceptionsByDay(connection)
        self._refused = (
            list(journal.entries(until=self._head.entry_number, subject_kind=REFUSAL)) if journal else []
        )
        self._as_of = contained.as_of

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The published file that the desk reads."""
        return self._connection

    @property
    def as_of(self) -> date:
        """The business date of the published file."""
        return self._as_of

    def standing(self, period: Period) -> LookedAt:
        """A period as it stands."""
        refused = tuple(entry for entry in self._refused if entry.subject_id == period.key)
        checklist = self._checklist(period)
        self._lines[period] = checklist.lines
        return LookedAt(standing=self._standings.of(period), checklist=checklist, refused=refused)

    def periods(self, kind: str, location_id: str) -> list[Period]:
        """The periods that have figures or were worked, oldest first."""
        return self._standings.periods(kind, location_id)

    def bound(self, period: Period, run_id: str) -> Bound:
        """The figures of a period as a person puts a name to them now."""
        checklist = self._checklist(period)
        return Bound(
            lines=checklist.lines,
            late=self._standings.late(period),
            run_id=run_id,
            verdict=checklist.verdict.word,
        )

    def entries_of(self, period: Period) -> list[Entry]:
        """What people entered for a period, ever."""
        return [entry for entry in self._entries if entry.subject_id == period.key]

    def enter(
        self, journal: Journal, drafts: Sequence[CloseDraft], *, person: str, entered_at: datetime, on: date
    ) -> Decision[CloseDraft]:
        """Write the allowed drafts, and that a review or a signature was tried and refused.

        Raises `EntryRefusedError` as every desk does, and for a draft in somebody else's name.
        """
        if any(draft.by != person for draft in drafts):
            raise EntryRefusedError("nothing was entered: a step is taken in one's own name")
        decision = super().enter(journal, drafts, person=person, entered_at=entered_at, on=on)
        tried = [
            refusal_of(drafts[position], why)
            for position, why in self._refusals(drafts, on).items()
            if isinstance(drafts[position], Review | Sign)
        ]
        if tried:
            journal.append(tried, person=person, entered_at=entered_at, entered_on=on)
        return decision

    def _judged(
        self, drafts: Sequence[CloseDraft], on: date
    ) -> tuple[Decision[CloseDraft], Iterable[Subject]]:
        decision = judged(drafts, self._refusals(drafts, on))
        # Late items come from the signatures of earlier periods: whoever signs looked at those as well.
        earlier = {one for draft in decision.allowed for one in self._standings.signed_before(draft.period)}
        subjects = [draft.subject for draft in decision.allowed]
        return decision, [*subjects, *(Subject(PERIOD, period.key) for period in sorted(earlier))]

    def _refusals(self, drafts: Sequence[CloseDraft], on: date) -> dict[int, str]:
        published = {draft.period: self._published(draft.period) for draft in drafts}
        return refusals(drafts, self._states, published, on)

    def _published(self, period: Period) -> Published:
        checklist = self._checklist(period)
        return Published(
            as_of=self._as_of,
            has_figures=checklist.has_figures,
            figures_sha256=figures_sha256((*checklist.lines, *self._standings.late(period))),
            verdict=checklist.verdict.word,
        )

    def _checklist(self, period: Period) -> Checklist:
        return read_checklist(self._connection, period, self._exceptions)

    def _bound_lines(self, period: Period) -> tuple[str, ...]:
        """The lines of a period as they are. Those of all signed periods are read at once, and once."""
        if period not in self._lines:
            asked = [
                one
                for one in (*self._states, period)
                if (one.kind, one.location_id) == (period.kind, period.location_id)
            ]
            self._lines.update(dict.fromkeys(asked, ()))
            self._lines.update(read_bound_lines(self._connection, min(asked), max(asked)))
        return self._lines[period]

    def _with_figures(self, kind: str, location_id: str) -> list[Period]:
        return periods_of(self._connection, kind, location_id)
