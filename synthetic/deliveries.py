"""What has happened in the world but is not exported yet.

Belongs here: the queue of rows by source and day of delivery. Does not belong here: how rows are written. A
story of today may put rows months ahead; rows beyond the last day of the world are dropped at once, because
nobody will ever export them, and a day's rows leave memory when the day is taken.
"""

from collections import defaultdict

import polars as pl

DELIVERY = "delivery_day"


class Deliveries:
    """Rows that wait for their day, in the order in which their stories were told."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._waiting: dict[int, dict[str, list[pl.DataFrame]]] = defaultdict(lambda: defaultdict(list))

    def add(self, source: str, rows: pl.DataFrame) -> None:
        """Queue `rows`, each for the day in its column `delivery_day`."""
        if rows.is_empty():
            return
        for (day,), part in rows.partition_by(
            DELIVERY, as_dict=True, include_key=False, maintain_order=True
        ).items():
            if int(day) < self._days:
                self._waiting[int(day)][source].append(part)

    def take(self, day: int, source: str) -> pl.DataFrame | None:
        """Remove and return the rows of `source` for `day`, or None where there are none."""
        parts = self._waiting[day].pop(source, None)
        return pl.concat(parts, how="diagonal") if parts else None

    def close(self, day: int) -> None:
        """Forget `day`; every source of it must have been taken."""
        left = self._waiting.pop(day, {})
        if left:
            raise ValueError(f"rows of {', '.join(sorted(left))} were never exported")
