"""Everything that posting decided, as one frame: what a table in a warehouse can hold and split again.

Belongs here: the columns of that frame. Does not belong here: what the events mean (`posting.results`).
"""

from __future__ import annotations

import json
from dataclasses import asdict

import polars as pl

from posting.results import PostingResult
from posting.settings import SettingsHistory

#: Which frame of the result each kind of event is, and the column of its date.
EVENTS = {
    "application": ("applications", "posted_on"),
    "receipt_status": ("receipt_status_log", "changed_on"),
    "claim_status": ("claim_status_changes", "changed_on"),
    "movement": ("movements", "moved_on"),
    "negative_receipt": ("negative_receipts", "received_on"),
    "refused_entry": ("refused_entries", "entered_on"),
    "receipt": ("receipts", "received_on"),
}


def events_of(result: PostingResult) -> pl.DataFrame:
    """One row per row of every frame of `result`, with `event` (a key of `EVENTS`) and `event_on`.

    Columns are those of all frames, null where an event has no such thing. Rows are in the order of the
    frames, which never varies.
    """
    parts = [
        getattr(result, name).rename({day: "event_on"}).select(pl.lit(event).alias("event"), pl.all())
        for event, (name, day) in EVENTS.items()
    ]
    return pl.concat(parts, how="diagonal")


def settings_versions(settings: SettingsHistory) -> pl.DataFrame:
    """One row per version of the settings: `settings_version`, and its values as JSON text in
    `settings_in_force`.
    """
    versions = settings.versions()
    return pl.DataFrame(
        {
            "settings_version": range(len(versions)),
            "settings_in_force": [json.dumps(asdict(values), sort_keys=True) for _, values in versions],
        },
        schema={"settings_version": pl.Int64, "settings_in_force": pl.String},
    )
