"""The life of an exception across runs: since when, where it stands, whose it is, how often it came back.

It is computed from what earlier published runs saw and what people entered, never stored as state, so a rerun
neither duplicates nor ages an exception, and a replay of an earlier date gives that date's answer. Does not
belong here: the changes one by one (`changes`) and how exceptions are found (`findings`).
"""

import polars as pl

from expectations import states
from expectations.changes import Sightings

LIVES = pl.Schema(
    {
        "exception_id": pl.String(),
        "kind": pl.String(),
        "location_id": pl.String(),
        "first_seen_on": pl.Date(),
        "last_seen_on": pl.Date(),
        "times_seen": pl.Int64(),
        "times_reopened": pl.Int64(),
        "status": pl.String(),
        "state": pl.String(),
        "state_since_on": pl.Date(),
        "changed_because": pl.String(),
        "assigned_to": pl.String(),
        "waived_until": pl.Date(),
        "comment_count": pl.Int64(),
        "what_was_found": pl.String(),
        "amount_at_stake": pl.Decimal(18, 2),
    }
)


def lives_of(sightings: Sightings, changes: pl.DataFrame) -> pl.DataFrame:
    """One row per exception that a look ever found (schema LIVES), by id.

    ``changes`` are those of the same sightings (`changes.changes_of`). Days count, not runs: two runs of one
    date are one look. What was found and the amount are those of the last sighting.
    """
    seen = (
        # Within an exception the rows are in the order of the looks.
        sightings.rows.group_by("exception_id").agg(
            pl.col("kind").last(),
            pl.col("location_id").drop_nulls().last(),
            pl.col("as_of").first().alias("first_seen_on"),
            pl.col("as_of").last().alias("last_seen_on"),
            pl.len().cast(pl.Int64).alias("times_seen"),
            pl.col("what_was_found").last(),
            pl.col("amount_at_stake").last(),
        )
    )
    is_entry_without_effect = pl.col("state") == pl.col("state").shift(1).over("exception_id")
    stands = (
        changes.sort("exception_id", "change_number")
        .with_columns(
            pl.when(is_entry_without_effect & (pl.col("cause") != states.FOUND_AGAIN))
            .then(None)
            .otherwise(pl.col("changed_on"))
            .alias("turned_on"),
            pl.when(is_entry_without_effect & (pl.col("cause") != states.FOUND_AGAIN))
            .then(None)
            .otherwise(pl.col("cause"))
            .alias("turned_because"),
        )
        .group_by("exception_id", maintain_order=True)
        .agg(
            _reopenings().alias("times_reopened"),
            pl.col("status").last(),
            pl.col("state").last(),
            pl.col("turned_on").drop_nulls().last().alias("state_since_on"),
            pl.col("turned_because").drop_nulls().last().alias("changed_because"),
            pl.col("assigned_to").last(),
            pl.col("waived_until").last(),
            (pl.col("cause") == states.COMMENT).sum().cast(pl.Int64).alias("comment_count"),
        )
    )
    return seen.join(stands, on="exception_id", how="inner").select(*LIVES).sort("exception_id")


def _reopenings() -> pl.Expr:
    """How often the status became reopened: an entry about a reopened one does not reopen it again."""
    was = pl.col("status").shift(1).fill_null("")
    return ((pl.col("status") == states.REOPENED) & (was != states.REOPENED)).sum().cast(pl.Int64)
