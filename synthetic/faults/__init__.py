"""Faults planted into a clean world, each to be found exactly once.

Belongs here: one planter for each part of the house, and the order in which they plant. Does not belong here:
how an exception is found or named; the kinds are the catalogue's.
"""

from pathlib import Path

from synthetic.faults import (
    balancing,
    bank,
    books,
    charges,
    claims,
    corrections,
    deliveries,
    entries,
    files,
    receipts,
    remittance_answers,
    remittances,
    rows,
    sources,
)
from synthetic.faults.planting import Planting
from synthetic.practice import Practice
from synthetic.scenarios import Scenario
from synthetic.truth import write_truth

FEWEST_DAYS = 10


def plant(home: Path, practice: Practice) -> int:
    """Plant all faults into the world at `home`, write truth.json, and return the number of its entries.

    A world of fewer than `FEWEST_DAYS` days is too short for the faults to stay apart.
    """
    planting = Planting(Scenario(home), practice)
    for planter in (
        files,
        rows,
        balancing,
        books,
        receipts,
        remittances,
        remittance_answers,
        bank,
        deliveries,
        corrections,
        sources,
        charges,
        claims,
        entries,
    ):
        planter.plant(planting)
    write_truth(planting.faults, home / "truth.json")
    return len(planting.faults)
