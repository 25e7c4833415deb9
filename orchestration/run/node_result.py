"""What became of one model or test of the warehouse."""

from dataclasses import dataclass

FAILED_STATUSES = {"error", "fail", "runtime error", "partial success"}


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What dbt says about one model or test. Its messages stay behind: they may carry values of rows."""

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    reason: str
    """Why it failed, without values of rows."""
    tested_model: str | None
    """For a test on one model, the model's id."""

    @property
    def has_failed(self) -> bool:
        """Whether the node itself failed, as opposed to being skipped for another's failure."""
        return self.status in FAILED_STATUSES
