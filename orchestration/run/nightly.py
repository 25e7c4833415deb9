"""The nightly run: the lock, then four stages in order, each in its own method.

The command, the schedule and the sensor all run these same methods through the one Dagster job (`defs`).
Belongs here: the order, the time taken, and that no failure carries a row's value out. Does not belong
here: how a stage does its work.
"""

import errno
import os
import secrets
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.faults import fault_point
from ingestion.redaction import redacted
from orchestration.failures import (
    ExpectationErroredError,
    PublishBlockedError,
    RunInterruptedError,
    StageFailedError,
    TieoutError,
)
from orchestration.home import Home
from orchestration.own_profiles import known_headers
from orchestration.run.interrupts import noted_interrupts
from orchestration.run.ledger import RunLedger, RunRecord, timestamp
from orchestration.run.lock import Holder, RunLock
from orchestration.run.progress import Listener, Silent
from orchestration.settings import Settings, default_as_of, load_settings

if TYPE_CHECKING:
    from expectations.runner import EvaluationReport
    from ingestion.intake import IntakeReport
    from ingestion.known_headers import KnownHeaders
    from orchestration.run.manifest import Manifest
    from orchestration.run.node_result import NodeResult
    from orchestration.run.people import CountedEntries

STAGES = ("bronze", "warehouse", "expectations", "published")
STOPPED = "the run was stopped; the published warehouse is as it was"
SECONDS_TO_STOP = 15.0
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class NightlyRun:
    """One run in a home folder whose lock is held. Made by `open_run`.

    Its stages are called once each, in the order of `STAGES`. One that fails raises a `TieoutError` and
    leaves the published warehouse as it was.
    """

    def __init__(
        self,
        home: Home,
        settings: Settings,
        record: RunRecord,
        listener: Listener,
        headers: "KnownHeaders | None" = None,
    ) -> None:
        from ingestion.bronze import BronzeStore
        from orchestration.run.parsed_project import WAREHOUSE_NAME

        self.home = home
        self.settings = settings
        self.run_id = record.run_id
        self.as_of = record.as_of
        self.listener = listener
        self.headers = headers
        self.bronze = BronzeStore(home.bronze)
        self.warehouse = home.warehouse / record.run_id / WAREHOUSE_NAME
        self.ledger = RunLedger(home.runs, record)
        self.failure: TieoutError | None = None
        self.was_interrupted = False
        self._deadline: threading.Timer | None = None
        self.intake: IntakeReport | None = None
        self.entries: CountedEntries | None = None
        self.nodes: list[NodeResult] = []
        self.evaluation: EvaluationReport | None = None
        self.manifest: Manifest | None = None

    @property
    def is_replay(self) -> bool:
        """Whether this run looks back: it then takes no files and adds nothing to what runs saw."""
        return self.ledger.record.is_replay

    def recover(self) -> None:
        """Clear away what a killed run left, and find out whether this run looks back."""
        from orchestration.run.retention import recover

        with self.guard("start"):
            recover(self.home, self.bronze)
            last = self.bronze.last_published_as_of()
            self.ledger.record.is_replay = last is not None and self.as_of < last
            self.ledger.save()
            fault_point("run.recovered")

    def take_landing(self) -> "IntakeReport":
        """Landing and bronze: take every new file once, or set it aside. A look back takes nothing."""
        from ingestion.intake import take_landing

        with self.stage("bronze"):
            self.intake = take_landing(
                self.home.landing,
                self.bronze,
                run_id=self.run_id,
                as_of=self.as_of,
                headers=self.headers,
                progress=lambda seen: self.listener.step("files", seen.files_done, seen.files_total),
            )
        return self.intake

    def build_warehouse(self) -> "list[NodeResult]":
        """Warehouse: build everything from bronze in a private file, with one dbt call."""
        from orchestration.run.build import prepare_warehouse
        from orchestration.run.people import export_entries
        from orchestration.run.transform import check_dbt, run_dbt

        with self.stage("warehouse"):
            folder = self.warehouse.parent / "entries"
            self.entries = export_entries(self.home, self.settings, self.as_of, folder)
            counted = self.entries.folder if self.entries else None
            prepare_warehouse(self.warehouse, self.bronze, self.settings.rows(), counted)
            fault_point("warehouse.prepared")
            done: list[str] = []

            def hear(node: str) -> None:
                done.append(node)
                self.listener.step(node, len(done), None)

            self.nodes = run_dbt(self.warehouse, self.as_of, hear)
            fault_point("warehouse.built")
            check_dbt(self.nodes)
        return self.nodes

    def evaluate(self) -> "EvaluationReport":
        """Expectations: look at every mart, write the schema `exceptions`. Raises when one could not be
        evaluated.
        """
        from orchestration.run.evaluate import evaluate_warehouse

        with self.stage("expectations"):
            entries = self.entries.folder if self.entries else None
            self.evaluation = evaluate_warehouse(self.warehouse, self.bronze, self.as_of, entries)
            fault_point("expectations.written")
            if self.evaluation.errored:
                raise ExpectationErroredError(
                    f"expectations that could not be evaluated: {', '.join(self.evaluation.errored)}"
                )
        return self.evaluation

    def publish(self) -> "Manifest":
        """Published: swap the new file in. Raises `PublishBlockedError` when an expectation guards against
        it.
        """
        from orchestration.run.evaluate import outcomes
        from orchestration.run.publish import Publication, publish
        from orchestration.run.retention import prune

        with self.stage("published"):
            evaluation = self.require_unblocked()
            publication = Publication(
                run_id=self.run_id,
                as_of=self.as_of,
                is_replay=self.is_replay,
                warehouse=self.warehouse,
                settings=self.settings.rows(),
                expectations=outcomes(evaluation),
                entries=self.entries,
            )
            self.manifest = publish(publication, self.home.published, self.bronze)
            prune(self.home.published, self.settings.keep_published)
            fault_point("publish.pruned")
            self.ledger.record.published_file = self.manifest.data_file.name
            self.ledger.record.fingerprint = self.manifest.fingerprint
            self.ledger.record.verdict = self.manifest.content["verdict"]["verdict"]
        self._tell()
        return self.manifest

    def _tell(self) -> None:
        """Write the digest and mail it. Whatever goes wrong with it is noted and fails nothing."""
        from orchestration.digest.telling import tell

        self.ledger.record.digest = tell(self.home, self.settings, self.ledger.record)
        self.ledger.save()

    def require_unblocked(self) -> "EvaluationReport":
        """The evaluation, when it allows a publish. Raises `PublishBlockedError` otherwise."""
        if self.evaluation is None:
            raise StageFailedError("published", "expectations have not been evaluated")
        if self.evaluation.blocking:
            raise PublishBlockedError(
                f"expectations that guard the publish did not hold: {', '.join(self.evaluation.blocking)}"
            )
        return self.evaluation

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Announce and time a stage, and guard it."""
        with self.guard(name):
            # Announced under guard: whoever reads it may stop the run in the same moment.
            self.listener.stage(name)
            fault_point(f"{name}.begin")
            with self.ledger.stage(name):
                yield

    @contextmanager
    def guard(self, name: str) -> Iterator[None]:
        """Let no failure out that is not a `TieoutError`: engines quote rows in their messages."""
        try:
            if self.was_interrupted:
                # A library may have swallowed it in the stage before.
                raise RunInterruptedError(STOPPED)
            with noted_interrupts(self._note_interrupt):
                yield
        except TieoutError as error:
            self.failure = RunInterruptedError(STOPPED) if self.was_interrupted else error
            raise self.failure from None
        except Exception as error:  # noqa: BLE001 - whatever it is, its message stays in here
            if self.was_interrupted:
                self.failure = RunInterruptedError(STOPPED)
            else:
                self.failure = StageFailedError(name, redacted(error) + self._space_left(error))
            raise self.failure from None
        except BaseException:
            # An interrupt, of Python's own kind or of Dagster's.
            self.failure = RunInterruptedError(STOPPED)
            raise

    def _note_interrupt(self) -> None:
        """Remember that somebody wants the run to stop, and see to it that it does."""
        if not self.was_interrupted:
            self.was_interrupted = True
            self._deadline = threading.Timer(SECONDS_TO_STOP, self._end_at_once)
            self._deadline.daemon = True
            self._deadline.start()

    def _end_at_once(self) -> None:
        """Leave as a kill would: an engine may wait for its threads for ever once it was interrupted."""
        if self.manifest is None:
            self.failure = RunInterruptedError(STOPPED)
            self.close()
            print(f"tieout: {self.failure}", file=sys.stderr, flush=True)  # noqa: T201 - nobody above will
            os._exit(RunInterruptedError.exit_code)

    def _space_left(self, error: Exception) -> str:
        """Free disk space, when that may be what is wrong."""
        if not (isinstance(error, OSError) and error.errno in _NO_SPACE) and "IO" not in type(error).__name__:
            return ""
        free = shutil.disk_usage(self.home.root).free // 2**20
        return f" (the disk of the home folder has {free} MB free)"

    def close(self) -> None:
        """Remove the private build and note in the ledger how the run ended."""
        if self._deadline is not None:
            self._deadline.cancel()
        shutil.rmtree(self.warehouse.parent, ignore_errors=True)
        if self.manifest is not None:
            self.ledger.close("published")
        elif self.evaluation is not None and self.evaluation.blocking:
            self.ledger.close("blocked", str(self.failure) if self.failure else None)
        else:
            self.ledger.close("failed", str(self.failure) if self.failure else "stopped before it was done")


@contextmanager
def open_run(root: Path, as_of: date | None = None, listener: Listener | None = None) -> Iterator[NightlyRun]:
    """Take the lock of a home folder and start a run in it; leaving the context ends the run.

    ``as_of`` is the business date, today in the practice's zone when not given. Raises `SettingsError`,
    `AlreadyRunningError` or, when leftovers of a killed run cannot be cleared, `StageFailedError`.
    """
    home = Home(root.expanduser().resolve())
    settings = load_settings(home.settings)
    headers = known_headers(home)
    home.create()
    as_of = as_of or default_as_of(settings)
    now = datetime.now(UTC)
    run_id = f"{as_of:%Y%m%d}-{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}"
    record = RunRecord(run_id=run_id, as_of=as_of, started_at=timestamp(now), pid=os.getpid())
    with RunLock(home.lock, Holder(record.pid, run_id, record.started_at)):
        fault_point("run.locked")
        run = NightlyRun(home, settings, record, listener or Silent(), headers)
        try:
            run.recover()
            yield run
        finally:
            run.close()
