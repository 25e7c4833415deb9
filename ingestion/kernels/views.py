"""Columns of text as views into one buffer: how kernels and the engine share text without copying it.

Belongs here: the layout of Arrow's string views. Does not belong here: what is in the text. A view has
sixteen bytes: the length, then either the text itself where it has at most twelve bytes, or its first four
bytes, the number of its buffer and its place in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ingestion.kernels.compiled import kernel

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Lanes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

INLINE = 12
"""Bytes up to which a text is within its view."""

# Of eight bytes at a time: those that are the one looked for become zero, and the first zero is found by what
# it borrows from its highest bit.
ONES = np.uint64(0x0101010101010101)
HIGHEST = np.uint64(0x8080808080808080)
PLACES = np.uint64(0x0001020304050607)  # times a single bit, which of the eight it is stands in the top byte


_NO_BYTES = np.frombuffer(b"\0", np.uint8)
_NO_COPIES = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Views:
    """A column's views, and the buffer of its longer texts, which is empty when they are in several."""

    words: Words
    is_null: Mask
    data: Bytes
    is_in_one_buffer: bool

    @classmethod
    def cut(cls, words: Words, data: bytes) -> Views:
        """Those that a kernel wrote, of texts in ``data``; an empty one is nothing."""
        return cls(words, words[::2] == 0, np.frombuffer(data, np.uint8), is_in_one_buffer=True)

    @classmethod
    def of(cls, texts: pl.Series) -> Views:
        """Those of a column of text."""
        array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        _, views, *data = array.buffers()
        words = np.frombuffer(views, np.uint64)[2 * array.offset : 2 * (array.offset + len(array))]
        is_null = texts.is_null().to_numpy() if texts.has_nulls() else np.zeros(len(texts), np.bool_)
        is_in_one_buffer = len(data) <= 1
        buffer = np.frombuffer(data[0], np.uint8) if len(data) == 1 and data[0].size else _NO_BYTES
        return cls(words, is_null, buffer, is_in_one_buffer)


def view_of(text: bytes) -> tuple[np.uint64, np.uint64]:
    """The view of a short text, to be compared with others."""
    if len(text) > INLINE:
        raise ValueError("only a short text is within its view")
    view = (len(text).to_bytes(4, "little") + text).ljust(16, b"\0")
    return np.uint64(int.from_bytes(view[:8], "little")), np.uint64(int.from_bytes(view[8:], "little"))


def lanes_of(data: bytes | Bytes) -> Lanes:
    """The eight bytes from each place of ``data`` on as one number; these overlap, and copy nothing."""
    return np.ndarray((max(len(data) - 7, 0),), np.dtype("<u8"), buffer=data, strides=(1,))


def column(values: npt.NDArray[np.generic], is_null: Mask, kind: pa.DataType) -> pl.Series:
    """The memory of ``values`` as a column of the engine, without copying it."""
    return _series(kind, is_null, values)


def column_of(values: npt.NDArray[np.generic], nulls: int, validity: Bytes, kind: pa.DataType) -> pl.Series:
    """The same, where a kernel marked in ``validity``, bit by bit, which values there are."""
    return _of_buffers(kind, len(values), nulls, validity, values)


def texts_of_codes(codes: npt.NDArray[np.integer], texts: Sequence[str | None]) -> pl.Series:
    """A column of a few short texts, each row's by its place among ``texts``."""
    kinds = np.array([view_of((text or "").encode()) for text in texts], np.uint64).reshape(-1, 2)
    # A view is moved as a whole: as a number of sixteen bytes that nobody reckons with.
    return texts_cut(kinds.view(np.complex128).ravel().take(codes).view(np.uint64), b"")


def texts_of(words: Words, is_null: Mask, data: bytes) -> pl.Series:
    """A column of text from its views into ``data``."""
    return _series(pa.string_view(), is_null, words, data)


def texts_at(data: bytes, starts: Places, ends: Places, *, has_own_bytes: bool = True) -> pl.Series:
    """The texts of ``data`` between these places, null where there is nothing between them.

    A column that has its own bytes copies the few that its views have no room for: one that pointed into
    ``data`` would keep all of it in memory for as long as any of its rows waits to be written.
    """
    read = np.frombuffer(data, np.uint8)
    words = np.empty(2 * len(starts), np.uint64)
    is_null = np.empty(len(starts), np.bool_)
    if not has_own_bytes:
        _fill_views(read, lanes_of(data), starts, ends, words, is_null, _NO_COPIES)
        return texts_of(words, is_null, data)
    own = np.empty(_count_of_long(starts, ends), np.uint8)
    _fill_views(read, lanes_of(data), starts, ends, words, is_null, own)
    return _series(pa.string_view(), is_null, words, own) if len(own) else texts_of(words, is_null, b"")


