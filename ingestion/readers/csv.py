"""Delimited text: bytes -> tables of text, every record with its number in the file.

Belongs here: delimiters, quotes, record numbers, records that have the wrong number of fields. Does not
belong here: encodings (`ingestion.readers.encodings`), types (`ingestion.readers.fields`), or which columns
are wanted (`ingestion.headers`). Text without quotes in which every line has the fields of the header, which
most exports are, is cut by a kernel; Arrow reads all other, and tells what is wrong with it. Every value
stays text, so leading zeros and long numbers survive; a blank field is null.

A record's number counts records, as a spreadsheet's row number does: the first record of the file is 1, a
quoted line break does not count, a blank line does. What cannot be read as a whole raises
`UnreadableCsvError` with a reason code.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ingestion.kernels import cut_rectangle
from ingestion.readers.encodings import to_utf8
from ingestion.readers.totals import TotalsRecord, totals_record

DELIMITERS = (",", ";", "\t", "|")
LARGEST_HEADER = 1024 * 1024  # bytes in which the header must be found
MOST_COLUMNS = 1_000
WORTH_THREADS = 1024 * 1024  # bytes from which reading in several threads pays
_LONGEST_REMEMBERED = 4096  # bytes of a header line that is worth to be remembered
SMALL_FILE = 64 * 1024  # bytes up to which files are cut together with others of the same header
BLOCK = 16 * 1024 * 1024  # bytes; a record longer than this is refused

UNTERMINATED_QUOTE = "unterminated_quote"
RECORD_TOO_LONG = "record_too_long"
NO_HEADER = "no_header"
BROKEN_ENCODING = "broken_encoding"

# Appended as a last record: when it does not come back as one, an open quote has swallowed it.
_END = "\x1eend\x1e"
_RARE_BLANKS = (b"\t", b"\x0b", b"\x0c")


class UnreadableCsvError(Exception):
    """The file cannot be read as delimited text. ``reason`` is a code, and all that the exception says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CsvHeader:
    """The first record that is not blank. ``record_number`` is its number; blank lines before it count."""

    names: tuple[str, ...]
    delimiter: str
    record_number: int


@dataclass(frozen=True, slots=True)
class CsvRecords:
    """Records of one file or one sheet, of one stretch of a long file, or of several small files.

    fields   Arrow table of text, one column for each header field named ``0``, ``1``, ...; blank fields are
    null.
             Arrow and not polars, because joining the tables of thousands of small files then costs nothing.
    numbers  record numbers of the rows of ``fields``
    ragged   numbers of the records that have more or fewer fields than the header; they are not in ``fields``
    is_trimmed  no field is known to begin or end with a blank, so that nobody needs to look for one
    totals   records that would be ragged, but are a total of those above
    serial_dates_from  the day that a number in a date column counts from, None where it is no date
    """

    fields: pa.Table
    numbers: npt.NDArray[np.int64]
    ragged: list[int]
    totals: list[TotalsRecord] = field(default_factory=list)
    is_trimmed: bool = False
    serial_dates_from: str | None = None


class PlainText(NamedTuple):
    """The ``rows`` records of a small file, as yet uncut: what stands in ``whole`` from ``start`` on."""

    whole: bytes
    start: int
    rows: int
    header: CsvHeader

    def apart(self) -> CsvRecords:
        """The records of this file alone."""
        return read_records(self.whole, "utf-8", self.header)


def read_header(data: bytes, encoding: str) -> CsvHeader:
    """Find the header in the first bytes of a file and tell its delimiter. Raises `UnreadableCsvError`."""
    line = data[: data.find(b"\n") + 1]
    if len(line) <= _LONGEST_REMEMBERED and b'"' not in line and b"\r" not in line.removesuffix(b"\r\n"):
        header = _header_of_line(line, encoding)
        if header is not None:
            return header
    return _header_of(data, encoding)


@lru_cache(maxsize=1024)
def _header_of_line(line: bytes, encoding: str) -> CsvHeader | None:
    """The header when the first line is one by itself. Remembered, because an export writes the same one
    into every one of its files."""
    try:
        is_first_record = any(map(str.isalnum, to_utf8(line, encoding).decode()))
        return _header_of(line, encoding) if is_first_record else None
    except (UnicodeDecodeError, UnreadableCsvError):
        return None


def _header_of(data: bytes, encoding: str) -> CsvHeader:
    try:
        text = to_utf8(data[:LARGEST_HEADER], encoding).decode("utf-8", errors="ignore")
    except UnicodeDecodeError:
        text = data[:LARGEST_HEADER].decode(encoding, errors="ignore")
    best: CsvHeader | None = None
    for delimiter in DELIMITERS:
        header = _first_record(text, delimiter)
        if header is not None and (best is None or len(header.names) > len(best.names)):
            best = header
    if best is None or len(best.names) > MOST_COLUMNS:
        raise UnreadableCsvError(NO_HEADER)
    return best


