"""The HL hierarchy: which loop is the parent of which.

What belongs here: resolving the parents of HL loops, for any chain of levels. What does not: what stands in
them.

A parent is the loop that HL02 names, when that is an earlier loop of the level above in the same transaction.
A pointer that leads nowhere, or to a number given twice, is reported, and the nearest open loop of the level
above is taken: in a file written depth first, as the guides demand, both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.x12.elements import Elements
from ingestion.x12.findings import Findings
from ingestion.x12.table_building import Indexes, last_of


@dataclass(frozen=True)
class Hierarchy:
    """For each HL segment the place of its level in the chain (-1: none of it) and its parent (-1: none)."""

    depth: Indexes
    parent: Indexes

    def at_depth(self, loops: npt.NDArray[np.integer], depth: int) -> Indexes:
        """Return for each of these HL loops itself or its ancestor at `depth`; -1 when there is none."""
        # The spare last place is where -1 leads.
        depths, parents = np.append(self.depth, -1), np.append(self.parent, -1)
        found = np.asarray(loops, np.int32)
        while (is_below := depths[found] > depth).any():
            found = np.where(is_below, parents[found], found)
        return np.where(depths[found] == depth, found, -1).astype(np.int32)


def _named_parents(hl: Elements, transactions: Indexes) -> Indexes:
    """Return the loop that each HL02 names, -1 where it names none or more than one."""
    loops = pl.DataFrame(
        {
            "transaction": transactions,
            "number": hl.text(1),
            "parent": hl.text(2),
            "loop": np.arange(len(hl), dtype=np.int32),
        }
    )
    once = loops.select("transaction", parent="number", named="loop").unique(
        ["transaction", "parent"], keep="none", maintain_order=True
    )
    named = loops.join(once, on=["transaction", "parent"], how="left", maintain_order="left")["named"]
    return named.fill_null(-1).to_numpy().astype(np.int32)


def _nearest(depth: Indexes, transactions: Indexes, levels: int) -> Indexes:
    """Return the loop of the level above that is open at each HL, -1 where there is none."""
    loops = np.arange(len(depth))
    nearest = np.full(len(depth), -1, np.int32)
    for at in range(1, levels):
        above = last_of(depth == at - 1)
        higher = last_of((depth >= 0) & (depth < at - 1))
        is_open = (above > higher) & (transactions[above] == transactions) & (above >= 0)
        nearest = np.where((depth == at) & is_open & (above < loops), above, nearest)
    return nearest.astype(np.int32)


def find_hierarchy(
    hl: Elements, transactions: Indexes, levels: tuple[str, ...], findings: Findings
) -> Hierarchy:
    """Resolve the HL segments `hl`, whose level codes from the top are `levels`."""
    depth = np.full(len(hl), -1, np.int32)
    for place, level in enumerate(levels):
        depth[hl.has(3, level)] = place
    if not len(hl):
        return Hierarchy(depth, depth)
    named, nearest = _named_parents(hl, transactions), _nearest(depth, transactions, len(levels))
    is_sound = (named >= 0) & (named < np.arange(len(hl))) & (depth[named] == depth - 1)
    is_child = depth > 0
    findings.add("hierarchy_level_unknown", hl.rows[depth < 0])
    findings.add("hierarchy_parent_unknown", hl.rows[is_child & ~is_sound], "HL02")
    return Hierarchy(depth, np.where(is_child, np.where(is_sound, named, nearest), -1).astype(np.int32))
