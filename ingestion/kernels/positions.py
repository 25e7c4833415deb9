"""Positions of rows as columns: which of a table, null where there is none.

Belongs here: taking whole numbers at places, and marking zeros, in one pass. Does not belong here: what is
counted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ingestion.kernels.compiled import kernel
from ingestion.kernels.views import Bytes, column, column_of

_Positions = npt.NDArray[np.int32]
_Rows = npt.NDArray[np.int64]


def optional(positions: _Positions) -> pl.Series:
    """Positions as a column in which 0, "in no such loop", is null."""
    return column(np.ascontiguousarray(positions), positions == 0, pa.int32())


def positions_at(positions: _Positions, rows: _Rows) -> pl.Series:
    """Those at some rows, likewise."""
    found = np.empty(len(rows), np.int32)
    validity = np.empty(-(-len(rows) // 8), np.uint8)
    nulls = _take(np.ascontiguousarray(positions), rows, found, validity)
    return column_of(found, nulls, validity, pa.int32())


@kernel
def _take(positions: _Positions, rows: _Rows, found: _Positions, validity: Bytes) -> int:
    nulls = 0
    for byte in range(len(validity)):
        bits = np.uint8(0)
        first = 8 * byte
        for place in range(first, min(first + 8, len(rows))):
            position = positions[np.uintp(rows[place])]
            found[place] = position
            if position == 0:
                nulls += 1
            else:
                bits |= np.uint8(1 << (place - first))
        validity[byte] = bits
    return nulls
