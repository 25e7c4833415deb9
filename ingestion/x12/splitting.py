"""Bytes cut into runs: stretches of whole transactions that share one set of delimiters.

What belongs here: finding interchanges in a byte stream, cutting a large file where no transaction is open,
and cleaning the noise that mail, mainframes and editors leave. What does not: the meaning of any segment.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from ingestion.kernels import without
from ingestion.x12.delimiters import BLANKS, LINE_NOISE, Delimiters, delimiters_at

CHUNK_BYTES = 8 * 2**20
"""How much of a file is held at once: large enough to be fast, small enough to keep memory flat."""

_BYTE_ORDER_MARK = codecs.BOM_UTF8
_TAIL = 64  # bytes at the end of an interchange that are looked at for its terminator
_HEADER = re.compile(rb"I[\r\n]*S[\r\n]*A[\r\n]*[^A-Za-z0-9 \r\n]")


class X12Refused(ValueError):  # noqa: N818 - a verdict on a file, not a failure of the reader
    """The bytes are not an X12 file that can be read at all. `reason` is a code, never text from the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Run:
    """Cleaned UTF-8 bytes of one set of delimiters, beginning at a segment and ending with a terminator.

    `preamble` is what stood before the first interchange of the file; it is no segment, and it is kept.
    """

    data: bytes
    delimiters: Delimiters
    preamble: str = ""


def _latin_1_for_invalid_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode what is not UTF-8 as Latin-1, byte by byte, so that no chunk border changes the result."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("x12_latin_1", _latin_1_for_invalid_bytes)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", errors="x12_latin_1")


def refusal_reason(data: bytes) -> str | None:
    """Say why the beginning of a file cannot be X12, or None when it can.

    Reasons: `empty`, `not_text` (UTF-16, PDF, ZIP and the like), `no_interchange_header`,
    `interchange_header_unreadable` (fewer than sixteen elements, or delimiters that cannot be).
    """
    text = data.removeprefix(_BYTE_ORDER_MARK).strip(BLANKS)
    if not text:
        return "empty"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"%PDF", b"PK\x03\x04", b"\x1f\x8b")):
        return "not_text"
    headers = [match.start() for match in _HEADER.finditer(data)]
    if not headers:
        return "no_interchange_header"
    if not any(delimiters_at(data, start) for start in headers):
        return "interchange_header_unreadable"
    return None


def _is_at_segment_start(data: bytes, start: int, current: Delimiters, own: Delimiters) -> bool:
    """Tell whether the header at `start` follows a finished segment, and is not a name that contains ISA."""
    before = start - 1
    blanks = current.blanks + _BYTE_ORDER_MARK
    while before >= 0 and data[before] in blanks:
        before -= 1
    if before < 0 or chr(data[before]) in (current.terminator, own.terminator):
        return True
    # A file whose last terminator is missing, with another one appended to it.
    last_segment = data.rfind(current.terminator.encode(), 0, before) + 1
    return data[last_segment:before].lstrip(BLANKS).startswith(b"IEA" + current.element.encode())


def interchange_starts(data: bytes, current: Delimiters | None) -> list[tuple[int, Delimiters]]:
    """Return where interchanges begin in `data`, with the delimiters of each.

    `current` are the delimiters in force at the beginning of `data`, None at the beginning of a file.
    """
    starts: list[tuple[int, Delimiters]] = []
    for match in _HEADER.finditer(data):
        own = delimiters_at(data, match.start())
        if own is None or (current and not _is_at_segment_start(data, match.start(), current, own)):
            continue
        starts.append((match.start(), own))
        current = own
    return starts


def _end_of_last_transaction(data: bytes, since: int, delimiters: Delimiters) -> int | None:
    """Return the offset after the last complete SE segment at or after `since`, or None."""
    mark = f"SE{delimiters.element}".encode()
    terminator = delimiters.terminator.encode()
    at = data.rfind(mark, since)
    while at > 0:
        before = at - 1
        while before >= 0 and data[before] in delimiters.blanks:
            before -= 1
        end = data.find(terminator, at)
        if data[before : before + 1] == terminator and end >= 0:
            return end + 1
        at = data.rfind(mark, since, at)
    return None


