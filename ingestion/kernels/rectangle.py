"""Plain delimited text, cut into columns in one pass: every line a record of as many fields as the header.

Belongs here: text without quotes, in which every line has as many fields as the others. Does not belong here:
any other text; that it is one is all that is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import Bytes, Mask, Words, texts_of

_LARGEST = 2**31 - 1  # bytes that a view can point into


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Columns of text, blank fields null; and whether no field begins or ends with what may be a blank."""

    columns: list[pl.Series]
    is_trimmed: bool


def cut_rectangle(
    text: bytes, start: int, delimiter: str, width: int, longest: int = _LARGEST
) -> Rectangle | None:
    """The records of ``text`` from ``start`` on, each of ``width`` fields; None when it is not so plain.

    Not plain: quotes, NUL, a carriage return that no line feed follows, blank lines, fields too few or many,
    a record of more than ``longest`` bytes.
    """
    if width < 2 or len(text) > _LARGEST:
        return None
    rows = text.count(b"\n", start) + (start < len(text) and not text.endswith(b"\n"))
    words = np.empty((width, 2 * rows), np.uint64)
    is_null = np.empty((width, rows), np.bool_)
    if not rows:
        return Rectangle([pl.Series(dtype=pl.String)] * width, is_trimmed=True)
    stops = np.zeros(256, np.bool_)
    stops[[0, 10, 13, 34, ord(delimiter)]] = True
    outcome = _cut(np.frombuffer(text, np.uint8), start, ord(delimiter), stops, longest, words, is_null)
    if outcome < 0:
        return None
    columns = [texts_of(words[place], is_null[place], text) for place in range(width)]
    return Rectangle(columns, is_trimmed=outcome == 1)


@kernel
def _cut(
    data: Bytes, start: int, delimiter: int, stops: Mask, longest: int, words: Words, is_null: Mask
) -> int:
    """Fill the views of every field. Returns -1 when the text is not plain, 1 when every field is trimmed."""
    width, rows = is_null.shape
    place = start
    size = len(data)
    is_trimmed = 1
    for row in range(rows):
        record = place
        for field in range(width):
            begin = place
            while place < size and not stops[data[place]]:
                place += 1
            length = place - begin
            is_line_end = True
            if place < size:
                stop = data[place]
                is_line_end = stop != delimiter
                if stop == 13 and place + 1 < size and data[place + 1] == 10:
                    place += 1
                elif is_line_end and stop != 10:
                    return -1
            place += 1
            if is_line_end != (field == width - 1):
                return -1
            low = np.uint64(0)
            high = np.uint64(0)
            if length > 0:
                first = data[begin]
                last = data[begin + length - 1]
                if first <= 32 or last <= 32 or first >= 128 or last >= 128:
                    is_trimmed = 0
                if begin + 12 <= size:
                    # Twelve bytes whatever the length: two loads, and what is too much is masked out.
                    for at in range(4):
                        low |= np.uint64(data[begin + at]) << np.uint64(8 * at)
                    for at in range(8):
                        high |= np.uint64(data[begin + 4 + at]) << np.uint64(8 * at)
                    if length < 4:
                        low &= (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
                    if length <= 4:
                        high = np.uint64(0)
                    elif length < 12:
                        high &= (np.uint64(1) << np.uint64(8 * (length - 4))) - np.uint64(1)
                else:
                    for at in range(min(length, 4)):
                        low |= np.uint64(data[begin + at]) << np.uint64(8 * at)
                    for at in range(4, min(length, 12)):
                        high |= np.uint64(data[begin + at]) << np.uint64(8 * (at - 4))
                if length > 12:
                    high = np.uint64(begin) << np.uint64(32)
                low = (low << np.uint64(32)) | np.uint64(length)
            words[field, 2 * row] = low
            words[field, 2 * row + 1] = high
            is_null[field, row] = length == 0
        if place - record > longest:
            return -1
    return is_trimmed if place >= size else -1
