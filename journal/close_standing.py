"""Where a period stands: the steps that people took, held against the figures as they are.

Belongs here: when a signature lapses, and in which period a late item shows. It is the one place that says
so: the command, the pages and the published file all ask it. Does not belong here: reading figures from
anywhere, and who may take a step (`journal.close_refusals`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from journal.close_figures import Movement, late_lines, movements
from journal.close_state import SIGNED, STEPS, PeriodState
from journal.period import Period

LAPSED = "lapsed"
"""Signed, with a figure that moved since."""

#: Every word for where a period stands.
STATUSES = (*STEPS, LAPSED)

Lines = Callable[[Period], Sequence[str]]
Siblings = Callable[[str, str], Iterable[Period]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A period as it stands now.

    moved  bound figures that are not what they were at the last step
    late   what became known of periods signed earlier and shows in this one, a line each
    """

    state: PeriodState
    moved: tuple[Movement, ...]
    late: tuple[str, ...]

    @property
    def status(self) -> str:
        """Where it stands on its way."""
        return LAPSED if self.state.status == SIGNED and self.moved else self.state.status


class Standings:
    """Every period of one reading of the journal and of one set of figures.

    states    the periods that somebody worked (`journal.close_state.states_with`)
    lines     the bound figures of a period as they are now, a line each, sorted
    siblings  the periods of a kind and location that have figures
    """

    def __init__(self, states: Mapping[Period, PeriodState], lines: Lines, siblings: Siblings) -> None:
        self._states = states
        self._lines = lines
        self._siblings = siblings
        self._periods: dict[tuple[str, str], list[Period]] = {}

    def of(self, period: Period) -> Standing:
        """A period as it stands. A signature keeps the late items that it bound."""
        state = self.state(period)
        moved = movements(state.bound.lines, self._lines(period)) if state.bound is not None else []
        late = state.bound.late if state.bound and state.status == SIGNED else self.late(period)
        return Standing(state=state, moved=tuple(moved), late=late)

    def state(self, period: Period) -> PeriodState:
        """What people did to a period."""
        return self._states.get(period) or PeriodState(period=period)

    def periods(self, kind: str, location_id: str) -> list[Period]:
        """The periods that have figures or were worked, oldest first."""
        asked = (kind, location_id)
        if asked not in self._periods:
            worked = {period for period in self._states if (period.kind, period.location_id) == asked}
            self._periods[asked] = sorted({*self._siblings(kind, location_id), *worked})
        return self._periods[asked]

    def worked(self) -> list[Period]:
        """The periods that somebody acted on and those in which late items show, in their order."""
        shown = set(self._states)
        for kind, location_id in {(period.kind, period.location_id) for period in self._states}:
            follows_signed = False
            for period in self.periods(kind, location_id):
                is_signed = self.state(period).status == SIGNED
                # Late items show in the first period that is not signed after those that are.
                if follows_signed and not is_signed and self.late(period):
                    shown.add(period)
                follows_signed = is_signed
        return sorted(shown)

    def signed_before(self, period: Period) -> list[Period]:
        """The signed periods of the same kind and location that began earlier, in their order."""
        return [one for one in self._signed(period.kind, period.location_id) if one < period]

    def late(self, period: Period) -> tuple[str, ...]:
        """What became known of signed periods before this one and no other signature carries.

        It shows in the first period after them that is not signed, and in no other: nothing is told twice.
        """
        earlier = self.signed_before(period)
        if not earlier:
            return ()
        between = [
            one
            for one in self.periods(period.kind, period.location_id)
            if one < period and self.state(one).status != SIGNED
        ]
        if between:
            earlier = [one for one in earlier if one > between[-1]]
        lines: list[str] = []
        carried = self._carried(period) if earlier else []
        for one in earlier:
            bound = self._states[one].bound
            assert bound is not None  # it is signed
            now = self._lines(one)
            of_this = [line for line in carried if line.startswith(f"{one.name}|")]
            if of_this or tuple(now) != bound.lines:
                lines += late_lines(one.name, bound.lines, now, of_this)
        return tuple(sorted(lines))

    def _signed(self, kind: str, location_id: str) -> list[Period]:
        return sorted(
            period
            for period, state in self._states.items()
            if state.status == SIGNED and (period.kind, period.location_id) == (kind, location_id)
        )

    def _carried(self, period: Period) -> list[str]:
        """The late items that signatures of other periods bound."""
        return [
            line
            for other, state in self._states.items()
            if state.status == SIGNED and state.bound is not None and other != period
            for line in state.bound.late
            if (other.kind, other.location_id) == (period.kind, period.location_id)
        ]
