"""X12 files on their way into bronze, many small ones at a time and several batches at the same time.

Belongs here: which files are read together, and that a file which cannot be read is told alone. Does not
belong here: what becomes of what was read (`ingestion.transactions`), or of a file that was not (the caller).
Rows enter bronze in the order in which the files were added, whichever batch is read first.
"""

import io
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from ingestion.bronze import BronzeCommit, BronzeError
from ingestion.register import Load
from ingestion.transactions import (
    NothingTakenError,
    append_transactions,
    files_not_taken,
    taken,
    without_files,
)
from ingestion.x12 import (
    X12Batch,
    X12Refused,
    batch_of_one,
    read_x12_files,
    read_x12_stream,
    shared_chunk_bytes,
)

BATCH_BYTES = 8 * 1024 * 1024  # of files that are read as one
WORKERS = 2  # batches that are read at the same time; within a batch the engine uses all cores anyway

OF_THE_MACHINE = (OSError, MemoryError, BronzeError)
"""What is no fault of a file and so stops the run instead of setting the file aside."""


@dataclass(slots=True)
class _Waiting:
    """Files that will be read as one."""

    loads: list[Load] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading them gave, part by part, and the error of each file that was not read, by its place."""

    loads: list[Load]
    parts: list[X12Batch]
    errors: dict[int, Exception]


class TransactionFiles:
    """Takes whole X12 files held in memory; tells each, in order, as loaded or as failed.

    A file is told only when its batch was read; `flush` tells all that wait. ``loaded`` gets the load with
    its account complete, ``failed`` the load and the error that its reader ended with.
    """

    def __init__(
        self,
        commit: BronzeCommit,
        loaded: Callable[[Load], None],
        failed: Callable[[Load, Exception], None],
        batch_bytes: int = BATCH_BYTES,
    ) -> None:
        self.warnings = 0
        self._commit = commit
        self._loaded = loaded
        self._failed = failed
        self._batch_bytes = batch_bytes
        self._waiting = _Waiting()
        self._reading: deque[Future[_Read]] = deque()
        self._hashes: set[str] = set()
        self._pool = ThreadPoolExecutor(WORKERS)

    def holds(self, file_hash: str) -> bool:
        """Whether a file of these bytes waits to be told."""
        return file_hash in self._hashes

    def add(self, load: Load, data: bytes) -> None:
        """Take a file. What was read before it may be appended now."""
        self._hashes.add(load.file_hash)
        if self._waiting.files and self._waiting.bytes + len(data) > self._batch_bytes:
            self._start()
        self._waiting.loads.append(load)
        self._waiting.files.append(data)
        self._waiting.bytes += len(data)
        if self._waiting.bytes >= self._batch_bytes:
            self._start()

    def flush(self) -> None:
        """Read and append everything that waits."""
        if self._waiting.files:
            self._start()
        while self._reading:
            self._finish(self._reading.popleft().result())

    def _start(self) -> None:
        self._reading.append(
            self._pool.submit(_read, self._waiting.loads, self._waiting.files, self._batch_bytes)
        )
        self._waiting = _Waiting()
        # Not when one happens to be ready: then the order of appending would be chance.
        if len(self._reading) > WORKERS:
            self._finish(self._reading.popleft().result())

    def _finish(self, read: _Read) -> None:
        self.warnings += append_transactions(self._commit, read.loads, read.parts)
        for place, load in enumerate(read.loads):
            self._hashes.discard(load.file_hash)
            if place in read.errors:
                self._failed(load, read.errors[place])
            else:
                self._loaded(load)


def _read(loads: list[Load], files: list[bytes], batch_bytes: int) -> _Read:
    """Read the files as one; each by itself where that fails, so that the fault of one is its own."""
    if len(files) == 1 and len(files[0]) > batch_bytes:
        return _read_alone(loads, files)
    try:
        batch = read_x12_files(files)
    except OF_THE_MACHINE:
        raise
    except Exception:  # noqa: BLE001  # whose fault it is turns out below
        return _read_alone(loads, files)
    not_taken = files_not_taken(batch)
    errors: dict[int, Exception] = {place: X12Refused(reason) for place, reason in batch.refused.items()}
    errors |= {place: NothingTakenError(reason) for place, reason in not_taken.items()}
    return _Read(loads, [without_files(batch, not_taken)], errors)


def _read_alone(loads: list[Load], files: list[bytes]) -> _Read:
    parts: list[X12Batch] = []
    errors: dict[int, Exception] = {}
    for place, data in enumerate(files):
        try:
            readings = read_x12_stream(io.BytesIO(data), shared_chunk_bytes(len(data)))
            parts += [batch_of_one(part, place) for part in taken(readings)]
        except OF_THE_MACHINE:
            raise
        except Exception as error:  # noqa: BLE001  # a reader's fault is told, and others go on
            errors[place] = error
    return _Read(loads, parts, errors)
