"""The settings of a practice, from rows as a table keeps them: every value a text.

Belongs here: texts to typed values. Does not belong here: which settings there are (`posting.settings`).
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import polars as pl

from posting.settings import PostingSettings, SettingsHistory

_DEFAULTS = {setting.name: setting.default for setting in fields(PostingSettings)}


def history_of(rows: pl.DataFrame) -> SettingsHistory:
    """The history in rows of setting_name, effective_from, item_number, setting_value.

    A list is one row per item, and one row of item number 0 when it is empty. Settings that posting does not
    know are left out, for other parts of the house keep theirs in the same table. Raises `ValueError` for a
    value that is none of its setting.
    """
    known = rows.filter(pl.col("setting_name").is_in(list(_DEFAULTS)))
    items: dict[tuple[date, str], list[str]] = {}
    for name, effective_on, number, text in (
        known.sort("effective_from", "setting_name", "item_number")
        .select("setting_name", "effective_from", "item_number", "setting_value")
        .iter_rows()
    ):
        items.setdefault((effective_on, name), []).extend([text or ""] if number else [])
    return SettingsHistory.from_changes(
        (effective_on, name, _typed(name, texts)) for (effective_on, name), texts in items.items()
    )


def _typed(name: str, texts: list[str]) -> tuple[str, ...] | str | int | bool:
    default = _DEFAULTS[name]
    if isinstance(default, tuple):
        return tuple(texts)
    (text,) = texts
    if isinstance(default, bool):
        return {"true": True, "false": False}[text]
    return int(text) if isinstance(default, int) else text
