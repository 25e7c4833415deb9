"""The segment frame: every segment of a run as one row, with its place in the file.

What belongs here: segments, their ids, their envelope positions and their elements as text. What a segment
means is said by the envelope walk and by one table module per transaction set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.kernels import Places, Segments, find_segments, optional, texts_at, texts_cut, texts_of_codes
from ingestion.x12.delimiters import Delimiters
from ingestion.x12.splitting import Run

Rows = npt.NDArray[np.int64]
Positions = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

MALFORMED = None
"""The id of a segment that does not begin with two or three capitals or digits; its text stays in `raw`."""

SEGMENTS_SCHEMA = pl.Schema(
    {
        "interchange_position": pl.Int32,
        "group_position": pl.Int32,
        "transaction_position": pl.Int32,
        "claim_position": pl.Int32,
        "line_position": pl.Int32,
        "segment_number": pl.Int64,
        "segment_id": pl.String,
        "raw": pl.String,
        "is_kept": pl.Boolean,
    }
)
"""One row per segment of the file, in file order. `raw` is PHI: it is for the bronze layer alone.

A position is 1-based, null where the segment is in no such loop. Interchanges, groups and transactions are
counted through the file, claims through their transaction, lines through their claim. Segment 0, when there
is one, is the text in front of the first interchange.
"""


@dataclass
class SegmentFrame:
    """The segments of one run. All arrays have one entry per segment; positions are 0 where there is none.

    `starts` and `ends` are the places of a segment in `data`, and `raw` is the same as text.
    """

    data: bytes
    found: Segments
    delimiters: Delimiters
    first_segment: int
    interchange: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    group: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    transaction: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    claim: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    line: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    raw: pl.Series = field(init=False)
    starts: Places = field(init=False)
    ends: Places = field(init=False)
    codes: npt.NDArray[np.uint16] = field(init=False)
    ids: list[str | None] = field(init=False)
    _rows_by_code: Rows = field(init=False)
    _borders: Rows = field(init=False)

    def __post_init__(self) -> None:
        found = self.found
        self.starts, self.ends, self.codes, self.ids = found.starts, found.ends, found.codes, found.ids
        self._rows_by_code, self._borders = found.by_code()
        for name in ("interchange", "group", "transaction", "claim", "line"):
            setattr(self, name, np.zeros(len(self.starts), np.int32))
        self.raw = texts_cut(found.views, self.data, has_own_bytes=False)

    def __len__(self) -> int:
        return len(self.starts)

    def rows(self, *segment_ids: str | None, within: npt.NDArray[np.bool_] | None = None) -> Rows:
        """Return the row indexes of the segments with one of these ids, ascending, where `within` is true."""
        found = [
            self._rows_by_code[self._borders[code] : self._borders[code + 1]]
            for code, segment_id in enumerate(self.ids)
            if segment_id in segment_ids
        ]
        if not found:
            return np.zeros(0, np.int64)
        rows = found[0] if len(found) == 1 else np.sort(np.concatenate(found), kind="stable")
        return rows if within is None else rows[within[rows]]

    def has_id(self, rows: Rows, *segment_ids: str) -> npt.NDArray[np.bool_]:
        """Tell for each of these rows whether it has one of these ids."""
        is_wanted = np.asarray([segment_id in segment_ids for segment_id in self.ids], np.bool_)
        return is_wanted[self.codes[rows]]

    def texts(self, rows: Rows) -> pl.Series:
        """Return the raw text of these rows."""
        return texts_at(self.data, self.starts[rows], self.ends[rows])

    def id_column(self) -> pl.Series:
        """Return the segment id of every row, null where it is malformed."""
        return texts_of_codes(self.codes, self.ids) if self.ids else pl.Series(dtype=pl.String)

    def as_table(self, is_kept: npt.NDArray[np.bool_]) -> pl.DataFrame:
        """Return the rows as the `segments` table."""
        return pl.DataFrame(
            {
                "interchange_position": optional(self.interchange),
                "group_position": optional(self.group),
                "transaction_position": optional(self.transaction),
                "claim_position": optional(self.claim),
                "line_position": optional(self.line),
                "segment_number": pl.Series(np.arange(len(self), dtype=np.int64) + self.first_segment),
                "segment_id": self.id_column(),
                "raw": self.raw,
                "is_kept": pl.Series(is_kept),
            },
            schema=SEGMENTS_SCHEMA,
        )


def segment_frame(run: Run, first_segment: int) -> SegmentFrame:
    """Return the segments of a run; the first gets the number `first_segment`. Empty segments are noise."""
    delimiters = run.delimiters
    blanks = bytes(byte for byte in delimiters.blanks if byte in b" \t")
    found = find_segments(run.data, delimiters.element, delimiters.terminator, blanks)
    return SegmentFrame(run.data, found, delimiters, first_segment)


def frame_of_files(runs: Sequence[Run]) -> tuple[SegmentFrame, Rows]:
    """Return the segments of several files under one another, and the row at which each file begins.

    Each run is the whole of a file, and all have the same delimiters.
    """
    segments = segment_frame(Run(b"".join(run.data for run in runs), runs[0].delimiters), 1)
    borders = np.cumsum([0, *(len(run.data) for run in runs[:-1])])
    return segments, np.searchsorted(segments.starts, borders)
