"""Landing to bronze: every new file of the drop folder taken once, or set aside with a reason, in one commit.

Belongs here: the frame of an intake and its report. Does not belong here: the decision about a file
(`ingestion.file_intake`). The same folder and the same business date give the same rows of bronze in the same
order, whatever order the file system lists the files in. One bad file never stops the others; an error of the
machine (disk, memory) stops all, and then nothing of the run is visible.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingestion.bronze import BronzeStore
from ingestion.faults import fault_point, has_faults
from ingestion.file_intake import WHOLE_FILE_LIMIT, FileIntake, LoadingDays
from ingestion.known_headers import KnownHeaders
from ingestion.landing import SIZE_LIMIT, LandedFile, scan_landing
from ingestion.landing_marks import LandingMarks


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the intake is. Bytes are those of the files done and of all files at hand."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


@dataclass(slots=True)
class IntakeReport:
    """What an intake did.

    files            verdict (``loaded``, ``duplicate``, ``set_aside``) -> number of new files
    known            files that were in the register already
    waiting          files of dated folders later than the business date
    records_*        rows of the row sources and segments of X12, over the new files
    ignored_columns  fields in the headers of loaded files that no contract knows
    x12_warnings     findings in X12 files that did not keep anything from loading
    set_aside        file name -> reason, for each file newly set aside
    failures         file name -> class and place of the error, for each file with the reason
    ``reader_failed`` is_replay        the business date lies before the last published one, so nothing was
    taken commit_sequence  number of the commit of bronze, None when there was nothing new
    """

    as_of: date
    is_replay: bool = False
    files: dict[str, int] = field(default_factory=dict)
    known: int = 0
    waiting: int = 0
    records_read: int = 0
    records_kept: int = 0
    records_quarantined: int = 0
    records_skipped: int = 0
    ignored_columns: int = 0
    x12_warnings: int = 0
    set_aside: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    commit_sequence: int | None = None
    seconds: float = 0.0


def take_landing(
    landing: Path,
    bronze: BronzeStore,
    *,
    run_id: str,
    as_of: date,
    progress: Callable[[Progress], None] | None = None,
    size_limit: int = SIZE_LIMIT,
    whole_file_limit: int = WHOLE_FILE_LIMIT,
    headers: KnownHeaders | None = None,
) -> IntakeReport:
    """Take every new file of ``landing`` into ``bronze`` as of a business date, all or nothing.

    A file larger than ``size_limit`` bytes is set aside; one larger than ``whole_file_limit`` is read in
    stretches. ``headers`` knows a practice's own profiles beside the shipped ones. Raises OSError and
    MemoryError of the machine, and BronzeError; then bronze is as it was.
    """
    started = time.perf_counter()
    report = IntakeReport(as_of)
    last_published = bronze.last_published_as_of()
    if last_published is not None and as_of < last_published:
        report.is_replay = True
        return report
    landed = scan_landing(landing, size_limit)
    delivered = [file for file in landed if file.day is None or file.day <= as_of]
    report.waiting = len(landed) - len(delivered)
    fault_point("intake.scanned")
    marks = LandingMarks(bronze.root / "landing-marks.json")
    with bronze.begin(run_id, as_of) as commit:
        days = LoadingDays(as_of, last_published)
        intake = FileIntake(commit, bronze, marks, days, whole_file_limit, headers)
        _take_each(delivered, intake, progress)
        intake.finish()
        record = commit.commit()
    if record is not None:
        marks.save(file.name for file in delivered)
        report.commit_sequence = record.sequence
    _fill_in(report, intake)
    report.seconds = time.perf_counter() - started
    return report


def _take_each(
    files: list[LandedFile], intake: FileIntake, progress: Callable[[Progress], None] | None
) -> None:
    bytes_total = sum(file.size for file in files)
    bytes_done = 0
    may_fail = has_faults()  # asked once: there may be thousands of files
    for files_done, file in enumerate(files, start=1):
        if may_fail:
            fault_point("intake.before_file")
        intake.take(file)
        bytes_done += file.size
        if progress is not None:
            progress(Progress(files_done, len(files), bytes_done, bytes_total))


def _fill_in(report: IntakeReport, intake: FileIntake) -> None:
    report.files = dict(Counter(load.verdict for load in intake.register.added))
    for load in intake.register.added:
        report.records_read += load.records_read
        report.records_kept += load.records_kept
        report.records_quarantined += load.records_quarantined
        report.records_skipped += load.records_skipped
        if load.reason is not None:
            report.set_aside[load.file_name] = load.reason
    report.known = intake.known
    report.ignored_columns = intake.ignored_columns
    report.x12_warnings = intake.x12_warnings
    report.failures = intake.failures