def first_records(data: bytes, encoding: str, count: int) -> Iterator[list[CsvHeader]]:
    """The first ``count`` records that are not blank, each as if it were the header, once per delimiter."""
    text = data[:LARGEST_HEADER].decode(encoding, errors="ignore")
    for delimiter in DELIMITERS:
        records = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
        found: list[CsvHeader] = []
        try:
            for number, names in records:
                if number > count:
                    break
                if any(name.strip() for name in names):
                    found.append(CsvHeader(tuple(names), delimiter, number))
        except csv.Error:
            continue
        yield found


def read_records(data: bytes, encoding: str, header: CsvHeader) -> CsvRecords:
    """All records after the header of a file held in memory. Raises `UnreadableCsvError`."""
    try:
        text = to_utf8(data, encoding)
    except UnicodeDecodeError:
        raise UnreadableCsvError(BROKEN_ENCODING) from None
    if (start := _start_of_records(text, header)) is not None and (records := _cut(text, start, header)):
        return records
    text += _end(text[-1:], header)
    # Threads do not tell which record is ragged, so a file that has one is read again without them.
    for use_threads in (True, False) if len(text) > WORTH_THREADS else (False,):
        invalid = _InvalidRecords(header)
        options = _options(header, invalid, block_size=min(BLOCK, max(len(text), 1)), use_threads=use_threads)
        try:
            fields = arrow_csv.read_csv(pa.BufferReader(text), **options)
        except pa.ArrowInvalid:
            raise UnreadableCsvError(RECORD_TOO_LONG) from None
        if not invalid.numbers:
            break
    if not _has_end(fields):
        raise UnreadableCsvError(UNTERMINATED_QUOTE)
    fields = fields.slice(0, fields.num_rows - 1)
    records = fields.num_rows + len(invalid.numbers)
    return CsvRecords(
        fields,
        _numbers(header.record_number, fields.num_rows, invalid.numbers),
        *invalid.told_apart(0),
        is_trimmed=_is_trimmed(text, header.delimiter, lines=header.record_number + records + 1),
    )


def plain_text(data: bytes, encoding: str, header: CsvHeader) -> PlainText | None:
    """The records of a small file that look plain enough to be cut together with those of others.

    Without a quote nothing can be wrong with such a text that its reading would have to tell.
    """
    if len(data) > SMALL_FILE:
        return None
    try:
        text = to_utf8(data, encoding)
    except UnicodeDecodeError:
        return None
    start = _start_of_records(text, header)
    if start is None or b'"' in text or b"\0" in text:
        return None
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None
    rows = text.count(b"\n", start) + (start < len(text) and not text.endswith(b"\n"))
    if text.count(header.delimiter.encode(), start) != rows * (len(header.names) - 1):
        return None
    return PlainText(text, start, rows, header)


def cut_together(texts: Sequence[PlainText]) -> CsvRecords | None:
    """The records of several small files of the same delimiter and width, file after file.

    None when a record of one has too many or too few fields, which only reading each apart can tell.
    """
    parts: list[memoryview | bytes] = []
    for each in texts:
        parts.append(memoryview(each.whole)[each.start :])
        if each.start < len(each.whole) and not each.whole.endswith(b"\n"):
            parts.append(b"\n")
    header = texts[0].header
    cut = cut_rectangle(b"".join(parts), 0, header.delimiter, len(header.names))
    if cut is None:
        return None
    befores = np.array([each.header.record_number for each in texts], dtype=np.int64)
    return CsvRecords(
        _table(cut.columns), _numbered(befores, [each.rows for each in texts]), [], is_trimmed=cut.is_trimmed
    )


def _numbered(befores: npt.NDArray[np.int64], rows: Sequence[int]) -> npt.NDArray[np.int64]:
    """For each file the numbers of its records, which follow record ``before``."""
    ends = np.cumsum(np.array(rows, dtype=np.int64))
    firsts = befores + 1 - np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    return np.arange(int(ends[-1]), dtype=np.int64) + np.repeat(firsts, rows)


def _start_of_records(text: bytes, header: CsvHeader) -> int | None:
    """Where the records after the header begin in ``text``; None where its lines are not easily told."""
    start = 0
    for _ in range(header.record_number):
        start = text.find(b"\n", start) + 1
        if not start:
            start = len(text)
            break
    above = text[:start]
    has_other_lines = b'"' in above or above.count(b"\r") != above.count(b"\r\n")
    return None if has_other_lines else start


