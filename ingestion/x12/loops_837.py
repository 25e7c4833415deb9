"""The loops of an 837: which provider, subscriber, claim, payer and service line every segment is in.

What belongs here: loop borders alone, found for all segments at once. HL opens a level of the hierarchy, CLM
a claim in it, SBR inside a claim another payer of it, LX and SV1 a service line, SVD its adjudication by
another payer. NM1 opens a party within any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.x12.claim_837p_schemas import LEVELS
from ingestion.x12.segments import Mask, Rows, SegmentFrame
from ingestion.x12.table_building import Indexes, last_of, spread

HEADER, HIERARCHY, CLAIM, OTHER_PAYER, LINE, ADJUDICATION = range(len(LEVELS))


@dataclass(frozen=True)
class Loops:
    """For each segment its level, and its indexes among the HL, CLM and so on here (-1 for none).

    Positions count the other payers of a claim and the adjudications of a line from 1; 0 outside of them.
    """

    level: Indexes
    hierarchy: Indexes
    claim: Indexes
    other_payer: Indexes
    line: Indexes
    adjudication: Indexes
    party: Indexes
    other_payer_position: Indexes
    adjudication_position: Indexes


def find_loops(segments: SegmentFrame, within: Mask) -> Loops:
    """Find the loops of the segments `within` marks, and set their claim and line positions in the frame."""
    marks = segments.rows("ST", "SE", "HL", "CLM", "SBR", "LX", "SV1", "SVD", within=within)
    is_hl, is_clm, is_sbr, is_lx, is_sv1, is_svd = (
        segments.has_id(marks, name) for name in ("HL", "CLM", "SBR", "LX", "SV1", "SVD")
    )
    border, hl, clm = last_of(segments.has_id(marks, "ST", "SE")), last_of(is_hl), last_of(is_clm)
    sbr, lx, sv1, svd = last_of(is_sbr), last_of(is_lx), last_of(is_sv1), last_of(is_svd)
    in_hierarchy = hl > border
    in_claim = clm > np.maximum(border, hl)
    in_other_payer = in_claim & (sbr > np.maximum(clm, np.maximum(lx, sv1)))
    in_line = in_claim & (sv1 > np.maximum(clm, np.maximum(lx, sbr)))
    in_adjudication = in_line & (svd > sv1)

    claims, payers, lines, adjudications = (
        np.cumsum(is_event, dtype=np.int64) for is_event in (is_clm, is_sbr, is_sv1, is_svd)
    )
    at_border, at_claim, at_line = (np.maximum(event, 0) for event in (border, clm, sv1))
    lengths = np.diff(np.concatenate(([0], marks, [len(segments)])))

    def indexes(is_in: Mask, count: Rows) -> Indexes:
        return spread(np.where(is_in, count - 1, -1), -1, lengths)

    def positions(is_in: Mask, count: Rows, since: Rows) -> Indexes:
        # What had been counted when the parent began. The first mark is always an ST.
        before = count[since] if len(marks) else count
        return spread(np.where(is_in, count - before, 0), 0, lengths)

    claim_positions = positions(in_claim, claims, at_border)
    line_positions = positions(in_line, lines, at_claim)
    segments.claim = np.where(within, claim_positions, segments.claim)
    segments.line = np.where(within, line_positions, segments.line)
    level = np.where(in_hierarchy, HIERARCHY, HEADER)
    for is_in, name in (
        (in_claim, CLAIM),
        (in_other_payer, OTHER_PAYER),
        (in_line, LINE),
        (in_adjudication, ADJUDICATION),
    ):
        level = np.where(is_in, name, level)
    return Loops(
        level=spread(level, HEADER, lengths),
        hierarchy=indexes(in_hierarchy, np.cumsum(is_hl, dtype=np.int64)),
        claim=indexes(in_claim, claims),
        other_payer=indexes(in_other_payer, payers),
        line=indexes(in_line, lines),
        adjudication=indexes(in_adjudication, adjudications),
        party=_parties(segments, within, marks),
        other_payer_position=positions(in_other_payer, payers, at_claim),
        adjudication_position=positions(in_adjudication, adjudications, at_line),
    )


def _parties(segments: SegmentFrame, within: Mask, marks: Rows) -> Indexes:
    """Return for each segment the index of the NM1 whose loop it is in, -1 in none."""
    names = segments.rows("NM1", within=within)
    borders = np.concatenate((names, marks))
    order = np.argsort(borders, kind="stable")
    parties = np.concatenate((np.arange(len(names)), np.full(len(marks), -1)))[order]
    lengths = np.diff(np.concatenate(([0], borders[order], [len(segments)])))
    return spread(parties, -1, lengths)
