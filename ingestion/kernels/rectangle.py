"""Plain delimited text, cut into columns in one pass: every line a record of as many fields as the header.

Belongs here: text without quotes, in which every line has as many fields as the others. Does not belong here:
any other text; that it is one is all that is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import HIGHEST, ONES, PLACES, Bytes, Lanes, Mask, Words, lanes_of, texts_of

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
    if b'"' in text or b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return None
    read = np.frombuffer(text, np.uint8)
    is_open = start < len(text) and not text.endswith(b"\n")
    rows = int(np.count_nonzero(read[start:] == ord("\n"))) + is_open
    words = np.empty((width, 2 * rows), np.uint64)
    is_null = np.empty((width, rows), np.bool_)
    if not rows:
        return Rectangle([pl.Series(dtype=pl.String)] * width, is_trimmed=True)
    outcome = _cut(read, lanes_of(text), start, ord(delimiter), longest, words, is_null)
    if outcome < 0:
        return None
    columns = [texts_of(words[place], is_null[place], text) for place in range(width)]
    return Rectangle(columns, is_trimmed=outcome == 1)


@kernel
def _cut(
    data: Bytes, lanes: Lanes, start: int, delimiter: int, longest: int, words: Words, is_null: Mask
) -> int:
    """Fill the views of every field of a text in which every carriage return has its line feed.

    Returns -1 when the text is not plain, 1 when every field is trimmed.
    """
    width, rows = is_null.shape
    ours = np.uint64(delimiter) * ONES
    feeds = np.uint64(10) * ONES
    place = np.uintp(start)
    size = np.uintp(len(data))
    in_lanes = np.uintp(len(lanes))
    is_trimmed = 1
    for row in range(rows):
        record = place
        for field in range(width):
            begin = place
            first = np.uint64(0)  # the first eight bytes of the field, and the next eight
            second = np.uint64(0)
            hit = np.uint64(0)
            while place < in_lanes:
                lane = lanes[place]
                these, those = lane ^ ours, lane ^ feeds
                hit = (((these - ONES) & ~these) | ((those - ONES) & ~those)) & HIGHEST
                if place == begin:
                    first = lane
                elif place == begin + np.uintp(8):
                    second = lane
                if hit:
                    lowest = (hit & (~hit + np.uint64(1))) >> np.uint64(7)
                    place += np.uintp((lowest * PLACES) >> np.uint64(56))
                    break
                place += np.uintp(8)
            if not hit:
                while place < size and data[place] != delimiter and data[place] != 10:
                    bits = np.uint64(8) * np.uint64(place - begin)
                    if bits < np.uint64(64):
                        first |= np.uint64(data[place]) << bits
                    elif bits < np.uint64(128):
                        second |= np.uint64(data[place]) << (bits - np.uint64(64))
                    place += np.uintp(1)
            length = place - begin
            is_line_end = place >= size or data[place] == 10
            if is_line_end != (field == width - 1):
                return -1
            if is_line_end and place < size and length > np.uintp(0) and data[place - np.uintp(1)] == 13:
                length -= np.uintp(1)
            place += np.uintp(1)
            high = np.uint64(0)
            if length > np.uintp(0):
                earliest = data[begin]
                last = data[begin + length - np.uintp(1)]
                if earliest <= 32 or last <= 32 or earliest >= 128 or last >= 128:
                    is_trimmed = 0
            bits = np.uint64(8) * np.uint64(length)
            if length < np.uintp(8):
                first &= (np.uint64(1) << bits) - np.uint64(1)
                high = first >> np.uint64(32)
            elif length <= np.uintp(12):
                second &= (np.uint64(1) << (bits - np.uint64(64))) - np.uint64(1)
                high = (first >> np.uint64(32)) | (second << np.uint64(32))
            else:
                high = np.uint64(begin) << np.uint64(32)
            words[field, 2 * row] = (first << np.uint64(32)) | np.uint64(length)
            words[field, 2 * row + 1] = high
            is_null[field, row] = length == np.uintp(0)
        if place - record > np.uintp(longest):
            return -1
    return is_trimmed if place >= size else -1
