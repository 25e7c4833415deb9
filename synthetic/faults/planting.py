"""What every planter needs: days, names that nobody else uses, a way to deliver, the list of truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from journal.action import Action
from journal.store import Journal
from synthetic.practice import Practice, on
from synthetic.scenarios import Scenario, Value, in_dollars
from synthetic.truth import Fault, load_id_of

# Planted rows come in a second export of the day, beside the day's own.
SECOND_EXPORT = "{source}_{number:02}.csv"
# Where a home folder keeps its journal unless its settings say otherwise.
_JOURNAL = "journal.sqlite"
_PERSON, _ENTERED_AT = "maria", time(16, tzinfo=UTC)
# Planters number their faults from 0 to about this.
_NUMBERS = 16


@dataclass
class Planting:
    """Faults on their way into a clean world.

    Planted patients, claims and receipts have ids of their own, so that a fault meets nothing of the clean
    world but what it is meant to meet.
    """

    scenario: Scenario
    practice: Practice
    faults: list[Fault] = field(default_factory=list)
    _files: int = 0
    _patients: int = 800_000

    @property
    def landing(self) -> Path:
        """The landing folder of the world."""
        return self.scenario.landing

    def day(self, number: int) -> date:
        """A day for the planter's fault `number`, spread over the world and never its first or last day.

        Neighbouring numbers never share a day.
        """
        inner_days = self.practice.days - 2
        step = max(1, inner_days // _NUMBERS)
        return on(1 + number * step % inner_days)

    def practice_day(self, number: int) -> date:
        """The day `number` of the world; 0 is its first."""
        return on(number)

    def next(self, day: date) -> date:
        """The day after, which the world still has: planters' days end before its last."""
        return day + timedelta(days=1)

    def patient(self) -> str:
        """A patient id that no one has."""
        self._patients += 1
        return str(self._patients)

    def deliver(self, day: date, source: str, *rows: Mapping[str, Value]) -> Path:
        """Deliver rows in a file of their own; row 2 is the first of them."""
        self._files += 1
        name = SECOND_EXPORT.format(source=source, number=self._files)
        return self.scenario.deliver(day, source, *rows, name=name)

    def enter(self, day: date, *actions: Action) -> None:
        """Let a person enter something in the journal, before the files of the day are written."""
        with Journal.open(self.scenario.home / _JOURNAL) as journal:
            drafts = [action.draft() for action in actions]
            journal.append(
                drafts, person=_PERSON, entered_at=datetime.combine(day, _ENTERED_AT), entered_on=day
            )

    def record(
        self,
        kind: str | None,
        path: Path,
        description: str,
        *,
        key: str | None = None,
        source: str | None = None,
        row: int | None = None,
        cents: int | None = None,
        trace_number: str | None = None,
    ) -> None:
        """Add an entry to the truth."""
        self.faults.append(
            Fault(
                fault_id=len(self.faults) + 1,
                kind=kind,
                business_key=key,
                source=source,
                file=path.relative_to(self.landing).as_posix(),
                row=row,
                amount=None if cents is None else in_dollars(cents),
                trace_number=trace_number,
                description=description,
            )
        )

    def load_id(self, path: Path) -> str:
        """The id of the load that the file will be."""
        return load_id_of(path, self.landing)