def texts_cut(words: Words, data: bytes, *, has_own_bytes: bool = True) -> pl.Series:
    """The column of text of the views of a kernel, as `texts_at` has it of places."""
    validity = np.empty(-(-len(words) // 16), np.uint8)
    nulls, beyond = _look(words, validity)
    if not has_own_bytes:
        return _of_buffers(pa.string_view(), len(words) // 2, nulls, validity, words, data)
    if not beyond:
        return _of_buffers(pa.string_view(), len(words) // 2, nulls, validity, words, b"")
    own, copies = np.empty_like(words), np.empty(beyond, np.uint8)
    _own(words, np.frombuffer(data, np.uint8), own, copies)
    return _of_buffers(pa.string_view(), len(words) // 2, nulls, validity, own, copies)


def _series(kind: pa.DataType, is_null: Mask, *buffers: npt.NDArray[np.generic] | bytes) -> pl.Series:
    nulls = int(np.count_nonzero(is_null))
    validity = np.packbits(~is_null, bitorder="little") if nulls else _NO_COPIES
    return _of_buffers(kind, len(is_null), nulls, validity, *buffers)


def _of_buffers(
    kind: pa.DataType, rows: int, nulls: int, validity: Bytes, *buffers: npt.NDArray[np.generic] | bytes
) -> pl.Series:
    held = [pa.py_buffer(validity) if nulls else None, *map(pa.py_buffer, buffers)]
    return pl.Series(pa.Array.from_buffers(kind, rows, held, nulls))


@kernel
def _look(words: Words, validity: Bytes) -> tuple[int, int]:
    """Mark which texts there are; returns how many are not, and the bytes of those beyond their view."""
    rows = len(words) // 2
    nulls = 0
    beyond = 0
    for byte in range(len(validity)):
        bits = np.uint8(0)
        first = 8 * byte
        for row in range(first, min(first + 8, rows)):
            length = np.int64(words[2 * row] & np.uint64(0xFFFFFFFF))
            if length == 0:
                nulls += 1
            else:
                bits |= np.uint8(1 << (row - first))
            if length > 12:
                beyond += int(length)
        validity[byte] = bits
    return nulls, beyond


@kernel
def _own(words: Words, data: Bytes, own: Words, copies: Bytes) -> None:
    """Copy the views, and the bytes of long texts."""
    copied = np.uintp(0)
    for row in range(len(words) // 2):
        low = words[2 * row]
        high = words[2 * row + 1]
        length = np.uintp(low & np.uint64(0xFFFFFFFF))
        if length > np.uintp(12):
            start = np.uintp(high >> np.uint64(32))
            high = np.uint64(copied) << np.uint64(32)
            for place in range(length):
                copies[copied + np.uintp(place)] = data[start + np.uintp(place)]
            copied += length
        own[2 * row] = low
        own[2 * row + 1] = high


@kernel
def _count_of_long(starts: Places, ends: Places) -> int:
    """How many bytes do not fit into their views."""
    total = 0
    for row in range(len(starts)):
        length = ends[row] - starts[row]
        if length > 12:
            total += length
    return total


@kernel
def _fill_views(
    data: Bytes,
    lanes: Lanes,
    starts: Places,
    ends: Places,
    words: Words,
    is_null: Mask,
    copies: Bytes,
) -> None:
    """Fill the views; those of long texts point into ``copies``, or into ``data`` where there is no room."""
    size = len(data)
    copied = 0
    for row in range(len(starts)):
        start = starts[row]
        length = ends[row] - start
        is_null[row] = length <= 0
        low = np.uint64(0)
        high = np.uint64(0)
        if length > 0:
            if start + 12 <= size:
                # Twelve bytes whatever the length, and what is too much is masked out.
                low = lanes[np.uintp(start)] & np.uint64(0xFFFFFFFF)
                high = lanes[np.uintp(start + 4)]
                if length < 4:
                    low &= (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
                if length <= 4:
                    high = np.uint64(0)
                elif length < 12:
                    high &= (np.uint64(1) << np.uint64(8 * (length - 4))) - np.uint64(1)
            else:
                for place in range(min(length, 4)):
                    low |= np.uint64(data[start + place]) << np.uint64(8 * place)
                for place in range(4, min(length, 12)):
                    high |= np.uint64(data[start + place]) << np.uint64(8 * (place - 4))
            if length > 12:
                high = np.uint64(copied if len(copies) else start) << np.uint64(32)
                if len(copies):
                    for place in range(length):
                        copies[np.uintp(copied + place)] = data[np.uintp(start + place)]
                    copied += length
            low = (low << np.uint64(32)) | np.uint64(length)
        words[2 * row] = low
        words[2 * row + 1] = high
