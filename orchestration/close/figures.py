"""The figures of a period as they are read from a published file.

Does not belong here: how a signature binds them and what becomes of them later (`journal.close_figures`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from journal.close_figures import Key, line_of
from journal.period import ALL_LOCATIONS, Period

_FIGURES = """
    select location_id, tie_out, figure, figure_number, role, is_binding, amount, item_count
    from marts.period_tie_outs
    where period_kind = $kind and period_start_on = $start_on
      and ($location_id = $all_locations or location_id = $location_id)
    order by location_id, tie_out, figure_number"""

_BINDING = """
    select period_start_on, concat_ws('|', location_id, tie_out, figure, amount, item_count)
    from marts.period_tie_outs
    where period_kind = $kind and period_start_on between $first_on and $last_on and is_binding
      and ($location_id = $all_locations or location_id = $location_id)"""

_STARTS = """
    select distinct period_start_on from marts.period_tie_outs
    where period_kind = $kind and ($location_id = $all_locations or location_id = $location_id)
    order by period_start_on"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of marts.period_tie_outs."""

    key: Key
    number: int
    role: str
    is_binding: bool
    amount: Decimal
    item_count: int

    @property
    def line(self) -> str:
        """The figure as a signature binds it."""
        return line_of(self.key, self.amount, self.item_count)


def read_figures(connection: duckdb.DuckDBPyConnection, period: Period) -> list[Figure]:
    """Every figure of a period, in the order of the checklist."""
    rows = connection.execute(
        _FIGURES,
        {
            "kind": period.kind,
            "start_on": period.start_on,
            "location_id": period.location_id,
            "all_locations": ALL_LOCATIONS,
        },
    ).fetchall()
    return [
        Figure(Key(location_id, tie_out, figure), number, role, is_binding, amount, item_count)
        for location_id, tie_out, figure, number, role, is_binding, amount, item_count in rows
    ]


def periods_of(connection: duckdb.DuckDBPyConnection, kind: str, location_id: str) -> list[Period]:
    """Every period of a kind that has figures, oldest first."""
    rows = connection.execute(
        _STARTS, {"kind": kind, "location_id": location_id, "all_locations": ALL_LOCATIONS}
    ).fetchall()
    return [Period(kind, start_on, location_id) for (start_on,) in rows]  # type: ignore[arg-type]


def locations_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every location that has figures, sorted, with `practice` for what belongs to no single one."""
    rows = connection.execute(
        "select distinct location_id from marts.period_tie_outs order by location_id"
    ).fetchall()
    return [location_id for (location_id,) in rows]


def bound_lines(figures: Iterable[Figure]) -> tuple[str, ...]:
    """The lines that a signature binds, sorted."""
    return tuple(sorted(figure.line for figure in figures if figure.is_binding))


def read_bound_lines(
    connection: duckdb.DuckDBPyConnection, first: Period, last: Period
) -> dict[Period, tuple[str, ...]]:
    """The lines that a signature binds, of every period from ``first`` to ``last`` of one kind and location.

    Periods without figures are left out.
    """
    rows = connection.execute(
        _BINDING,
        {
            "kind": first.kind,
            "first_on": first.start_on,
            "last_on": last.start_on,
            "location_id": first.location_id,
            "all_locations": ALL_LOCATIONS,
        },
    ).fetchall()
    found: dict[Period, list[str]] = {}
    for start_on, line in rows:
        found.setdefault(Period(first.kind, start_on, first.location_id), []).append(line)
    return {period: tuple(sorted(lines)) for period, lines in found.items()}
