"""Text of few kinds: codes and texts that give the column back, and none where there are too many kinds."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ingestion.kernels import codes_of_kinds
from ingestion.kernels.kinds import MOST_KINDS


def chunks(*columns: Sequence[str | None]) -> list[pa.Array]:
    newest = pl.CompatLevel.newest()
    return [pl.Series(column, dtype=pl.String).to_arrow(compat_level=newest) for column in columns]


@pytest.mark.parametrize(
    "columns",
    [
        [[]],
        [["a", "b", "a", "", None, "a\0", "A" * 12]],
        [["x", "y"], [None, None], ["y", "ü", "x"], []],
        [[f"{number:012}" for number in range(MOST_KINDS)] * 2],
    ],
    ids=["nothing", "odd", "chunks", "as many as there may be"],
)
def test_the_codes_stand_for_the_texts(columns: list[list[str | None]]):
    found = codes_of_kinds(chunks(*columns))
    assert found is not None
    codes, texts = found
    assert len(texts) == len(set(texts))
    given_back = [None if code < 0 else texts[code] for code in codes.tolist()]
    assert given_back == [text for column in columns for text in column]


def test_a_slice_of_an_array_is_read_where_it_begins():
    (array,) = chunks(["a", None, "b", "c", None, "a"])
    codes, texts = codes_of_kinds([array.slice(2, 3)]) or (np.empty(0), [])
    assert (codes.tolist(), texts) == ([0, 1, -1], ["b", "c"])


@pytest.mark.parametrize(
    "texts", [["a", "A" * 13], [f"{number}" for number in range(MOST_KINDS + 1)]], ids=["long", "many"]
)
def test_what_is_long_or_of_many_kinds_is_left_alone(texts: list[str]):
    assert codes_of_kinds(chunks(texts)) is None
