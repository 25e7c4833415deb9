"""The part of the office that closes periods: the same desk as `tieout close`, for the pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Lock

from dashboards.closing import (
    STEP_NAMES,
    EvidencePack,
    HowFar,
    ListedPeriod,
    ShownFigure,
    ShownPeriod,
    ShownTieOut,
    StepName,
)
from dashboards.office import Outcome, RefusedError
from expectations.verdict import Verdict
from journal.close_entries import Bound, CloseDraft, Prepare, Reopen, Review, Sign
from journal.entry import DraftError
from journal.period import Period, PeriodKind
from orchestration.close.checklist import TieOut
from orchestration.close.figures import locations_of
from orchestration.close.open_exceptions import exception_ids
from orchestration.desk.close_desk import CloseDesk, LookedAt
from orchestration.desk.journal_access import Contained, entry_date, opened_journal, readable_journal
from orchestration.evidence.pack import make_pack
from orchestration.failures import TieoutError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.settings import Settings

MOST_IN_AN_ADDRESS = 40
"""Exceptions that are named one by one: an address must stay one that a browser takes."""


class HomeClose:
    """Implements `dashboards.closing.CloseOffice` for one home folder."""

    def __init__(self, home: Home, settings: Callable[[], Settings]) -> None:
        self._home = home
        self._settings = settings
        self._one_entering = Lock()

    def locations(self) -> Sequence[str]:
        """The locations that have figures."""
        with self._desk() as (_, desk):
            return locations_of(desk.connection)

    def listed(self, kind: PeriodKind, location_id: str) -> Sequence[Period]:
        """The periods of a kind and location, newest first."""
        with self._desk() as (_, desk):
            return desk.periods(kind, location_id)[::-1]

    def standings(self, periods: Sequence[Period]) -> Sequence[ListedPeriod]:
        """Where these periods stand."""
        with self._desk() as (_, desk):
            return [_listed(desk.standing(period), desk.as_of) for period in periods]

    def shown(self, period: Period, person: str) -> ShownPeriod | None:
        """A period as ``person`` finds it."""
        with self._desk() as (run_id, desk):
            looked_at = desk.standing(period)
            entries = desk.entries_of(period)
            if not looked_at.checklist.has_figures and not entries:
                return None
            bound = desk.bound(period, run_id)
            ids = exception_ids(desk.connection, period, MOST_IN_AN_ADDRESS)
            return ShownPeriod(
                listed=_listed(looked_at, desk.as_of),
                tie_outs=tuple(
                    _shown(tie_out, ids.get(tie_out.name, ())) for tie_out in looked_at.checklist.tie_outs
                ),
                as_of=desk.as_of,
                seen_sha256=bound.sha256,
                seen_entry=max((entry.entry_number for entry in entries), default=0),
                refusals={
                    step: self._refusal(desk, _draft(step, period, person, "to be said", bound))
                    for step in STEP_NAMES
                },
                entries=sorted([*entries, *looked_at.refused]),
            )

    def take(
        self, step: StepName, period: Period, person: str, reason: str, seen_sha256: str, seen_entry: int
    ) -> Outcome:
        """Take a step for the figures and after the entry that the person saw."""
        moment = datetime.now(UTC)
        with self._one_entering, self._desk() as (run_id, desk):
            bound = desk.bound(period, run_id)
            since = [entry for entry in desk.entries_of(period) if entry.entry_number > seen_entry]
            if since:
                raise RefusedError(
                    f"{since[-1].person} entered {since[-1].action} for {period} in the meantime;"
                    " look again and decide anew."
                )
            if bound.sha256 != seen_sha256:
                raise RefusedError(f"The figures of {period} are not those that you looked at; look again.")
            draft = _draft(step, period, person, reason, bound)
            settings = self._settings()
            day = entry_date(self._home, settings, moment, None)
            with opened_journal(self._home, settings, create=True) as writing:
                decision = desk.enter(writing, [draft], person=person, entered_at=moment, on=day)
        return Outcome(
            entered_on=day,
            entry_numbers=tuple(entry.entry_number for entry in decision.entries),
            allowed=tuple(draft.subject.id for draft in decision.allowed),
            refused=decision.refused,
            is_trial=False,
        )

    def evidence(self, period: Period) -> EvidencePack:
        """The pack of a period."""
        with _told():
            pack = make_pack(self._home, self._settings(), period)
        return EvidencePack(pack.content, pack.sums_sha256)

    def _refusal(self, desk: CloseDesk, draft: CloseDraft) -> str | None:
        refused = desk.judge([draft], desk.as_of).refused
        return refused[0][1] if refused else None

    @contextmanager
    def _desk(self) -> Iterator[tuple[str, CloseDesk]]:
        """The run that is published, and the desk on it."""
        settings = self._settings()
        with _told():
            manifest = current_publication(self._home.published)
            with (
                connect(self._home.published) as connection,
                readable_journal(self._home, settings) as journal,
            ):
                contained = Contained.in_publication(manifest)
                yield manifest.run_id, CloseDesk(connection, contained, journal, settings)


@contextmanager
def _told() -> Iterator[None]:
    """Failures as sentences for the person."""
    try:
        yield
    except (TieoutError, DraftError) as error:
        raise RefusedError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None


def _draft(step: StepName, period: Period, person: str, reason: str, bound: Bound) -> CloseDraft:
    if step == "reopen":
        return Reopen(period=period, by=person, reason=reason)
    kind = {"prepare": Prepare, "review": Review, "sign": Sign}[step]
    return kind(period=period, by=person, reason=reason, bound=bound)


def _how_far(verdict: Verdict) -> HowFar:
    return HowFar(verdict.word, verdict.sentence.removeprefix(f"{verdict.word}: "))


def _listed(looked_at: LookedAt, as_of: date) -> ListedPeriod:
    is_over = looked_at.state.period.end_on <= as_of
    return ListedPeriod(looked_at.standing, _how_far(looked_at.verdict), is_over)


def _shown(tie_out: TieOut, ids: tuple[str, ...]) -> ShownTieOut:
    found = tie_out.exceptions
    return ShownTieOut(
        name=tie_out.name,
        title=tie_out.title,
        how_far=_how_far(tie_out.verdict),
        figures=tuple(
            ShownFigure(name, role, is_binding, amount, count)
            for name, role, is_binding, amount, count in tie_out.totals()
            if count or role not in ("open", "pending")
        ),
        open_exceptions=found.total - found.waived,
        waived_exceptions=found.waived,
        exception_ids=ids,
    )
