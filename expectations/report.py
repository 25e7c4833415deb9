"""What an evaluation came to, kind by kind: results and counts only, so that it may be printed and logged."""

from dataclasses import dataclass
from datetime import date

from expectations.catalogue import Severity
from expectations.validation import Result


@dataclass(frozen=True, slots=True)
class KindOutcome:
    """The outcome of one kind.

    result           passed, failed (there are exceptions) or errored (it could not be evaluated)
    exception_count  rows written to exceptions.exceptions
    reason           why it errored, without values of rows
    """

    kind: str
    suite: str
    severity: Severity
    blocks_publish: bool
    result: Result
    exception_count: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The outcome of every kind as of one date, in the order of the catalogue.

    new       exceptions that no earlier run saw
    reopened  exceptions that are back in the queue and not settled since
    cleared   exceptions that an earlier run saw and this one did not
    """

    as_of: date
    outcomes: tuple[KindOutcome, ...]
    new: int
    reopened: int
    cleared: int

    @property
    def exception_count(self) -> int:
        """Rows in exceptions.exceptions."""
        return sum(outcome.exception_count for outcome in self.outcomes)

    @property
    def failed(self) -> list[str]:
        """Kinds that have exceptions."""
        return [outcome.kind for outcome in self.outcomes if outcome.result == "failed"]

    @property
    def errored(self) -> list[str]:
        """Kinds that could not be evaluated: an error of the run, not of the data."""
        return [outcome.kind for outcome in self.outcomes if outcome.result == "errored"]

    @property
    def blocking(self) -> list[str]:
        """Kinds whose exceptions keep the run from being published."""
        return [kind.kind for kind in self.outcomes if kind.result == "failed" and kind.blocks_publish]

    @property
    def is_publishable(self) -> bool:
        """Whether every kind was evaluated and none of them blocks."""
        return not self.errored and not self.blocking

    def render(self) -> str:
        """The outcome as plain text: one line per kind that did not pass, and the totals."""
        lines = [
            f"{outcome.result:<8} {outcome.severity:<8} {outcome.exception_count:>9,}  {outcome.kind}"
            + (" (blocks the publish)" if outcome.kind in self.blocking else "")
            + (f": {outcome.reason}" if outcome.reason else "")
            for outcome in self.outcomes
            if outcome.result != "passed"
        ]
        passed = sum(outcome.result == "passed" for outcome in self.outcomes)
        lines.append(
            f"{self.as_of}: {self.exception_count:,} exceptions; {passed} kinds passed, "
            f"{len(self.failed)} failed, {len(self.errored)} errored; {self.new:,} new, "
            f"{self.reopened:,} reopened, {self.cleared:,} cleared"
        )
        return "\n".join(lines)
