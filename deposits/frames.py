"""Frames to the flat rows of the matching and back.

Belongs here: the columns of both sides and of the result. Does not belong here: any decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from deposits.calendar import BankCalendar
from deposits.matching import Choice, Entry, Item, match

ENTRIES = pl.Schema(
    {
        "entry_key": pl.String(),
        "bank_account": pl.String(),
        "channel": pl.String(),
        "trace_number": pl.String(),
        "payer_identifier": pl.String(),
        "reference": pl.String(),
        "cents": pl.Int64(),
        "booked_on": pl.Date(),
        "wait_days": pl.Int64(),
    }
)
"""One row per entry of a bank account. `channel` says how the money moved: electronic, check, slip, card,
return, fee, transfer or other; `wait_days` how many business days it may be without its expected payment."""

ITEMS = pl.Schema(
    {
        "item_key": pl.String(),
        "channel": pl.String(),
        "trace_number": pl.String(),
        "payer_identifier": pl.String(),
        "reference": pl.String(),
        "bank_account": pl.String(),
        "cents": pl.Int64(),
        "expected_on": pl.Date(),
        "declared_on": pl.Date(),
        "days_before": pl.Int64(),
        "days_after": pl.Int64(),
        "wait_days": pl.Int64(),
    }
)
"""One row per payment that the books expect at the bank. `bank_account` is where it belongs, where that is
known; `declared_on` the day of the deposit as the books have it; `days_before` and `days_after` the window
around `expected_on` in business days."""

CHOICES = pl.Schema(
    {
        "entry_number": pl.Int64(),
        "entry_key": pl.String(),
        "entry_cents": pl.Int64(),
        "item_key": pl.String(),
        "item_cents": pl.Int64(),
    }
)
"""One row per payment that a person chose for an entry, with the amounts that the person saw."""

PIECES = pl.Schema(
    {
        "group_key": pl.String(),
        "entry_key": pl.String(),
        "item_key": pl.String(),
        "bank_cents": pl.Int64(),
        "item_cents": pl.Int64(),
        "status": pl.String(),
        "evidence": pl.String(),
        "business_days": pl.Int64(),
        "candidate_count": pl.Int64(),
        "suggested_keys": pl.String(),
        "suggestion_count": pl.Int64(),
        "coincidence_per_million": pl.Int64(),
    }
)
"""One row per piece of money: the pieces of an entry add up to it, and so do the pieces of an item."""


def match_deposits(
    entries: pl.DataFrame,
    items: pl.DataFrame,
    as_of: date,
    holidays: Iterable[date] = (),
    choices: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The pieces of `entries` and `items`, as `deposits.matching.match` makes them, in a fixed order."""
    calendar = BankCalendar(holidays)
    days: dict[date | None, int | None] = {None: None}

    def number(day: date | None) -> int | None:
        if day not in days:
            days[day] = calendar.number(day)  # type: ignore[arg-type]
        return days[day]

    pieces = match(
        [
            Entry(key, account, channel, trace, payer, reference, cents, number(day) or 0, wait)
            for key, account, channel, trace, payer, reference, cents, day, wait in entries.select(
                ENTRIES.names()
            ).iter_rows()
        ],
        [
            Item(
                key, channel, trace, payer, reference, account, cents,
                number(expected) or 0, number(declared), before, after, wait,
            )
            for key, channel, trace, payer, reference, account, cents, expected, declared, before, after, wait
            in items.select(ITEMS.names()).iter_rows()
        ],
        number(as_of) or 0,
        _choices(CHOICES.to_frame() if choices is None else choices),
    )  # fmt: skip
    return pl.DataFrame([tuple(piece) for piece in pieces], schema=PIECES, orient="row")


def _choices(rows: pl.DataFrame) -> list[Choice]:
    """The choices in the order in which they were made."""
    found: dict[tuple[int, str, int], list[tuple[str, int]]] = {}
    for number, entry_key, entry_cents, item_key, item_cents in (
        rows.select(CHOICES.names()).sort("entry_number", "item_key").iter_rows()
    ):
        found.setdefault((number, entry_key, entry_cents), []).append((item_key, item_cents))
    return [Choice(key, cents, tuple(items)) for (_, key, cents), items in found.items()]
