"""Pieces read ahead are the pieces, in their order, and an error comes where it was."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from ingestion.readers.ahead import one_ahead


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_the_same_pieces_come_in_the_same_order(count: int):
    assert list(one_ahead(iter(range(count)))) == list(range(count))


def test_an_error_comes_after_the_pieces_before_it():
    def pieces() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("broken off")

    ahead = one_ahead(pieces())
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ValueError, match="broken off"):
        next(ahead)


def test_no_more_than_one_piece_is_read_ahead_and_none_after_the_end():
    read = []

    def pieces() -> Iterator[int]:
        for number in range(10):
            read.append(number)
            yield number

    with closing(one_ahead(pieces())) as ahead:
        assert next(ahead) == 0
        assert next(ahead) == 1
    assert read in ([0, 1], [0, 1, 2])
    assert list(ahead) == []
