"""The next piece of a long file, read and cut while the one before it is checked.

Belongs here: reading one piece ahead. Does not belong here: what a piece is. The kernels let go of the
interpreter while they cut, so both go on at the same time; no more than one piece waits.
"""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")


def one_ahead(pieces: Iterator[Piece]) -> Generator[Piece]:
    """The same pieces in the same order, and in the end the error that their reading ended with, if any.

    Close it before what the pieces are read from.
    """
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(_next, pieces)
        while (found := waiting.result()) is not None:
            waiting = reader.submit(_next, pieces)
            yield found[0]


def _next(pieces: Iterator[Piece]) -> tuple[Piece] | None:
    for piece in pieces:
        return (piece,)
    return None