def _cleaned(data: bytes, bounds: list[tuple[int, int]], delimiters: Delimiters) -> bytes:
    """Return the interchanges of a run, which follow one another, as UTF-8 without noise.

    `bounds` are where each begins and ends; each is ended by a terminator.
    """
    if all(_is_ended(data, start, end, delimiters) for start, end in bounds):
        cleaned = (
            data if bounds[0][0] == 0 and bounds[-1][1] == len(data) else data[bounds[0][0] : bounds[-1][1]]
        )
    else:
        cleaned = _ended([data[start:end] for start, end in bounds], delimiters)
    if any(byte in cleaned for byte in delimiters.line_noise):
        cleaned = without(cleaned, delimiters.line_noise)
    return cleaned if cleaned.isascii() else _decoded(cleaned).encode()


def _is_ended(data: bytes, start: int, end: int, delimiters: Delimiters) -> bool:
    """Tell whether an interchange ends with a terminator, with nothing but line endings behind it."""
    tail = data[max(start, end - _TAIL) : end].rstrip(delimiters.line_noise)
    return tail.endswith(delimiters.terminator.encode())


def _ended(pieces: list[bytes], delimiters: Delimiters) -> bytes:
    """Join interchanges, each ended by a terminator."""
    terminator = delimiters.terminator.encode()
    ended = []
    for piece in pieces:
        body = piece.rstrip(delimiters.blanks).removesuffix(_BYTE_ORDER_MARK).rstrip(delimiters.blanks)
        if body.strip(delimiters.blanks):
            ended.append(body if body.endswith(terminator) else body + terminator)
    return b"".join(ended)


class Splitter:
    """Turns the blocks of one file into runs, in order, holding only what is not yet complete."""

    def __init__(self) -> None:
        self._pending = b""
        self._delimiters: Delimiters | None = None
        self._preamble = ""

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the rest of their transaction."""
        return len(self._pending)

    def feed(self, block: bytes, *, is_last: bool) -> list[Run]:
        """Take the next block and return the runs that are complete; all that remains when `is_last`.

        Raises X12Refused when the file turns out to hold no interchange.
        """
        data = self._pending + block if self._pending else block
        starts = interchange_starts(data, self._delimiters)
        if self._delimiters is None:
            if not starts:
                return self._without_header(data, is_last=is_last)
            first, self._delimiters = starts[0]
            self._preamble = _decoded(data[:first].removeprefix(_BYTE_ORDER_MARK).strip(BLANKS))
            data = data[first:]
            starts = [(start - first, delimiters) for start, delimiters in starts]
        elif not starts or starts[0][0] > 0:
            starts.insert(0, (0, self._delimiters))
        cut = len(data) if is_last else self._cut(data, starts)
        self._pending = data[cut:]
        return self._runs(data, [start for start in starts if start[0] < cut], cut)

    def _without_header(self, data: bytes, *, is_last: bool) -> list[Run]:
        if is_last:
            raise X12Refused(refusal_reason(data) or "interchange_header_unreadable")
        self._pending = data
        return []

    @staticmethod
    def _cut(data: bytes, starts: list[tuple[int, Delimiters]]) -> int:
        last_start, delimiters = starts[-1]
        return _end_of_last_transaction(data, last_start, delimiters) or last_start

    def _runs(self, data: bytes, starts: list[tuple[int, Delimiters]], cut: int) -> list[Run]:
        runs: list[Run] = []
        ends = [*(start for start, _ in starts[1:]), cut]
        bounded = ((delimiters, start, end) for (start, delimiters), end in zip(starts, ends, strict=False))
        for delimiters, interchanges in groupby(bounded, key=itemgetter(0)):
            cleaned = _cleaned(data, [(start, end) for _, start, end in interchanges], delimiters)
            if cleaned:
                runs.append(Run(cleaned, delimiters, self._preamble))
                self._preamble = ""
            self._delimiters = delimiters
        return runs


def runs_of(data: bytes) -> list[Run]:
    """Return the runs of a whole file held in memory."""
    return Splitter().feed(data, is_last=True)


def runs_of_stream(file: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[list[Run]]:
    """Yield the runs of an open file, about `chunk_bytes` at a time, always cut where no transaction is open.

    A transaction larger than a chunk is held whole: half of one is of no use to anybody.
    """
    splitter = Splitter()
    block = file.read(chunk_bytes)
    while True:
        # Reading as much again as already waits keeps the work linear when one transaction fills the file.
        following = file.read(max(chunk_bytes, splitter.pending_bytes))
        runs = splitter.feed(block, is_last=not following)
        if runs:
            yield runs
        if not following:
            return
        block = following


__all__ = ["LINE_NOISE", "Run", "Splitter", "X12Refused", "refusal_reason", "runs_of", "runs_of_stream"]
