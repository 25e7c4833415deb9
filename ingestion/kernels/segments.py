"""X12 text cut at its terminators into segments, and segments cut at their separators into elements.

Belongs here: places of bytes. Does not belong here: what a segment or an element means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import Bytes, Mask, Places

_Table = npt.NDArray[np.int32]
_OF_AN_ID = 37  # a capital, a digit or nothing
_NOTHING = np.int32(-1)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the pieces of each text begin and end, by piece and text; -1 where a text has no such piece.

    The last piece is the rest of the text; it is none where nothing but separators is left.
    """

    starts: Places
    ends: Places


def find_segments(
    data: bytes, element: str, terminator: str, blanks: bytes
) -> tuple[Places, Places, npt.NDArray[np.uint16], list[str | None]]:
    """Where the segments of ``data`` begin and end, the code of the id of each, and the ids by code.

    ``blanks`` in front of a segment do not count, and without anything else it is none. What begins with no
    id of two or three capitals or digits, among them a capital, has the id None.
    """
    at_most = data.count(terminator.encode())
    starts, ends = np.empty(at_most, np.int32), np.empty(at_most, np.int32)
    codes = np.empty(at_most, np.uint16)
    code_of = np.full(_OF_AN_ID**3, -1, np.int32)
    is_blank = np.zeros(256, np.bool_)
    is_blank[list(blanks)] = True
    count = _find(
        np.frombuffer(data, np.uint8), ord(element), ord(terminator), is_blank, starts, ends, codes, code_of
    )
    ids: list[str | None] = [None] * (int(code_of.max(initial=-1)) + 1)
    for packed in np.flatnonzero(code_of >= 0).tolist():
        ids[code_of[packed]] = _unpacked(packed)
    return starts[:count], ends[:count], codes[:count], ids


def cut_elements(data: bytes, starts: Places, ends: Places, separator: str, pieces: int) -> Cut:
    """The first ``pieces`` pieces of each text of ``data`` between these places, and the rest of it."""
    shape = (pieces + 1, len(starts))
    cut = Cut(np.empty(shape, np.int32), np.empty(shape, np.int32))
    _cut(np.frombuffer(data, np.uint8), starts, ends, ord(separator), cut.starts, cut.ends)
    return cut


def is_text(data: bytes, starts: Places, ends: Places, text: bytes) -> Mask:
    """Which of the texts between these places are ``text``."""
    found = np.empty(len(starts), np.bool_)
    _compare(np.frombuffer(data, np.uint8), starts, ends, np.frombuffer(text, np.uint8), found)
    return found


def _unpacked(packed: int) -> str | None:
    signs = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(signs[packed // _OF_AN_ID**place % _OF_AN_ID] for place in (2, 1, 0)).strip() or None


@kernel
def _find(
    data: Bytes,
    element: int,
    terminator: int,
    is_blank: Mask,
    starts: Places,
    ends: Places,
    codes: npt.NDArray[np.uint16],
    code_of: _Table,
) -> int:
    count = 0
    known = 0
    end = np.uint8(terminator)
    one = np.uintp(1)
    size = np.uintp(len(data))
    place = np.uintp(0)
    while place < size:
        while place < size and is_blank[data[place]]:
            place += one
        start = place
        packed = np.int64(0)
        length = 0
        letters = 0
        while place < size and data[place] != end:
            byte = np.int64(data[place])
            if byte == element:
                break
            length += 1
            if 65 <= byte <= 90:
                packed = packed * 37 + byte - 64
                letters += 1
            elif 48 <= byte <= 57:
                packed = packed * 37 + byte - 21
            else:
                length = 4
            if length > 3:
                break
            place += one
        while place < size and data[place] != end:
            place += one
        if place >= size:
            break  # what no terminator ends is no segment
        if place > start:
            if length < 2 or length > 3 or letters == 0:
                packed = np.int64(0)
            if code_of[packed] < 0:
                code_of[packed] = known
                known += 1
            starts[count] = np.int32(start)
            ends[count] = np.int32(place)
            codes[count] = code_of[packed]
            count += 1
        place += one
    return count


@kernel
def _cut(
    data: Bytes, starts: Places, ends: Places, separator: int, cut_starts: Places, cut_ends: Places
) -> None:
    # Places have no sign here: what may be negative is looked at twice for every byte.
    pieces = len(cut_starts) - 1
    wanted = np.uint8(separator)
    for row in range(len(starts)):
        is_over = starts[row] < 0
        place = np.uintp(0 if is_over else starts[row])
        end = np.uintp(0 if is_over else ends[row])
        for piece in range(pieces):
            if is_over:
                cut_starts[piece, row] = -1
                cut_ends[piece, row] = -1
                continue
            cut_starts[piece, row] = np.int32(place)
            while place < end and data[place] != wanted:
                place += np.uintp(1)
            cut_ends[piece, row] = np.int32(place)
            if place == end:
                is_over = True
            place += np.uintp(1)
        is_bare = True
        if not is_over:
            at = place
            while at < end:
                if data[at] != wanted:
                    is_bare = False
                    break
                at += np.uintp(1)
        cut_starts[pieces, row] = np.int32(-1) if is_bare else np.int32(place)
        cut_ends[pieces, row] = np.int32(-1) if is_bare else np.int32(end)


@kernel
def _compare(data: Bytes, starts: Places, ends: Places, text: Bytes, found: Mask) -> None:
    size = len(text)
    for row in range(len(starts)):
        start = starts[row]
        is_same = start >= 0 and ends[row] - start == size
        if is_same:
            first = np.uintp(start)
            for at in range(size):
                if data[first + np.uintp(at)] != text[np.uintp(at)]:
                    is_same = False
                    break
        found[row] = is_same
