"""Cutting by kernels gives what the plain ways of the language give."""

import csv
import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.kernels import cut_elements, cut_rectangle, find_segments, is_text, texts_at


@given(
    st.lists(st.lists(st.text(alphabet="ab Ü1", max_size=15), min_size=3, max_size=3), max_size=6),
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


@given(st.lists(st.text(alphabet="AB1*c ", max_size=8), max_size=12))
def test_segments_and_elements(segments: list[str]):
    data = "~".join([*segments, ""]).encode()
    starts, ends, codes, ids = find_segments(data, "*", "~", b" \t")
    expected = [stripped for segment in segments if (stripped := segment.lstrip(" \t"))]
    assert [data[start:end].decode() for start, end in zip(starts, ends, strict=True)] == expected
    for segment, code in zip(expected, codes, strict=True):
        head = segment.split("*")[0]
        is_id = head.isalnum() and head.isupper() and len(head) in (2, 3)
        assert ids[code] == (head if is_id else None)
    cut = cut_elements(data, starts, ends, "*", 3)
    for row, segment in enumerate(expected):
        pieces = segment.split("*", 3)
        rest = pieces[3] if len(pieces) > 3 and pieces[3].strip("*") else None
        wanted = [*(pieces + [None] * 3)[:3], rest]
        for piece, text in enumerate(wanted):
            assert texts_at(data, cut.starts[piece], cut.ends[piece])[row] == (text or None)
            assert is_text(data, cut.starts[piece], cut.ends[piece], b"A")[row] == (text == "A")


@given(st.lists(st.binary(max_size=20).map(lambda each: each.hex()), max_size=10))
def test_texts_at_their_places(texts: list[str]):
    data = "".join(texts).encode()
    borders = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    found = texts_at(data, borders[:-1], borders[1:])
    assert found.to_list() == [text or None for text in texts]
    assert found.dtype == pl.String
