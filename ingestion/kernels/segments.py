"""X12 text cut at its terminators into segments, and segments cut at their separators into elements.

Belongs here: places of bytes, and the views of the texts between them. Does not belong here: what a segment
or an element means. What a kernel finds it writes down as a view at once: to look at the same bytes again
costs more than to cut them, because by then they have left the fast memory of the processor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import HIGHEST, ONES, PLACES, Bytes, Lanes, Mask, Places, Words, lanes_of

_Table = npt.NDArray[np.int32]
_Codes = npt.NDArray[np.uint16]
_Rows = npt.NDArray[np.int64]
_OF_AN_ID = 37  # a capital, a digit or nothing


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a text: where each begins and ends, the view of it, and the code of its id.

    ``ids`` has the id of each code, None for what begins with no id of two or three capitals or digits, among
    them a capital.
    """

    starts: Places
    ends: Places
    views: Words
    codes: _Codes
    ids: list[str | None]

    def by_code(self) -> tuple[_Rows, _Rows]:
        """The rows of the segments, code after code; where those of each code begin, and the end."""
        rows = np.empty(len(self.codes), np.int64)
        borders = np.zeros(len(self.ids) + 1, np.int64)
        _sort(self.codes, borders, rows)
        return rows, borders


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of each text: their views and where they begin, by piece and text.

    The view of no piece, and of an empty one, is nothing; a text without such a piece has the start -1. The
    last of the starts is that of the rest of the text, -1 where nothing but separators is left; it ends where
    the text does, at ``ends``.
    """

    views: Words
    starts: Places
    ends: Places

    def of(self, rows: Mask | _Rows) -> Cut:
        """Those of some of the texts."""
        pieces, texts = len(self.views), len(self.ends)
        # A view is moved as a whole: as a number of sixteen bytes that nobody reckons with.
        whole = self.views.view(np.complex128).reshape(pieces, texts)
        views = np.ascontiguousarray(whole[:, rows]).view(np.uint64)
        return Cut(views, np.ascontiguousarray(self.starts[:, rows]), self.ends[rows])


def find_segments(data: bytes, element: str, terminator: str, blanks: bytes) -> Segments:
    """Cut ``data`` at its terminators; what none ends is no segment.

    ``blanks`` in front of a segment do not count, and without anything else it is none.
    """
    text = np.frombuffer(data, np.uint8)
    at_most = int(np.count_nonzero(text == ord(terminator)))
    starts, ends = np.empty(at_most, np.int32), np.empty(at_most, np.int32)
    codes, views = np.empty(at_most, np.uint16), np.empty(2 * at_most, np.uint64)
    code_of = np.full(_OF_AN_ID**3, -1, np.int32)
    is_blank = np.zeros(256, np.bool_)
    is_blank[list(blanks)] = True
    count = _find(
        text, lanes_of(data), ord(element), ord(terminator), is_blank, starts, ends, views, codes, code_of
    )
    ids: list[str | None] = [None] * (int(code_of.max(initial=-1)) + 1)
    for packed in np.flatnonzero(code_of >= 0).tolist():
        ids[code_of[packed]] = _unpacked(packed)
    return Segments(starts[:count], ends[:count], views[: 2 * count], codes[:count], ids)


def cut_elements(
    data: bytes, starts: Places, ends: Places, separator: str, pieces: int, *, skipped: int = 0
) -> Cut:
    """``pieces`` pieces of each text of ``data`` between these places, and the rest of it.

    The first ``skipped`` pieces of each text are none of them.
    """
    views = np.empty((pieces, 2 * len(starts)), np.uint64)
    cut_starts = np.empty((pieces + 1, len(starts)), np.int32)
    _cut(
        np.frombuffer(data, np.uint8),
        lanes_of(data),
        starts,
        ends,
        ord(separator),
        skipped,
        views,
        cut_starts,
    )
    return Cut(views, cut_starts, ends)


def without(data: bytes, dropped: bytes) -> bytes:
    """``data`` without these one or two kinds of bytes, which are rare in it."""
    kept = np.empty(len(data) + 8, np.uint8)
    count = _keep(
        np.frombuffer(data, np.uint8), lanes_of(data), dropped[0], dropped[-1], kept, lanes_of(kept)
    )
    return kept[:count].tobytes()


def _unpacked(packed: int) -> str | None:
    signs = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(signs[packed // _OF_AN_ID**place % _OF_AN_ID] for place in (2, 1, 0)).strip() or None


@kernel
def _find(
    data: Bytes,
    lanes: Lanes,
    element: int,
    terminator: int,
    is_blank: Mask,
    starts: Places,
    ends: Places,
    views: Words,
    codes: _Codes,
    code_of: _Table,
) -> int:
    count = 0
    known = 0
    end = np.uint8(terminator)
    wanted = np.uint64(terminator) * ONES
    one = np.uintp(1)
    size = np.uintp(len(data))
    in_lanes = np.uintp(len(lanes))
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
        while place < in_lanes:
            others = lanes[place] ^ wanted
            hit = (others - ONES) & ~others & HIGHEST
            if hit:
                lowest = (hit & (~hit + np.uint64(1))) >> np.uint64(7)
                place += np.uintp((lowest * PLACES) >> np.uint64(56))
                break
            place += np.uintp(8)
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
            whole = np.uint64(place - start)
            if whole > np.uint64(12):
                views[2 * count] = (lanes[start] << np.uint64(32)) | whole
                views[2 * count + 1] = np.uint64(start) << np.uint64(32)
            else:
                low = np.uint64(0)
                high = np.uint64(0)
                for at in range(np.int64(whole)):
                    byte_there = np.uint64(data[start + np.uintp(at)])
                    if at < 4:
                        low |= byte_there << np.uint64(32 + 8 * at)
                    else:
                        high |= byte_there << np.uint64(8 * at - 32)
                views[2 * count] = low | whole
                views[2 * count + 1] = high
            count += 1
        place += one
    return count


@kernel
def _keep(data: Bytes, lanes: Lanes, one: int, other: int, kept: Bytes, into: Lanes) -> int:
    first, second = np.uint64(one) * ONES, np.uint64(other) * ONES
    place = np.uintp(0)
    count = np.uintp(0)
    while place < np.uintp(len(lanes)):
        # Eight bytes are copied in any case; what stands behind one that is dropped is written over.
        into[count] = lanes[place]
        those, these = lanes[place] ^ first, lanes[place] ^ second
        hit = (((those - ONES) & ~those) | ((these - ONES) & ~these)) & HIGHEST
        if hit:
            lowest = (hit & (~hit + np.uint64(1))) >> np.uint64(7)
            found = np.uintp((lowest * PLACES) >> np.uint64(56))
            count += found
            place += found + np.uintp(1)
        else:
            count += np.uintp(8)
            place += np.uintp(8)
    while place < np.uintp(len(data)):
        if data[place] != one and data[place] != other:
            kept[count] = data[place]
            count += np.uintp(1)
        place += np.uintp(1)
    return int(count)


@kernel
def _sort(codes: _Codes, borders: _Rows, rows: _Rows) -> None:
    for row in range(len(codes)):
        borders[np.int64(codes[row]) + 1] += 1
    for code in range(1, len(borders)):
        borders[code] += borders[code - 1]
    following = borders.copy()
    for row in range(len(codes)):
        own = np.int64(codes[row])
        rows[following[own]] = row
        following[own] += 1


@kernel
def _cut(
    data: Bytes,
    lanes: Lanes,
    starts: Places,
    ends: Places,
    separator: int,
    skipped: int,
    views: Words,
    cut_starts: Places,
) -> None:
    # Places have no sign here: what may be negative is looked at twice for every byte.
    pieces = len(views)
    sign = np.uint8(separator)
    wanted = np.uint64(separator) * ONES
    size = np.uintp(len(data))
    for row in range(len(starts)):
        is_over = starts[row] < 0
        place = np.uintp(0 if is_over else starts[row])
        end = np.uintp(0 if is_over else ends[row])
        for _ in range(skipped):
            while place < end and data[place] != sign:
                place += np.uintp(1)
            is_over = is_over or place == end
            place += np.uintp(1)
        for piece in range(pieces):
            if is_over:
                cut_starts[piece, row] = -1
                views[piece, 2 * row] = np.uint64(0)
                views[piece, 2 * row + 1] = np.uint64(0)
                continue
            cut_starts[piece, row] = np.int32(place)
            first = np.uint64(0)  # the first eight bytes of the piece, and the next eight
            second = np.uint64(0)
            length = end - place
            if place + np.uintp(16) <= size:
                first = lanes[place]
                others = first ^ wanted
                hit = (others - ONES) & ~others & HIGHEST
                found = np.uintp(0)
                if not hit:
                    second = lanes[place + np.uintp(8)]
                    others = second ^ wanted
                    hit = (others - ONES) & ~others & HIGHEST
                    found = np.uintp(8)
                if hit:
                    lowest = (hit & (~hit + np.uint64(1))) >> np.uint64(7)
                    found += np.uintp((lowest * PLACES) >> np.uint64(56))
                    length = min(length, found)
                else:
                    at = place + np.uintp(16)
                    while at < end and data[at] != sign:
                        at += np.uintp(1)
                    length = min(length, at - place)
            else:
                at = place
                while at < end and data[at] != sign:
                    byte = np.uint64(data[at])
                    bits = np.uint64(8) * np.uint64(at - place)
                    if bits < np.uint64(64):
                        first |= byte << bits
                    elif bits < np.uint64(128):
                        second |= byte << (bits - np.uint64(64))
                    at += np.uintp(1)
                length = at - place
            bits = np.uint64(8) * np.uint64(length)
            if length < np.uintp(8):
                first &= (np.uint64(1) << bits) - np.uint64(1)
                high = first >> np.uint64(32)
            elif length <= np.uintp(12):
                second &= (np.uint64(1) << (bits - np.uint64(64))) - np.uint64(1)
                high = (first >> np.uint64(32)) | (second << np.uint64(32))
            else:
                high = np.uint64(place) << np.uint64(32)
            views[piece, 2 * row] = (first << np.uint64(32)) | np.uint64(length)
            views[piece, 2 * row + 1] = high
            place += length
            is_over = place == end
            place += np.uintp(1)
        is_bare = True
        if not is_over:
            at = place
            while at < end:
                if data[at] != sign:
                    is_bare = False
                    break
                at += np.uintp(1)
        cut_starts[pieces, row] = np.int32(-1) if is_bare else np.int32(place)