def _cut(text: bytes, start: int, header: CsvHeader, before: int | None = None) -> CsvRecords | None:
    """The records of ``text`` from ``start`` on, the first of which follows record ``before``; None when the
    text is not plain."""
    cut = cut_rectangle(text, start, header.delimiter, len(header.names), longest=BLOCK)
    if cut is None:
        return None
    fields = _table(cut.columns)
    after = header.record_number if before is None else before
    return CsvRecords(fields, _numbers(after, fields.num_rows, []), [], is_trimmed=cut.is_trimmed)


def _table(columns: list[pl.Series]) -> pa.Table:
    newest = pl.CompatLevel.newest()
    return pa.table(
        {str(place): column.to_arrow(compat_level=newest) for place, column in enumerate(columns)}
    )


def stream_records(stream: BinaryIO, encoding: str, header: CsvHeader) -> Iterator[CsvRecords]:
    """The same as `read_records`, in stretches of about `BLOCK` bytes, for a file too long for memory.

    Stretches are cut by a kernel as long as they are plain; from the first on that is not, Arrow reads.
    """
    text = _Utf8(stream, encoding)
    last_number = header.record_number
    start: int | None = None
    left = b""
    try:
        while not text.is_done:
            block = text.read(BLOCK)
            lines, left = _whole_lines(left, block, is_last=text.is_done)
            begin = _start_of_records(lines, header) if start is None else start
            has_header = start is not None or text.is_done or lines.count(b"\n") >= header.record_number
            records = None
            if begin is not None and has_header and (lines or text.is_done):
                records = _cut(lines, begin, header, last_number)
            if records is None:
                rest = _Utf8WithEnd(text, lines + left, header)
                yield from _read_on(rest, header, last_number, is_below_header=start is not None)
                return
            start = 0
            if records.fields.num_rows:
                last_number += records.fields.num_rows
                yield records
    except UnicodeDecodeError:
        raise UnreadableCsvError(BROKEN_ENCODING) from None


def _whole_lines(left: bytes, block: bytes, *, is_last: bool) -> tuple[bytes, bytes]:
    """The whole lines of what was ``left`` and the ``block`` after it, and what is left now.

    At the end of a file everything is a line.
    """
    border = len(block) if is_last else block.rfind(b"\n") + 1
    if not border and not is_last:
        return b"", left + block
    return b"".join((left, memoryview(block)[:border])), block[border:]


def _read_on(
    text: _Utf8WithEnd, header: CsvHeader, after: int, *, is_below_header: bool
) -> Iterator[CsvRecords]:
    """The rest of a file, whose records follow record ``after``, as Arrow reads it."""
    # Arrow counts from where it begins to read; above the header it counts what the header's number counts.
    counted_before = after if is_below_header else 0
    invalid = _InvalidRecords(header, counted_before)
    last_number = after
    ragged_told = 0
    has_ended = False
    options = _options(header, invalid, block_size=BLOCK, use_threads=False, is_below_header=is_below_header)
    try:
        reader = arrow_csv.open_csv(pa.PythonFile(text, mode="r"), **options)
        for batch in reader:
            fields = pa.Table.from_batches([batch])
            if fields.num_rows:  # Arrow may add a batch of nothing at the end
                has_ended = _has_end(fields)
                fields = fields.slice(0, fields.num_rows - int(has_ended))
            numbers = _numbers(last_number, fields.num_rows, invalid.numbers)
            last_number = int(numbers[-1]) if fields.num_rows else last_number
            ragged, totals = invalid.told_apart(ragged_told)
            ragged_told = len(invalid.numbers)
            # Arrow reads ahead: what was read so far holds these records, and may hold more.
            yield CsvRecords(fields, numbers, ragged, totals, is_trimmed=text.is_trimmed)
    except pa.ArrowInvalid:
        raise UnreadableCsvError(RECORD_TOO_LONG) from None
    if not has_ended:
        raise UnreadableCsvError(UNTERMINATED_QUOTE)


class _InvalidRecords:
    """Collects the numbers of records with too many or too few fields, and has them skipped."""

    def __init__(self, header: CsvHeader, counted_before: int = 0) -> None:
        self.numbers: list[int] = []
        self._header = header
        self._counted_before = counted_before
        self._totals: dict[int, TotalsRecord] = {}

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        number = (row.number or 0) + self._counted_before
        self.numbers.append(number)
        total = totals_record(number, row.text, self._header.delimiter, len(self._header.names))
        if total is not None:
            self._totals[number] = total
        return "skip"

    def told_apart(self, start: int) -> tuple[list[int], list[TotalsRecord]]:
        """What was collected from the ``start``-th on: the numbers of ragged records, and totals."""
        numbers = self.numbers[start:]
        ragged = [number for number in numbers if number not in self._totals]
        return ragged, [self._totals[number] for number in numbers if number in self._totals]


