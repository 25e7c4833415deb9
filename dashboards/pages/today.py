"""Today: whether it ties, what is new, and where to look first."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.charts import svg
from dashboards.pages.panel import Panel, panel
from dashboards.routing import guarded
from dashboards.standing import standing
from dashboards.visit import Visit

_NOTHING = Decimal("0.00")
TREND_DAYS = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to see first: what it is, how much, and where it comes from."""

    title: str
    value: str
    note: str
    href: str
    tone: str = ""


@guarded("/", Permission.SEE)
def today(visit: Visit) -> Response:
    """The page of every morning."""
    return visit.page(
        "today.html",
        title="Today",
        standing=standing(visit),
        figures=_figures(visit, _open_ones(visit)),
        panels=[one for one in _panels(visit) if one],
    )


def make_today_ready(visit: Visit) -> None:
    """Work out what the page shows, for the first who opens it."""
    standing(visit)
    _figures(visit, _open_ones(visit))
    _panels(visit)


def _open_ones(visit: Visit) -> Panel | None:
    return panel(visit, "Open", "exceptions", [("group", "severity")], columns=("amount_at_stake",))


def _figures(visit: Visit, open_ones: Panel | None) -> list[Figure]:
    found = []
    if open_ones:
        at_stake = open_ones.layout.totals.sums.get("amount_at_stake", _NOTHING)
        found.append(
            Figure(
                "At stake",
                f"{at_stake:,.2f}",
                f"{open_ones.layout.totals.count:,} exceptions",
                "/exceptions?group=area,title&sort=-amount_at_stake",
            )
        )
    for title, name, conditions, column, noun in (
        (
            "Does not tie with billing",
            "balancing",
            [("window_kind", "day"), ("exception_count.min", "1")],
            "open_difference_amount",
            "days and charge types",
        ),
        ("In escrow", "aged-receipts", [("escrow_amount.not", "0")], "escrow_amount", "receipts"),
        ("Receipts in error", "receipts", [("status", "Error")], "amount", "receipts"),
        ("Not billed", "failed-charges", [], "amount", "charges"),
    ):
        one = panel(visit, title, name, conditions, columns=(column,), size=1)
        if one:
            totals = one.layout.totals
            found.append(
                Figure(
                    title, f"{totals.sums.get(column, _NOTHING):,.2f}", f"{totals.count:,} {noun}", one.href
                )
            )
    return found


def _panels(visit: Visit) -> list[Panel | None]:
    as_of = visit.snapshot.as_of
    new = panel(
        visit,
        "New since the last run",
        "exceptions",
        [
            ("state", "new"),
            ("state", "reopened"),
            ("state_since_on", as_of.isoformat()),
            ("group", "title"),
            ("sort", "-amount_at_stake"),
        ],
        columns=("amount_at_stake",),
        size=12,
        about="Seen for the first time by this run, or back again.",
    )
    return [
        _with_chart(visit, _by_area(visit)),
        new,
        _trend(visit),
        _with_chart(visit, _escrow_by_age(visit)),
        panel(
            visit,
            "Why charges fail",
            "failed-charges",
            [("group", "main_reason"), ("sort", "-count")],
            columns=("amount",),
            size=8,
        ),
        panel(
            visit,
            "Files missing, late, empty or small",
            "expected-files",
            [("outcome.not", "on_time"), ("due_on.min", (as_of - timedelta(days=14)).isoformat())],
            columns=("due_on", "source", "location_id", "outcome"),
            size=8,
        ),
    ]


def _by_area(visit: Visit) -> Panel | None:
    return panel(
        visit,
        "Money that does not tie, by area",
        "exceptions",
        [("group", "area"), ("sort", "-amount_at_stake")],
        columns=("amount_at_stake",),
        about="The amount at stake in each part of the books.",
    )


def _escrow_by_age(visit: Visit) -> Panel | None:
    return panel(
        visit,
        "Escrow by age",
        "escrow-ageing",
        [("is_current", "yes"), ("closing_amount.not", "0"), ("group", "age_bucket")],
        columns=("closing_amount",),
        about="Money received and not yet posted, by days waited.",
    )


def _with_chart(visit: Visit, one: Panel | None) -> Panel | None:
    """The panel with its groups drawn as bars."""
    if one is None or not one.layout.group_lines:
        return one
    values = [(str(line.value or "none"), line.cells[0].value or _NOTHING) for line in one.layout.group_lines]
    sentence = f"{one.title}: " + ", ".join(f"{name} {amount:,.2f}" for name, amount in values)
    drawn = visit.cached(("bars", sentence), lambda: svg.bars(values, sentence))
    return replace(one, chart=drawn)


def _trend(visit: Visit) -> Panel | None:
    start = visit.snapshot.as_of - timedelta(days=TREND_DAYS)
    one = panel(
        visit,
        "Difference by day",
        "balancing",
        [
            ("window_kind", "day"),
            ("window_start_on.min", start.isoformat()),
            ("group", "window_start_on"),
            ("sort", "-window_start_on"),
        ],
        columns=("difference_amount", "expected_difference_amount", "open_difference_amount"),
        size=TREND_DAYS + 1,
        about="EMR less billing, and the part of it that is not expected.",
    )
    if one is None or not one.layout.group_lines:
        return one
    lines: list[Any] = list(one.layout.group_lines)
    points = [(line.value, line.cells[0].value, line.cells[2].value) for line in reversed(lines)]
    opened = sum((abs(point[2]) for point in points), _NOTHING)
    sentence = f"Difference by day over {TREND_DAYS} days; {opened:,.2f} of it does not tie."
    drawn = visit.cached(("trend", one.href), lambda: svg.trend(points, sentence))
    with_open = [line for line in lines if line.cells[2].value][:8]
    return replace(one, chart=drawn, layout=replace(one.layout, group_lines=tuple(with_open or lines[:8])))
