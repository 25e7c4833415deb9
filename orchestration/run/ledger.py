"""The ledger of runs: one JSON file per run, rewritten as the run goes on.

It says when a run started, how far it came and how long each stage took. Wall-clock time lives only here
and in bronze's commit log; nothing here enters a published table. A file whose outcome is still ``running``
while nobody holds the lock is that of a run that was killed.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.run.durable import write_atomically
from orchestration.run.memory import peak_megabytes, start_peak

RUNNING = "running"
KILLED = "killed"


@dataclass(frozen=True, slots=True)
class StageTime:
    """What one stage cost."""

    stage: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: int


@dataclass(slots=True)
class RunRecord:
    """What the ledger keeps about one run."""

    run_id: str
    as_of: date
    started_at: str
    pid: int
    outcome: str = RUNNING
    failure: str | None = None
    is_replay: bool = False
    ended_at: str | None = None
    published_file: str | None = None
    fingerprint: str | None = None
    verdict: str | None = None
    """How far what was published ties. A run that published nothing is incomplete."""
    digest: str | None = None
    """What became of the digest: written, sent, or why not."""
    stages: list[StageTime] = field(default_factory=list)


class RunLedger:
    """Writes the record of one run to ``folder``/<run_id>.json."""

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self._path = folder / f"{record.run_id}.json"
        self.record = record
        self.save()

    def save(self) -> None:
        """Write the record as it is now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, json.dumps(asdict(self.record), default=str, indent=2) + "\n")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and note it, also when it fails."""
        start_peak()
        began, began_cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.record.stages.append(
                StageTime(
                    stage=name,
                    seconds=round(time.perf_counter() - began, 3),
                    cpu_seconds=round(time.process_time() - began_cpu, 3),
                    peak_megabytes=peak_megabytes(),
                )
            )
            self.save()

    def close(self, outcome: str, failure: str | None = None) -> None:
        """Note how the run ended."""
        self.record.outcome, self.record.failure = outcome, failure
        self.record.verdict = self.record.verdict or "incomplete"
        self.record.ended_at = timestamp(datetime.now(UTC))
        self.save()


def timestamp(moment: datetime) -> str:
    """A UTC moment as text, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def mark_killed_runs(folder: Path) -> None:
    """Close the records of runs that never ended. Only the holder of the lock may call this."""
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text())
        if record["outcome"] == RUNNING:
            write_atomically(
                path, json.dumps(record | {"outcome": KILLED, "verdict": "incomplete"}, indent=2) + "\n"
            )


def latest_record(folder: Path) -> dict[str, object] | None:
    """The record of the run that started last; None when there was none."""
    records = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return max(records, key=lambda record: (record["started_at"], record["run_id"]), default=None)
