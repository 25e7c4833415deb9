"""One run at a time in a home folder.

The lock is the operating system's (flock), so it is gone the moment its owner dies, however it dies: there
is no stale lock to clean up. The text inside the file only says who holds it.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from orchestration.failures import AlreadyRunningError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock."""

    pid: int
    run_id: str
    started_at: str

    def __str__(self) -> str:
        return f"run {self.run_id} (process {self.pid}, started {self.started_at})"


class RunLock:
    """The lock of a home folder, held from entering the context to leaving it.

    Raises `AlreadyRunningError`, which names the holder, when another run has it. Never waits.
    """

    def __init__(self, path: Path, holder: Holder) -> None:
        self._path = path
        self._holder = holder
        self._descriptor: int | None = None

    def __enter__(self) -> "RunLock":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            holder = _read_holder(self._path)
            raise AlreadyRunningError(
                f"another run is going on: {holder or 'its owner has not said who it is yet'}"
            ) from None
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(self._holder)).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def current_holder(path: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_holder(path) or Holder(pid=0, run_id="unknown", started_at="unknown")
    finally:
        os.close(descriptor)
    return None


def _read_holder(path: Path) -> Holder | None:
    """What the holder wrote; None when it has not written yet."""
    try:
        return Holder(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
