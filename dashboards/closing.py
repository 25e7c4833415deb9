"""What the pages need to show a period and to close it, handed in by the office of the home folder.

The rule where a period stands, and who may take which step, is the journal's; the figures are those of the
published file. The pages only show them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from dashboards.office import Outcome
from journal.close_standing import Standing
from journal.entry import Entry
from journal.period import Period, PeriodKind

StepName = Literal["prepare", "review", "sign", "reopen"]
STEP_NAMES: tuple[StepName, ...] = ("prepare", "review", "sign", "reopen")


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far something ties: the word of the ladder, and the sentence with its counts."""

    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ListedPeriod:
    """A period in the list."""

    standing: Standing
    how_far: HowFar
    is_over: bool

    @property
    def period(self) -> Period:
        """Which."""
        return self.standing.state.period


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure of the checklist, added up over the locations of the period."""

    name: str
    role: str
    is_binding: bool
    amount: Decimal
    item_count: int


@dataclass(frozen=True, slots=True)
class ShownTieOut:
    """A line of the checklist. ``exception_ids`` are those open against it, if an address can hold them."""

    name: str
    title: str
    how_far: HowFar
    figures: tuple[ShownFigure, ...]
    open_exceptions: int
    waived_exceptions: int
    exception_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """A period with everything that whoever closes it looks at.

    seen_sha256  hash of the figures as they are, late items among them: what a step would bind
    seen_entry   number of the last entry about the period, 0 where there is none
    refusals     step -> why this person cannot take it now, None where it is allowed
    entries      what people entered, the steps that were refused among them, oldest first
    """

    listed: ListedPeriod
    tie_outs: tuple[ShownTieOut, ...]
    as_of: date
    seen_sha256: str
    seen_entry: int
    refusals: Mapping[StepName, str | None]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """The pack of a period: its bytes, and the hash by which it can be named elsewhere."""

    content: bytes
    sums_sha256: str


class CloseOffice(Protocol):
    """Reading and closing periods. Every method raises `RefusedError` where the file or journal cannot be
    used.
    """

    def locations(self) -> Sequence[str]:
        """The locations that have figures, with the name for what belongs to no single one."""

    def listed(self, kind: PeriodKind, location_id: str) -> Sequence[Period]:
        """The periods of a kind and location, newest first."""

    def standings(self, periods: Sequence[Period]) -> Sequence[ListedPeriod]:
        """Where these periods stand, in the same order."""

    def shown(self, period: Period, person: str) -> ShownPeriod | None:
        """A period as ``person`` finds it; None where it has no figures and nobody worked it."""

    def take(
        self, step: StepName, period: Period, person: str, reason: str, seen_sha256: str, seen_entry: int
    ) -> Outcome:
        """Take a step for the figures and after the entry that the person saw."""

    def evidence(self, period: Period) -> EvidencePack:
        """The pack of a period."""
