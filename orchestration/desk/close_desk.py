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
from journal.close_refusals import Published, refusals
from journal.close_state import SIGNED, PeriodState, states_with
from journal.entry import Entry, Subject
from journal.period import Period
from journal.store import Journal
from orchestration.close.checklist import Checklist, read_checklist
from orchestration.close.figures import Movement, late_lines, movements, periods_of
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.failures import EntryRefusedError, NotFoundError
from orchestration.settings import Settings

LAPSED = "lapsed"
"""Signed, with a figure that moved since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A period as it stands now.

    status   open, prepared, reviewed, signed or lapsed
    moved    bound figures that are not what they were at the last step
    late     what became known of periods signed earlier and shows in this one, as text
    refused  steps that somebody tried to take and was refused
    """

    state: PeriodState
    checklist: Checklist
    moved: tuple[Movement, ...]
    late: tuple[str, ...]
    refused: tuple[Entry, ...]

    @property
    def status(self) -> str:
        """Where it stands on its way."""
        return LAPSED if self.state.status == SIGNED and self.moved else self.state.status

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
        self._refused = (
            list(journal.entries(until=self._head.entry_number, subject_kind=REFUSAL)) if journal else []
        )
        self._as_of = contained.as_of

    @property
    def as_of(self) -> date:
        """The business date of the published file."""
        return self._as_of

    def standing(self, period: Period) -> Standing:
        """A period as it stands."""
        state = self._states.get(period) or PeriodState(period=period)
        checklist = read_checklist(self._connection, period)
        moved = movements(state.bound.lines, checklist.lines) if state.bound is not None else []
        late = state.bound.late if state.bound and state.status == SIGNED else self._late(period)
        refused = tuple(entry for entry in self._refused if entry.subject_id == period.key)
        return Standing(state=state, checklist=checklist, moved=tuple(moved), late=late, refused=refused)

    def periods(self, kind: str, location_id: str) -> list[Period]:
        """The periods that have figures or were worked, oldest first."""
        worked = {
            period for period in self._states if (period.kind, period.location_id) == (kind, location_id)
        }
        return sorted({*periods_of(self._connection, kind, location_id), *worked})

    def bound(self, period: Period, run_id: str) -> Bound:
        """The figures of a period as a person puts a name to them now."""
        checklist = read_checklist(self._connection, period)
        return Bound(
            lines=checklist.lines,
            late=self._late(period),
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
        earlier = {one for draft in decision.allowed for one in self._signed_before(draft.period)}
        subjects = [draft.subject for draft in decision.allowed]
        return decision, [*subjects, *(Subject(PERIOD, period.key) for period in sorted(earlier))]

    def _refusals(self, drafts: Sequence[CloseDraft], on: date) -> dict[int, str]:
        published = {draft.period: self._published(draft.period) for draft in drafts}
        return refusals(drafts, self._states, published, on)

    def _published(self, period: Period) -> Published:
        checklist = read_checklist(self._connection, period)
        return Published(
            as_of=self._as_of,
            has_figures=checklist.has_figures,
            figures_sha256=figures_sha256((*checklist.lines, *self._late(period))),
            verdict=checklist.verdict.word,
        )

    def _signed_before(self, period: Period) -> list[Period]:
        return sorted(
            one
            for one, state in self._states.items()
            if state.status == SIGNED
            and (one.kind, one.location_id) == (period.kind, period.location_id)
            and one.start_on < period.start_on
        )

    def _late(self, period: Period) -> tuple[str, ...]:
        """What became known of signed periods before this one and no other signature carries.

        It shows in the first period after them that is not signed, and in no other: nothing is told twice.
        """
        earlier = self._signed_before(period)
        siblings = [
            one
            for one in self.periods(period.kind, period.location_id)
            if one < period and (self._states.get(one) or PeriodState(period=one)).status != SIGNED
        ]
        lines: list[str] = []
        for one in earlier:
            if any(sibling > one for sibling in siblings):
                continue
            state = self._states[one]
            assert state.bound is not None  # it is signed
            carried = [
                line
                for other in self._states.values()
                if other.status == SIGNED and other.bound is not None and other.period != period
                for line in other.bound.late
                if (other.period.kind, other.period.location_id) == (period.kind, period.location_id)
            ]
            now = read_checklist(self._connection, one).lines
            lines += late_lines(one.name, state.bound.lines, now, carried)
        return tuple(sorted(lines))
