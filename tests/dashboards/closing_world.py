"""A published file with figures of periods, for the tests of the pages that close them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from dashboards.pages.close_drill import LEADS
from tests.dashboards.world import ROWS, World, make_world

Figure = tuple[str, str, str, str, str]
"""Location, first day of the month, tie-out, figure, amount."""

FIGURES: Sequence[Figure] = [
    ("L1", "2026-01-01", "balancing", "emr_payments", "100.00"),
    ("L1", "2026-01-01", "balancing", "billing_payments", "100.00"),
    ("L1", "2026-01-01", "balancing", "remainder", "0.00"),
    ("L1", "2026-01-01", "escrow", "closing", "20.00"),
    ("L2", "2026-01-01", "balancing", "emr_payments", "50.00"),
    ("L3", "2026-01-01", "balancing", "emr_payments", "31337.31"),
    ("practice", "2026-01-01", "deposits", "bank_entries", "150.00"),
    ("L1", "2026-02-01", "balancing", "emr_payments", "10.00"),
    ("L3", "2026-03-01", "balancing", "emr_payments", "31337.31"),
]


def row(figure: Figure, number: int) -> dict[str, Any]:
    location_id, start_on, tie_out, name, amount = figure
    start = date.fromisoformat(start_on)
    return {
        "location_id": location_id, "period_kind": "month", "period_start_on": start_on,
        "period_end_on": (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1),
        "tie_out": tie_out, "figure": name, "figure_number": number,
        "role": "remainder" if name.endswith("remainder") else "item", "is_binding": True,
        "amount": amount, "item_count": 0 if name.endswith("remainder") else 2,
    }  # fmt: skip


def rows(figures: Iterable[Figure] = FIGURES) -> dict[str, Any]:
    """What is published: the rows of the other pages, without what is open in January, and the figures."""
    given = {name: list(content) for name, content in ROWS.items() if name != "exceptions.exceptions"}
    return given | {
        "marts.period_tie_outs": [row(figure, number) for number, figure in enumerate(figures, start=1)]
    }


def moved(location_id: str, start_on: str, name: str, amount: str) -> list[Figure]:
    """The figures with another amount of one."""
    return [
        (*figure[:4], amount) if figure[:2] == (location_id, start_on) and figure[3] == name else figure
        for figure in FIGURES
    ]


def every_figure() -> list[Figure]:
    """One row for each figure that leads somewhere."""
    return [("L1", "2026-01-01", tie_out, name, str(Decimal("1.00"))) for tie_out, name in LEADS]


def closing_world(root: Path, figures: Iterable[Figure] = FIGURES) -> World:
    """A world in which January is over and nothing stands against it."""
    return make_world(root, rows(figures))