class _Utf8:
    """A stream turned into UTF-8 block by block. `is_done` when its end was read."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._is_utf8 = encoding == "utf-8"
        self.is_done = False

    def read(self, size: int) -> bytes:
        """The next bytes, about ``size`` of them; none only at the end."""
        while not self.is_done:
            raw = self._stream.read(size)
            self.is_done = len(raw) < size
            # Known to be UTF-8 already: see `ingestion.readers.encodings`.
            block = raw if self._is_utf8 else self._decoder.decode(raw, final=self.is_done).encode()
            if block:
                return block
        return b""


class _Utf8WithEnd:
    """What Arrow reads from: the rest of a text, with the end record after it."""

    def __init__(self, text: _Utf8, ready: bytes, header: CsvHeader) -> None:
        self._text = text
        self._header = header
        self._ready = ready
        self._last_byte = ready[-1:] or b"\n"
        self._has_end = False
        self.is_trimmed = _is_trimmed(b"\n" + ready, header.delimiter)
        self.closed = False

    def read(self, size: int = BLOCK) -> bytes:
        """Exactly the next ``size`` bytes, fewer only at the end: Arrow loses what follows a short block."""
        while len(self._ready) < size and not self._has_end:
            block = self._text.read(size)
            self.is_trimmed = self.is_trimmed and _is_trimmed(self._last_byte + block, self._header.delimiter)
            self._last_byte = block[-1:] or self._last_byte
            self._has_end = not block
            self._ready += block or _end(self._last_byte, self._header)
        block, self._ready = self._ready[:size], self._ready[size:]
        return block

    def close(self) -> None:
        """Part of the protocol of files; the stream belongs to the caller and stays open."""
        self.closed = True


def _first_record(text: str, delimiter: str) -> CsvHeader | None:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, names in enumerate(records, start=1):
            if any(name.strip() for name in names):
                return CsvHeader(tuple(names), delimiter, number)
    except csv.Error:
        return None
    return None


def _end(last_byte: bytes, header: CsvHeader) -> bytes:
    """The end record, on a line of its own after text that ends with ``last_byte``."""
    separator = b"" if last_byte in (b"\n", b"\r") else b"\n"
    return separator + header.delimiter.join([_END] * len(header.names)).encode() + b"\n"


def _options(
    header: CsvHeader,
    invalid: _InvalidRecords,
    *,
    block_size: int,
    use_threads: bool,
    is_below_header: bool = False,
) -> dict[str, Any]:
    names = [str(position) for position in range(len(header.names))]
    return {
        "read_options": arrow_csv.ReadOptions(
            use_threads=use_threads,
            block_size=block_size,
            column_names=names,
            skip_rows_after_names=0 if is_below_header else header.record_number,
        ),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=header.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=invalid,
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,  # already UTF-8: see `ingestion.readers.encodings`
        ),
    }


def _is_trimmed(text: bytes, delimiter: str, lines: int | None = None) -> bool:
    """Whether no field of ``text`` begins or ends with a blank; no where only a closer look would tell.

    A look at the bytes costs a tenth of a look at every field, and most exports have no such blanks. A field
    in quotes may also begin or end with a line break, so then the breaks must be as many as the ``lines``.
    """
    if b'"' in text and (text.count(b"\n") != lines or text.count(b"\r") != text.count(b"\r\n")):
        return False
    blanks = [blank for blank in _RARE_BLANKS if blank != delimiter.encode()]
    if not text.isascii() or any(blank in text for blank in blanks):
        return False
    characters = np.frombuffer(text, np.uint8)
    spaces = np.flatnonzero(characters == ord(" "))
    is_border = np.zeros(256, np.bool_)
    is_border[[ord(character) for character in (delimiter, "\r", "\n", '"')]] = True
    return not any(
        is_border[characters.take(spaces + step, mode="clip")].any() for step in (-1, 1) if spaces.size
    )


def _has_end(fields: pa.Table) -> bool:
    return fields.num_rows > 0 and all(column[-1].as_py() == _END for column in fields.columns)


def _numbers(after: int, rows: int, ragged: list[int]) -> npt.NDArray[np.int64]:
    """Numbers of ``rows`` records that follow record ``after``, leaving out the numbers of ragged ones."""
    skipped = np.array([number for number in ragged if number > after], dtype=np.int64)
    # Among the numbers after `after`, the ones that are not skipped; at most `skipped.size` more are looked
    # at.
    candidates = np.arange(after + 1, after + 1 + rows + skipped.size, dtype=np.int64)
    kept = candidates[~np.isin(candidates, skipped)] if skipped.size else candidates
    return kept[:rows]
