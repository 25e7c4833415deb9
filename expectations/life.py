"""The life of an exception across runs: first seen, last seen, reopened, cleared.

It is computed from what earlier published runs saw, never stored as state, so a rerun neither duplicates
nor ages an exception, and a replay of an earlier date gives that date's answer. Everything here is pure:
frames in, frame out. Does not belong here: where observations rest (bronze) and how exceptions are found
(`findings`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

EXCEPTION_OBSERVATIONS = pl.Schema(
    {
        "as_of": pl.Date(),
        "exception_id": pl.String(),
        "kind": pl.String(),
        "amount_at_stake": pl.Decimal(18, 2),
    }
)
RUN_OBSERVATIONS = pl.Schema({"as_of": pl.Date(), "exception_count": pl.Int64()})

LIVES = pl.Schema(
    {
        "exception_id": pl.String(),
        "kind": pl.String(),
        "first_seen_on": pl.Date(),
        "last_seen_on": pl.Date(),
        "times_seen": pl.Int64(),
        "times_reopened": pl.Int64(),
        "status": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class ObservationHistory:
    """What published runs saw, append-only, in any order and with repeats.

    exceptions  one row per exception and run: the columns of EXCEPTION_OBSERVATIONS
    runs        one row per published run: the columns of RUN_OBSERVATIONS; a run that saw nothing is a row
                too, because only that makes an absence a fact
    """

    exceptions: pl.LazyFrame
    runs: pl.LazyFrame

    @classmethod
    def empty(cls) -> "ObservationHistory":
        """The history before the first run."""
        return cls(pl.LazyFrame(schema=EXCEPTION_OBSERVATIONS), pl.LazyFrame(schema=RUN_OBSERVATIONS))


def lives(
    history: ObservationHistory, current: pl.DataFrame, as_of: date, *, undecided: Collection[str] = ()
) -> pl.DataFrame:
    """The life of every exception ever seen up to ``as_of``, one row each (schema LIVES), sorted by id.

    history    observations of published runs; those of ``as_of`` itself and later are not read, because this
               run is the one that says what is there on ``as_of``
    current    columns ``exception_id`` and ``kind``, one row per exception that this run found
    undecided  kinds that this run could not evaluate; they are left out, because not looking is not clearing

    An exception is reopened when a run between two of its sightings did not see it. Days count, not runs:
    two runs of one date are one look.
    """
    earlier = history.exceptions.filter(pl.col("as_of") < as_of).select("as_of", "exception_id", "kind")
    today = current.lazy().select(pl.lit(as_of, pl.Date).alias("as_of"), "exception_id", "kind")
    sightings = (
        pl.concat([earlier, today])
        .filter(~pl.col("kind").is_in(list(undecided)))
        .unique(["as_of", "exception_id"])
    )
    looks = pl.concat(
        [
            history.runs.filter(pl.col("as_of") < as_of).select("as_of"),
            earlier.select("as_of"),
            pl.LazyFrame({"as_of": [as_of]}, schema={"as_of": pl.Date}),
        ]
    ).unique()
    numbered = looks.sort("as_of").with_row_index("look")
    return (
        sightings.join(numbered, on="as_of")
        .sort("exception_id", "as_of")
        .group_by("exception_id", "kind")
        .agg(
            pl.col("as_of").min().alias("first_seen_on"),
            pl.col("as_of").max().alias("last_seen_on"),
            pl.len().cast(pl.Int64).alias("times_seen"),
            (pl.col("look").cast(pl.Int64).sort().diff() > 1).sum().cast(pl.Int64).alias("times_reopened"),
        )
        .with_columns(
            pl.when(pl.col("last_seen_on") < as_of)
            .then(pl.lit("cleared"))
            .when(pl.col("times_reopened") > 0)
            .then(pl.lit("reopened"))
            .otherwise(pl.lit("open"))
            .alias("status")
        )
        .select(LIVES.names())
        .sort("exception_id")
        .collect()
    )
