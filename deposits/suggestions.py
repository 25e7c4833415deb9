"""Amounts that add up to an open amount: a hint for a person, never a match.

Belongs here: the bounded search, and how likely chance alone finds as much. Does not belong here: deciding.

For every open amount the search looks at the open ends of the other side that account, payer and days allow,
at most `CANDIDATES` of them, the nearest in days first and then by key, and at every combination of one to
`PARTS` of them. It is the same for the same rows, in whatever order they come. Of several combinations the
one of fewest parts, then of the first keys, is shown, with how many there were.

Chance: the combinations that were looked at spread over a range of cents. Were their sums thrown evenly into
it, combinations / range is how many would hit the amount by accident. That, in millionths, is shown; it is an
estimate for a person to weigh, no probability of being right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from deposits.matching import Entry, Item

    End = TypeVar("End", Entry, Item)

CANDIDATES = 12
PARTS = 4
# A search is made for this many of the largest open amounts of each side; the rest have no suggestion.
SEARCHES = 2_000
_MILLION = 1_000_000

Suggestion = tuple[str, int, int]
"""Keys with plus signs between them, how many combinations hit, chance hits in millionths."""


def suggest(entries: Sequence[Entry], items: Sequence[Item]) -> dict[tuple[str, str], Suggestion]:
    """Suggestions by side and key."""
    found: dict[tuple[str, str], Suggestion] = {}
    items_by_day = _by_day(items)
    entries_by_day = _by_day(entries)
    longest = max((max(item.days_before, item.days_after) for item in items), default=0)
    for entry in _largest(entries):
        ends = [
            (abs(item.day - entry.day), item.key, item.cents)
            for day in range(entry.day - longest, entry.day + longest + 1)
            for item in items_by_day.get(day, ())
            if _may_be_part(entry, item) and 0 < item.cents <= entry.cents
        ]
        if suggestion := _search(entry.cents, ends):
            found["entry", entry.key] = suggestion
    for item in _largest(items):
        ends = [
            (abs(item.day - entry.day), entry.key, entry.cents)
            for day in range(item.day - item.days_before, item.day + item.days_after + 1)
            for entry in entries_by_day.get(day, ())
            if _may_be_part(entry, item) and 0 < entry.cents <= item.cents
        ]
        if suggestion := _search(item.cents, ends):
            found["item", item.key] = suggestion
    return found


def _largest(ends: Sequence[End]) -> list[End]:
    return sorted((end for end in ends if end.cents > 0), key=lambda end: (-end.cents, end.key))[:SEARCHES]


def _by_day(ends: Sequence[End]) -> dict[int, list[End]]:
    days: dict[int, list[End]] = {}
    for end in ends:
        days.setdefault(end.day, []).append(end)
    return days


def _may_be_part(entry: Entry, item: Item) -> bool:
    return (
        item.day - item.days_before <= entry.day <= item.day + item.days_after
        and entry.channel == item.channel
        and (entry.payer == item.payer or None in (entry.payer, item.payer))
        and item.account in (None, entry.account)
    )


def _search(cents: int, ends: list[tuple[int, str, int]]) -> Suggestion | None:
    nearest = sorted(ends)[:CANDIDATES]
    hits: list[tuple[int, tuple[str, ...]]] = []
    looked_at, lowest, highest = 0, cents, cents
    for count in range(1, PARTS + 1):
        for parts in combinations(nearest, count):
            total = sum(part[2] for part in parts)
            looked_at += 1
            lowest, highest = min(lowest, total), max(highest, total)
            if total == cents:
                hits.append((count, tuple(sorted(part[1] for part in parts))))
    if not hits:
        return None
    _, keys = min(hits)
    return "+".join(keys), len(hits), min(_MILLION, -(-looked_at * _MILLION // (highest - lowest + 1)))
