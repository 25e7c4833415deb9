"""Workbooks: bytes -> sheets of text, parsed in a process of its own within limits.

Belongs here: the guard before, the process, its limits and its end. Does not belong here: which sheet is
wanted (`ingestion.content`), or types (`ingestion.readers.fields`). One process serves all workbooks of an
intake; a workbook that crashes it, or runs into a limit, costs this process and no more: the file is refused
with `PARSER_LIMIT`, and the next workbook starts another.
"""

import json
import struct
import subprocess
import sys
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from ingestion.readers.workbook_guard import workbook_reason

PARSER_LIMIT = "parser_limit"

MEMORY_MEGABYTES = 768  # beside the interpreter and its libraries
PROCESSOR_SECONDS = 60
WALL_SECONDS = 120

_WORKER = Path(__file__).with_name("excel_worker.py")


class UnreadableWorkbookError(Exception):
    """The workbook is not taken. ``reason`` is a code, and all that the exception says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet.

    cells  Arrow table of text, columns named ``0``, ``1``, ... from the first used one on; row ``n`` of the
           table is row ``n + 1`` of the sheet; a blank cell is null. Dates read ``2026-03-02 00:00:00``,
           numbers in plain digits, or in scientific notation where the workbook has kept 15 digits of more.
    """

    name: str
    cells: pa.Table


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible sheets of a workbook in their order, and whether its serial dates count from 1904."""

    sheets: tuple[Sheet, ...]
    is_1904: bool = False


class _WorkerEndedError(Exception):
    """The process ended before its answer was whole."""


class WorkbookParser:
    """Parses workbooks one after the other. The process starts with the first; `close` ends it."""

    def __init__(
        self,
        memory_megabytes: int = MEMORY_MEGABYTES,
        processor_seconds: int = PROCESSOR_SECONDS,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._limits = (str(memory_megabytes), str(processor_seconds))
        self._wall_seconds = wall_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[..., WorkbookParser] | None = None

    def parse(self, data: bytes) -> Workbook:
        """The visible sheets of the workbook ``data``. Raises `UnreadableWorkbookError`."""
        reason = workbook_reason(data)
        if reason is not None:
            raise UnreadableWorkbookError(reason)
        process = self._started()
        watch = threading.Timer(self._wall_seconds, process.kill)
        watch.start()
        try:
            return _exchange(process, data)
        except (_WorkerEndedError, BrokenPipeError):
            self.close()
            raise UnreadableWorkbookError(PARSER_LIMIT) from None
        finally:
            watch.cancel()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603  # our own file in our own interpreter
                [sys.executable, "-I", str(_WORKER), *self._limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a parser that fails may quote a cell
                env={"MALLOC_ARENA_MAX": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
            )
            self._finalizer = weakref.finalize(self, _end, self._process)
        return self._process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what was to be written has nobody to read it
    process.wait()


def _exchange(process: subprocess.Popen[bytes], data: bytes) -> Workbook:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(struct.pack(">Q", len(data)))
    process.stdin.write(data)
    process.stdin.flush()
    answer = json.loads(_received(process.stdout))
    if "reason" in answer:
        raise UnreadableWorkbookError(answer["reason"])
    sheets = [
        Sheet(told["name"], pa.ipc.open_stream(_received(process.stdout)).read_all())
        for told in answer["sheets"]
        if told["is_visible"]
    ]
    return Workbook(tuple(sheets), answer["is_1904"])


def _received(stream: IO[bytes]) -> bytes:
    length = stream.read(8)
    if len(length) < 8:
        raise _WorkerEndedError
    expected = struct.unpack(">Q", length)[0]
    data = stream.read(expected)
    if len(data) < expected:
        raise _WorkerEndedError
    return data
