"""Cutting by kernels gives what the plain ways of the language give."""

import csv
import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.kernels import (
    cut_elements,
    cut_rectangle,
    find_segments,
    texts_at,
    texts_cut,
    view_of,
    without,
)


@given(
    st.lists(st.lists(st.text(alphabet="ab Ü1+-\x0b", max_size=30), min_size=3, max_size=3), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_rectangle_is_cut_as_the_library_does(records: list[list[str]], ending: str, is_ended: bool):
    text = ending.join(",".join(record) for record in records) + (ending if is_ended and records else "")
    cut = cut_rectangle(b"head\n" + text.encode(), 5, ",", 3)
    assert cut is not None
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [list(row) for row in zip(*(each.fill_null("") for each in cut.columns), strict=True)] == read
    assert all(not (each == "").any() for each in cut.columns)
    cells = [cell for record in records for cell in record]
    assert not cut.is_trimmed or all(cell == cell.strip() for cell in cells)


@pytest.mark.parametrize(
    "text",
    [
        'a,"b"\n',
        "a\n",
        "a,b,c\n",
        "a,b\n\nc,d\n",
        "a,b\rc,d\n",
        "a,\0b\n",
        "a,b\n\n",
        "\n",
        "a,b\n,",
        "a,b\r",
    ],
)
def test_any_other_text_is_no_rectangle(text: str):
    cut = cut_rectangle(text.encode(), 0, ",", 2)
    assert cut is None or text == "a,b\n,"


# Eight bytes are looked at together, twelve are within a view, the last sixteen of a text are read singly.
SEGMENTS = st.lists(st.text(alphabet="AB1*c Ü\x7d\x7f", max_size=40), max_size=12)


@given(SEGMENTS, st.sampled_from(["~", "}", "\x1e"]), st.sampled_from(["*", "+", "\x1d"]))
def test_segments_and_elements(told: list[str], terminator: str, separator: str):
    segments = [each.replace(terminator, "").replace("*", separator) for each in told]
    data = terminator.join([*segments, ""]).encode()
    found = find_segments(data, separator, terminator, b" \t")
    expected = [stripped for segment in segments if (stripped := segment.lstrip(" \t"))]
    places = zip(found.starts, found.ends, strict=True)
    assert [data[start:end].decode() for start, end in places] == expected
    for has_own_bytes in (True, False):
        assert texts_cut(found.views, data, has_own_bytes=has_own_bytes).to_list() == expected
    for segment, code in zip(expected, found.codes, strict=True):
        head = segment.split(separator)[0]
        is_id = head.isascii() and head.isalnum() and head.isupper() and len(head) in (2, 3)
        assert found.ids[code] == (head if is_id else None)
    rows, borders = found.by_code()
    for code in range(len(found.ids)):
        assert (
            rows[borders[code] : borders[code + 1]].tolist() == np.flatnonzero(found.codes == code).tolist()
        )
    cut = cut_elements(data, found.starts, found.ends, separator, 3)
    for row, segment in enumerate(expected):
        pieces = segment.split(separator, 3)
        for piece, text in enumerate((pieces + [None] * 3)[:3]):
            assert texts_cut(cut.views[piece], data)[row] == (text or None)
            assert (cut.starts[piece][row] < 0) == (text is None)
            assert (cut.views[piece][2 * row : 2 * row + 2].tolist() == [*view_of(b"A")]) == (text == "A")
        rest = pieces[3] if len(pieces) > 3 and pieces[3].strip(separator) else None
        start = cut.starts[3][row]
        assert (data[start : cut.ends[row]].decode() if start >= 0 else None) == rest
    is_odd = np.arange(len(expected)) % 2 == 1
    odd = cut.of(is_odd)
    for piece in range(3):
        of_all = texts_cut(cut.views[piece], data).to_list()
        assert texts_cut(odd.views[piece], data).to_list() == of_all[1::2]
        assert odd.starts[piece].tolist() == cut.starts[piece][1::2].tolist()


def test_only_a_short_text_is_compared_by_its_view():
    with pytest.raises(ValueError, match="short"):
        view_of(b"thirteen byte")


@given(st.lists(st.binary(max_size=20).map(lambda each: each.hex()), max_size=10))
def test_texts_at_their_places(texts: list[str]):
    data = "".join(texts).encode()
    borders = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    found = texts_at(data, borders[:-1], borders[1:])
    assert found.to_list() == [text or None for text in texts]
    assert found.dtype == pl.String


@given(st.text(alphabet="ab~\r\n\x0c\x0e", max_size=60), st.sampled_from([b"\r\n", b"\r", b"\n"]))
def test_bytes_that_are_dropped(text: str, dropped: bytes):
    assert without(text.encode(), dropped) == text.encode().translate(None, dropped)
