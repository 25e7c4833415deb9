"""Every change in the life of every exception: what `exceptions.history` holds.

The few that people worked are walked one by one (`worked`); the many that nobody touched are computed all at
once, because a hundred thousand of them over a year are nothing to a column and too much for a loop. Pure:
frames in, frame out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

import polars as pl

from expectations import states
from expectations.observations import EXCEPTION_ENTRIES, FOUND, ObservationHistory
from expectations.worked import Entry, Sighting, walk

#: One row per change, or per thing that a person said. ``what_was_found`` and ``amount_at_stake`` are as the
#: last look before it had them.
CHANGES = pl.Schema(
    {
        "exception_id": pl.String(),
        "change_number": pl.Int64(),
        "kind": pl.String(),
        "changed_on": pl.Date(),
        "state": pl.String(),
        "status": pl.String(),
        "cause": pl.String(),
        "person": pl.String(),
        "entry_number": pl.Int64(),
        "reason": pl.String(),
        "assigned_to": pl.String(),
        "waived_until": pl.Date(),
        "what_was_found": pl.String(),
        "amount_at_stake": pl.Decimal(18, 2),
    }
)
_TOLD = [name for name in CHANGES if name not in ("exception_id", "change_number", "kind")]
_ENTRY = [name for name in EXCEPTION_ENTRIES if name != "exception_id"]


@dataclass(frozen=True, slots=True)
class Sightings:
    """What every look up to a date found.

    rows   columns of FOUND, ``as_of`` and ``look``, the number of the look; one row per exception and look,
           by exception and look
    looks  the days on which a run looked, ascending; the last one is the as-of date
    """

    rows: pl.DataFrame
    looks: list[date]

    @classmethod
    def up_to(
        cls,
        history: ObservationHistory,
        current: pl.DataFrame,
        as_of: date,
        *,
        undecided: Collection[str] = (),
    ) -> "Sightings":
        """The sightings of earlier runs and of this one.

        history    observations of published runs; those of ``as_of`` itself and later are not read, because
                   this run is the one that says what is there on ``as_of``
        current    columns of FOUND, one row per exception that this run found
        undecided  kinds that this run could not evaluate; they are left out: not looking is not clearing
        """
        earlier = _numbered(history.exceptions).filter(pl.col("as_of") < as_of)
        runs = _numbered(history.runs).filter(pl.col("as_of") < as_of)
        # Of the runs of one date the last one says what was there.
        last_runs = (
            pl.concat([runs.select("as_of", "run_number"), earlier.select("as_of", "run_number")])
            .group_by("as_of")
            .agg(pl.col("run_number").max())
        )
        looks = [*last_runs.select(pl.col("as_of").sort()).collect()["as_of"], as_of]
        numbered = pl.LazyFrame({"as_of": looks}, schema={"as_of": pl.Date}).with_row_index("look")
        rows = (
            pl.concat(
                [
                    earlier.join(last_runs, on=["as_of", "run_number"], how="semi").select("as_of", *FOUND),
                    current.lazy().select(pl.lit(as_of, pl.Date).alias("as_of"), *FOUND),
                ]
            )
            .filter(~pl.col("kind").is_in(list(undecided)))
            .join(numbered, on="as_of")
            .with_columns(pl.col("look").cast(pl.Int64))
            # Sorted, so that it is the same row that stays whatever the order they came in.
            .sort("exception_id", "look", "what_was_found", "amount_at_stake", nulls_last=True)
            .filter(_is_new("exception_id") | _is_new("look"))
            .collect()
        )
        return cls(rows, looks)


def changes_of(sightings: Sightings, entries: pl.DataFrame) -> pl.DataFrame:
    """Every change up to the last look (schema CHANGES), by exception and number.

    ``entries`` are those dated by the last look, with the columns of EXCEPTION_ENTRIES. Those about an
    exception that no look found stay in the journal and change nothing.
    """
    entries = entries.filter(pl.col("entered_on") <= sightings.looks[-1])
    touched = entries.select("exception_id").unique()
    worked = sightings.rows.join(touched, on="exception_id", how="semi")
    untouched = sightings.rows.join(touched, on="exception_id", how="anti")
    return pl.concat(
        [_of_untouched(untouched, sightings.looks), _of_worked(worked, sightings.looks, entries)]
    ).sort("exception_id", "change_number")


def _is_new(column: str) -> pl.Expr:
    """Whether a row has another value than the row before it; the first row has."""
    return (pl.col(column) != pl.col(column).shift(1)).fill_null(value=True)


def _numbered(frame: pl.LazyFrame) -> pl.LazyFrame:
    if "run_number" in frame.collect_schema():
        return frame
    return frame.with_columns(pl.lit(0, pl.Int64).alias("run_number"))


def _of_untouched(rows: pl.DataFrame, looks: list[date]) -> pl.DataFrame:
    """The walk of `worked` for exceptions that only runs changed, as expressions over all of them."""
    days = pl.DataFrame(
        {"look": range(len(looks)), "look_on": looks}, schema={"look": pl.Int64, "look_on": pl.Date}
    )
    # The rows are in order, so the row before tells what a window over each exception would, at less cost.
    is_first = _is_new("exception_id")
    turned = rows.with_columns(
        is_first.alias("is_first"),
        (~is_first & is_first.shift(1, fill_value=False)).alias("is_second"),
        (~is_first & (pl.col("look").diff() > 1).fill_null(value=False)).alias("is_back"),
        pl.when(~is_first.shift(-1, fill_value=True)).then(pl.col("look").shift(-1)).alias("next_look"),
    )
    found = turned.filter(pl.col("is_first") | pl.col("is_second") | pl.col("is_back")).select(
        "exception_id", "kind", "what_was_found", "amount_at_stake", "look",
        pl.when("is_first").then(pl.lit(states.NEW))
        .when("is_back").then(pl.lit(states.REOPENED))
        .otherwise(pl.lit(states.PERSISTING)).alias("state"),
        pl.when("is_back").then(pl.lit(states.FOUND_AGAIN))
        .otherwise(pl.lit(states.FOUND)).alias("cause"),
    )  # fmt: skip
    # Gone at the look after the last one of a row of sightings, unless that was the last look of all.
    is_last = pl.col("next_look").is_null() | (pl.col("next_look") > pl.col("look") + 1)
    gone = turned.filter(is_last & (pl.col("look") < len(looks) - 1)).select(
        "exception_id", "kind", "what_was_found", "amount_at_stake", pl.col("look") + 1,
        pl.lit(states.CLEARED).alias("state"), pl.lit(states.NOT_FOUND).alias("cause"),
    )  # fmt: skip
    is_open = pl.col("state").is_in([states.NEW, states.PERSISTING])
    return (
        pl.concat([found, gone])
        .join(days, on="look")
        .sort("exception_id", "look")
        .select(
            "exception_id",
            pl.int_range(1, pl.len() + 1).over("exception_id").cast(pl.Int64).alias("change_number"),
            "kind",
            pl.col("look_on").alias("changed_on"),
            "state",
            pl.when(is_open).then(pl.lit(states.OPEN)).otherwise(pl.col("state")).alias("status"),
            "cause",
            *(pl.lit(None, kind).alias(name) for name, kind in CHANGES.items()
              if name in ("person", "entry_number", "reason", "assigned_to", "waived_until")),
            "what_was_found",
            "amount_at_stake",
        )
    )  # fmt: skip


def _of_worked(rows: pl.DataFrame, looks: list[date], entries: pl.DataFrame) -> pl.DataFrame:
    told: dict[str, list[Entry]] = {}
    for exception_id, *entry in entries.select("exception_id", *_ENTRY).iter_rows():
        told.setdefault(exception_id, []).append(Entry(*entry))
    walked = [
        (exception_id, number, kind, *change)
        for exception_id, kind, sightings in _one_by_one(rows)
        for number, change in enumerate(walk(looks, sightings, told[exception_id]), start=1)
    ]
    columns = ["exception_id", "change_number", "kind", *_TOLD]
    return pl.DataFrame(walked, schema={name: CHANGES[name] for name in columns}, orient="row").select(
        *CHANGES
    )


def _one_by_one(rows: pl.DataFrame) -> Iterator[tuple[str, str, dict[date, Sighting]]]:
    columns = ("exception_id", "kind", "as_of", "what_was_found", "amount_at_stake")
    for (exception_id, kind), seen in groupby(rows.select(columns).iter_rows(), key=itemgetter(0, 1)):
        yield exception_id, kind, {day: Sighting(finding, amount) for _, _, day, finding, amount in seen}
