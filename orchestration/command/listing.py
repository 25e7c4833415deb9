"""What the commands have in common that list things as they stand: facts for machines, columns for people."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

ROWS_SHOWN = 200
"""Rows of a table; all of them are in --json."""

# A terminal that is narrower breaks every word; what is left out there, the command `show` has.
_WIDE = 110


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON takes them: dates and amounts as text."""
    return {name: _text_of(value) for name, value in facts.items()}


def fitting(columns: Mapping[str, str], width: int, only_when_wide: Collection[str]) -> dict[str, str]:
    """The columns, name to heading, without those that only a terminal of some width has room for."""
    return {
        name: heading for name, heading in columns.items() if has_room(width) or name not in only_when_wide
    }


def has_room(width: int) -> bool:
    """Whether a terminal shows every column of a list without breaking words."""
    return width >= _WIDE


def _text_of(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
