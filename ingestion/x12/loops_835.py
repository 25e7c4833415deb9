"""The loops of an 835: which remittance, claim and service line every segment is in.

What belongs here: loop borders alone, found for all segments at once. CLP opens a claim and SVC a line of it;
ST, LX, TS3, PLB and SE end both, so that a summary is never read as part of the last claim. N1 opens a party
of the header.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.kernels import cut_elements, view_of
from ingestion.x12.remittance_835_schemas import LEVELS
from ingestion.x12.segments import Mask, Rows, SegmentFrame
from ingestion.x12.table_building import Indexes, last_of, spread

REMITTANCE, PAYER, PAYEE, CLAIM, LINE = range(len(LEVELS))

_ENDS = ("ST", "LX", "TS3", "PLB", "SE")


@dataclass(frozen=True)
class Loops:
    """For each segment: its level, and the index of its remittance, claim and line here (-1 for none)."""

    remittance: Indexes
    claim: Indexes
    line: Indexes
    level: Indexes


def find_loops(segments: SegmentFrame, within: Mask) -> Loops:
    """Find the loops of the segments `within` marks, and set their claim and line positions in the frame."""
    marks = segments.rows(*_ENDS, "CLP", "SVC", within=within)
    is_st, is_clp, is_svc = (segments.has_id(marks, name) for name in ("ST", "CLP", "SVC"))
    last_clp = last_of(is_clp)
    in_claim = last_clp > last_of(~(is_clp | is_svc))
    in_line = in_claim & (last_of(is_svc) > last_clp)
    remittances, claims, lines = np.cumsum(is_st), np.cumsum(is_clp), np.cumsum(is_svc)
    # What had been counted when the remittance, or the claim, began. The first mark is always an ST.
    claims_before = claims[last_of(is_st)] if len(marks) else claims
    lines_before = lines[np.maximum(last_clp, 0)] if len(marks) else lines

    lengths = np.diff(np.concatenate(([0], marks, [len(segments)])))
    claim_positions = spread(np.where(in_claim, claims - claims_before, 0), 0, lengths)
    line_positions = spread(np.where(in_line, lines - lines_before, 0), 0, lengths)
    segments.claim = np.where(within, claim_positions, segments.claim)
    segments.line = np.where(within, line_positions, segments.line)
    level = spread(np.where(in_line, LINE, np.where(in_claim, CLAIM, REMITTANCE)), REMITTANCE, lengths)
    _set_parties(segments, within, level)
    return Loops(
        remittance=spread(remittances - 1, -1, lengths),
        claim=spread(np.where(in_claim, claims - 1, -1), -1, lengths),
        line=spread(np.where(in_line, lines - 1, -1), -1, lengths),
        level=level,
    )


def _set_parties(segments: SegmentFrame, within: Mask, level: Indexes) -> None:
    """Tell the payer's and the payee's segments, which follow their N1, from the rest of the header."""
    names = segments.rows("N1", within=within)
    names = names[level[names] == REMITTANCE]
    ends = segments.rows(*_ENDS, "CLP", within=within)
    borders = np.sort(np.concatenate((names, ends)))
    for code, party in (("PR", PAYER), ("PE", PAYEE)):
        starts = _named(segments, names, code)
        # Every transaction read here is closed by its SE, so a border always follows.
        stops = borders[np.searchsorted(borders, starts, side="right")]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            level[start:stop] = party


def _named(segments: SegmentFrame, rows: Rows, code: str) -> Rows:
    """Return those of the N1 or NM1 segments at `rows` that name the entity `code`."""
    starts, ends = segments.starts[rows], segments.ends[rows]
    cut = cut_elements(segments.data, starts, ends, segments.delimiters.element, 2, skipped=1)
    low, _ = view_of(code.encode())
    # The second piece is the rest of the segment after the code; a name that has none names nobody.
    return rows[(cut.views[0][::2] == low) & (cut.starts[1] >= 0)]
