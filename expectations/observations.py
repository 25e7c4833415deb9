"""What published runs saw, and what people entered about it: the two things that a life is computed from.

Belongs here: their columns. Does not belong here: where observations rest (bronze), where entries rest (the
journal), and what follows from them (`changes`, `life`).
"""

from dataclasses import dataclass

import polars as pl

#: One row per exception and run. Finding and location are null in observations from before they were kept.
EXCEPTION_OBSERVATIONS = pl.Schema(
    {
        "as_of": pl.Date(),
        "exception_id": pl.String(),
        "kind": pl.String(),
        "amount_at_stake": pl.Decimal(18, 2),
        "what_was_found": pl.String(),
        "location_id": pl.String(),
    }
)
RUN_OBSERVATIONS = pl.Schema({"as_of": pl.Date(), "exception_count": pl.Int64()})

#: What one run found: an observation without its date.
FOUND = pl.Schema({name: kind for name, kind in EXCEPTION_OBSERVATIONS.items() if name != "as_of"})

#: What people entered about exceptions. ``waived_until`` is the first day on which a waived one is back;
#: ``accepted_finding`` and ``accepted_amount`` are what was acknowledged or waived, as it was then.
EXCEPTION_ENTRIES = pl.Schema(
    {
        "entry_number": pl.Int64(),
        "entered_on": pl.Date(),
        "person": pl.String(),
        "exception_id": pl.String(),
        "action": pl.String(),
        "assigned_to": pl.String(),
        "waived_until": pl.Date(),
        "accepted_finding": pl.String(),
        "accepted_amount": pl.Decimal(18, 2),
        "reason": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class ObservationHistory:
    """What published runs saw, append-only, in any order and with repeats.

    exceptions  one row per exception and run: the columns of EXCEPTION_OBSERVATIONS
    runs        one row per published run: the columns of RUN_OBSERVATIONS; a run that saw nothing is a row
                too, because only that makes an absence a fact

    Both may have a column ``run_number`` besides, higher for a later run: of the runs of one date the last
    one speaks. Without it all of them do.
    """

    exceptions: pl.LazyFrame
    runs: pl.LazyFrame

    @classmethod
    def empty(cls) -> "ObservationHistory":
        """The history before the first run."""
        return cls(pl.LazyFrame(schema=EXCEPTION_OBSERVATIONS), pl.LazyFrame(schema=RUN_OBSERVATIONS))


def no_entries() -> pl.DataFrame:
    """The entries before anybody entered anything."""
    return pl.DataFrame(schema=EXCEPTION_ENTRIES)
