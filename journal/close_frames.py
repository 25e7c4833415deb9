"""Steps in closing periods as a frame that a run reads, and where each period stands as one that it keeps.

Belongs here: the columns and their types. Does not belong here: the rule itself (`journal.close_standing`).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from ingestion.money import MONEY
from journal.close_entries import PERIOD, REFUSAL
from journal.close_figures import Key, late_item, values_of
from journal.close_standing import Standing, Standings
from journal.close_state import Taken, states_with
from journal.entry import Entry
from journal.period import ALL_LOCATIONS, Period

#: ``details`` is the JSON text of the entry; ``refused_for`` says why a step was refused; it is null for one
#: that was taken.
PERIOD_ENTRIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "period_key": pl.String,
    "action": pl.String,
    "figures_sha256": pl.String,
    "read_from_run_id": pl.String,
    "verdict": pl.String,
    "is_refused": pl.Boolean,
    "refused_for": pl.String,
    "details": pl.String,
    "reason": pl.String,
    "entry_hash": pl.String,
}

_STEPS = ("prepared", "reviewed", "signed", "reopened")
_FIGURE = pl.Struct(
    {
        "figure_of_period": pl.String,
        "location_id": pl.String,
        "tie_out": pl.String,
        "figure": pl.String,
        "bound_amount": MONEY,
        "current_amount": MONEY,
        "bound_item_count": pl.Int64,
        "current_item_count": pl.Int64,
        "is_late": pl.Boolean,
    }
)

#: One row per period that somebody acted on or in which late items show.
STANDINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "location_id": pl.String,
    "period_kind": pl.String,
    "period_start_on": pl.Date,
    "period_end_on": pl.Date,
    "period_name": pl.String,
    "status": pl.String,
    **{
        name: kind
        for step in _STEPS
        for name, kind in (
            (f"{step}_by", pl.String),
            (f"{step}_on", pl.Date),
            (f"{step}_entry_number", pl.Int64),
            (f"{step}_reason", pl.String),
        )
    },
    "figures_sha256": pl.String,
    "read_from_run_id": pl.String,
    "verdict": pl.String,
    "moved": pl.String,
    "late_items": pl.String,
    "figures": pl.List(_FIGURE),
}


def period_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The steps that were taken or refused, by number, with the columns of `PERIOD_ENTRIES`."""
    rows = [
        (
            entry.entry_number,
            entry.entered_on,
            entry.entered_at,
            entry.person,
            entry.subject_id,
            entry.action,
            facts.get("figures_sha256"),
            facts.get("run_id"),
            facts.get("verdict"),
            entry.subject_kind == REFUSAL,
            facts.get("why"),
            entry.details,
            entry.reason,
            entry.entry_hash,
        )
        for entry in entries
        if entry.subject_kind in (PERIOD, REFUSAL)
        for facts in (entry.facts,)
    ]
    return pl.DataFrame(rows, schema=PERIOD_ENTRIES, orient="row").sort("entry_number")


def standings_frame(entries: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Where each period stands, with the columns of `STANDINGS`, in their order of location, kind and day.

    entries  columns of `PERIOD_ENTRIES`
    figures  period_kind, period_start_on, location_id and ``line``, the figure as a signature binds it
             (`journal.close_figures.line_of`), null where none does; at least of the kinds that were worked
    """
    lines: dict[Period, list[str]] = {}
    for kind, start_on, location_id, line in figures.select(
        "period_kind", "period_start_on", "location_id", "line"
    ).iter_rows():
        for place in (location_id, ALL_LOCATIONS):
            of_period = lines.setdefault(Period(kind, start_on, place), [])
            if line is not None:
                of_period.append(line)
    siblings: dict[tuple[str, str], list[Period]] = {}
    for period in lines:
        siblings.setdefault((period.kind, period.location_id), []).append(period)
    standings = Standings(
        states_with({}, _entries(entries)),
        lambda period: sorted(lines.get(period, ())),
        lambda kind, location_id: siblings.get((kind, location_id), ()),
    )
    rows = [_row(standings.of(period)) for period in standings.worked()]
    frame = pl.DataFrame(rows, schema=STANDINGS, orient="row")
    return frame.sort("location_id", "period_kind", "period_start_on")


def _entries(frame: pl.DataFrame) -> Iterator[Entry]:
    """The steps that were taken, as the journal had them. The seal before is not needed to tell a state."""
    taken = frame.filter(~pl.col("is_refused")).sort("entry_number")
    for number, at, on, person, key, action, details, reason, entry_hash in taken.select(
        "entry_number", "entered_at", "entered_on", "person", "period_key", "action", "details", "reason",
        "entry_hash",
    ).iter_rows():  # fmt: skip
        yield Entry(number, at, on, person, PERIOD, key, action, details, reason, "", entry_hash)


def _row(standing: Standing) -> tuple[Any, ...]:
    state = standing.state
    period, bound = state.period, state.bound
    steps = (state.prepared, state.reviewed, state.signed, state.reopened)
    return (
        period.location_id,
        period.kind,
        period.start_on,
        period.end_on,
        period.name,
        standing.status,
        *(part for taken in steps for part in _taken(taken)),
        bound.sha256 if bound else None,
        bound.run_id if bound else None,
        bound.verdict if bound else None,
        "; ".join(movement.sentence for movement in standing.moved) or None,
        "; ".join(late_item(line).sentence for line in standing.late) or None,
        [*_figures(standing), *_late(standing)],
    )


def _taken(taken: Taken | None) -> tuple[Any, ...]:
    return (taken.person, taken.on, taken.entry_number, taken.reason or None) if taken else (None,) * 4


def _figures(standing: Standing) -> Iterator[dict[str, Any]]:
    """The figures of the last step, with what they are now; one that appeared since was nothing then."""
    moved = {movement.key: movement for movement in standing.moved}
    bound = values_of(standing.state.bound.lines) if standing.state.bound else {}
    for key in sorted(bound.keys() | moved.keys()):
        amount, count = bound.get(key, (Decimal(0), 0))
        now = moved.get(key)
        yield {
            "figure_of_period": standing.state.period.name,
            "location_id": key.location_id,
            "tie_out": key.tie_out,
            "figure": key.figure,
            "bound_amount": amount,
            "current_amount": now.to_amount if now else amount,
            "bound_item_count": count,
            "current_item_count": now.to_count if now else count,
            "is_late": False,
        }


def _late(standing: Standing) -> Iterator[dict[str, Any]]:
    """By how much figures of signed periods moved, as it shows in this one; bound where a step named it."""
    then = _late_values(standing.state.bound.late if standing.state.bound else ())
    now = _late_values(standing.late)
    for signed, key in sorted(then.keys() | now.keys()):
        bound_amount, bound_count = then.get((signed, key), (Decimal(0), 0))
        amount, count = now.get((signed, key), (Decimal(0), 0))
        yield {
            "figure_of_period": signed,
            "location_id": key.location_id,
            "tie_out": key.tie_out,
            "figure": key.figure,
            "bound_amount": bound_amount,
            "current_amount": amount,
            "bound_item_count": bound_count,
            "current_item_count": count,
            "is_late": True,
        }


def _late_values(lines: Iterable[str]) -> dict[tuple[str, Key], tuple[Decimal, int]]:
    items = [late_item(line) for line in lines]
    return {(item.signed, item.key): (item.amount, item.item_count) for item in items}
