"""Text of few kinds as codes: a column that says the same few short things over and over.

Belongs here: columns of at most `MOST_KINDS` texts, each of which is within its view. Does not belong here:
every other one, of which nothing but that is said.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import INLINE, Mask, Words

MOST_KINDS = 512
_SLOTS = 4 * MOST_KINDS  # a power of two, so sparse that hardly any two texts meet in one slot

_Codes = npt.NDArray[np.int32]


def codes_of_kinds(chunks: Iterable[pa.Array]) -> tuple[_Codes, list[str]] | None:
    """The number of each text of these arrays of string views, -1 for null, and the texts in that order.

    None where there are too many kinds, or long ones.
    """
    kinds, slots = np.zeros(2 * MOST_KINDS, np.uint64), np.full(_SLOTS, -1, np.int32)
    count = 0
    found: list[_Codes] = []
    for chunk in chunks:
        validity, views = chunk.buffers()[:2]
        rows = slice(chunk.offset, chunk.offset + len(chunk))
        words = np.frombuffer(views, np.uint64)[2 * rows.start : 2 * rows.stop]
        is_null = np.zeros(len(chunk), np.bool_)
        if chunk.null_count and validity is not None:
            is_there = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[rows]
            is_null = is_there == 0
        codes = np.empty(len(chunk), np.int32)
        count = _number(words, is_null, INLINE, kinds, slots, count, codes)
        if count < 0:
            return None
        found.append(codes)
    texts = [_text(kinds[2 * code : 2 * code + 2].tobytes()) for code in range(count)]
    return np.concatenate(found) if found else np.empty(0, np.int32), texts


def _text(view: bytes) -> str:
    length = int.from_bytes(view[:4], "little")
    return view[4 : 4 + length].decode()


@kernel
def _number(
    words: Words, is_null: Mask, longest: int, kinds: Words, slots: _Codes, count: int, codes: _Codes
) -> int:
    """Fill ``codes``; returns how many kinds there are now, or -1 when that does not work out."""
    mask = np.uint64(len(slots) - 1)
    last = np.int32(-1)
    for row in range(len(is_null)):
        if is_null[row]:
            codes[row] = -1
            continue
        low = words[2 * row]
        high = words[2 * row + 1]
        if last >= 0 and kinds[2 * last] == low and kinds[2 * last + 1] == high:
            codes[row] = last
            continue
        if np.int64(low & np.uint64(0xFFFFFFFF)) > longest:
            return -1
        mixed = (low ^ (high * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xC2B2AE3D27D4EB4F)
        slot = (mixed >> np.uint64(40)) & mask
        while True:
            code = slots[slot]
            if code < 0:
                if 2 * count == len(kinds):
                    return -1
                code = np.int32(count)
                slots[slot] = code
                kinds[2 * count] = low
                kinds[2 * count + 1] = high
                count += 1
                break
            if kinds[2 * code] == low and kinds[2 * code + 1] == high:
                break
            slot = (slot + np.uint64(1)) & mask
        codes[row] = code
        last = code
    return count
