"""Whether the differences explain those of the control totals in the two manifests, to the cent."""

from collections.abc import Sequence
from decimal import Decimal

from orchestration.restatement.differences import MartDifference
from orchestration.run.manifest import Manifest

CONTROLLED = {
    "marts.receipts": "receipts",
    "marts.claims": "claims",
    "marts.era_remittances": "eras",
    "marts.payment_balancing": "payment_balancing_rows",
}
"""Mart -> the section of the control totals that has plain sums over all of its rows."""


def untied(differences: Sequence[MartDifference], earlier: Manifest, later: Manifest) -> list[str]:
    """The amounts that do not tie, as ``mart.column``; empty when every cent is explained."""
    found = []
    for difference in differences:
        for bridge in difference.amounts:
            section = CONTROLLED.get(difference.table, "")
            control = [
                manifest.content.get("control_totals", {}).get(section, {}).get(bridge.column)
                for manifest in (earlier, later)
            ]
            moved = bridge.added + bridge.removed + bridge.changed
            is_tied = bridge.remainder == 0 and (
                None in control or Decimal(control[1]) - Decimal(control[0]) == moved
            )
            if not is_tied:
                found.append(f"{difference.table}.{bridge.column}")
    return found
