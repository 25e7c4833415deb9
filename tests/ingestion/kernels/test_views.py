"""Columns of text over the bytes of a file: which of them keep the file in memory."""

import numpy as np
import pytest

from ingestion.kernels import optional, positions_at, texts_at, texts_of_codes
from ingestion.kernels.views import Views
from ingestion.x12 import shared_chunk_bytes
from ingestion.x12.splitting import CHUNK_BYTES

DATA = b"short,exactly 12 b,a text of more than twelve,,another one of that kind"


def cut() -> tuple[np.ndarray, np.ndarray]:
    ends = [place for place, byte in enumerate(DATA) if byte == ord(",")] + [len(DATA)]
    return np.asarray([0, *(end + 1 for end in ends[:-1])], np.int32), np.asarray(ends, np.int32)


@pytest.mark.parametrize("has_own_bytes", [True, False])
def test_texts_are_what_stands_between_their_places(*, has_own_bytes: bool):
    texts = texts_at(DATA, *cut(), has_own_bytes=has_own_bytes)
    assert texts.to_list() == [piece.decode() or None for piece in DATA.split(b",")]


def test_a_column_with_its_own_bytes_holds_its_long_texts_and_nothing_else_of_the_file():
    own = Views.of(texts_at(DATA, *cut()))
    assert own.data.tobytes() == b"a text of more than twelveanother one of that kind"
    short = Views.of(texts_at(DATA, *(places[:2] for places in cut())))
    assert len(short.data) < len("exactly 12 b")


def test_positions_at_rows_are_null_where_there_is_none():
    positions = np.asarray([3, 0, 7, 0, 5], np.int32)
    assert optional(positions).to_list() == [3, None, 7, None, 5]
    rows = np.asarray([4, 1, 2, 0, 3, 3, 4, 4, 1, 2], np.int64)
    assert positions_at(positions, rows).to_list() == [5, None, 7, 3, None, None, 5, 5, None, 7]
    assert positions_at(positions, rows[:0]).to_list() == []


def test_codes_become_their_texts():
    assert texts_of_codes(np.asarray([1, 0, 2, 1], np.uint16), ["CLP", None, "ISA"]).to_list() == [
        None,
        "CLP",
        "ISA",
        None,
    ]


@pytest.mark.parametrize("size", [1, 1000, CHUNK_BYTES, 10_966_478, 64 * 2**20, 10**9])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_all_workers_get_the_same_share_of_a_file(size: int, workers: int):
    chunk = shared_chunk_bytes(size, workers)
    assert 1 <= chunk <= CHUNK_BYTES
    assert size <= chunk * -(-size // chunk)
    assert size < workers or -(-size // chunk) % workers == 0
