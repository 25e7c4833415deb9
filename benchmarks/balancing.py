"""EMR against billing: the matching of the project beside a pandas merge and a lookup on the amount.

    python -m benchmarks.balancing --payments 1000000

Two systems of a million payments each, two in a hundred of the patients with a planted difference of every
class, half of the payments with the shared id. All are timed in one run on the same payments; what counts are
the ratios and, by class, how much of the truth each finds (recall) and how much of what it says is true
(precision).

- Tieout runs every pass, the classes and the rows of both views on all three bases.
- The pandas merge is an outer merge on patient, location, charge type, amount and date, with repeats numbered
  so that equal payments pair one to one. It can only say that a payment is missing, or only in billing.
- The lookup is what a spreadsheet does: the first unused payment of the same location, day and amount.
- datacompy is not here: its releases ask for a pandas older than the one this project is locked to. It joins
  like the merge, and says no more of a row than that it is on one side only.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl

from tests.warehouse.building import Warehouse, frames
from tests.warehouse.matching import Matching, TwoSystems, two_systems
from tests.warehouse.practice import PRACTICE

_KEY = ["patient_id", "location_id", "charge_type_key", "amount", "day"]


def compiled_matching(folder: Path) -> Matching:
    """The project's models as dbt compiles them, from a warehouse of a few rows."""
    warehouse = Warehouse(folder, "compiled").fill(frames(PRACTICE))
    warehouse.built("run", "--select", "+balancing_differences", as_of=date(2026, 6, 30))
    return Matching(warehouse.path.parent / "target" / "compiled" / "tieout" / "models", warehouse.path.stem)


def by_tieout(matching: Matching) -> Callable[[TwoSystems], pl.DataFrame]:
    def found(systems: TwoSystems) -> pl.DataFrame:
        with matching.run(systems) as connection:
            return connection.execute(
                "select distinct unit_key, difference_class as found from marts.balancing_differences"
                " where billing_view = 'standard' and date_basis = 'clinic'"
            ).pl()

    return found


def _sides(systems: TwoSystems) -> tuple[pd.DataFrame, pd.DataFrame]:
    emr = systems.emr.rename({"transaction_on": "day"}).select("emr_payment_id", *_KEY)
    imports = systems.billing.filter("is_integration").rename({"clinic_on": "day"})
    return emr.to_pandas(), imports.select("billing_payment_id", *_KEY).to_pandas()


def _one_sided(joined: pd.DataFrame) -> pl.DataFrame:
    """What a join can say: missing on one side or on the other."""
    missing = "emr:" + joined.loc[joined["billing_payment_id"].isna(), "emr_payment_id"]
    only = "billing:" + joined.loc[joined["emr_payment_id"].isna(), "billing_payment_id"]
    return pl.concat(
        [
            pl.DataFrame({"unit_key": missing.tolist(), "found": ["missing_in_billing"] * len(missing)}),
            pl.DataFrame({"unit_key": only.tolist(), "found": ["only_in_billing"] * len(only)}),
        ]
    )


def _numbered(side: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return side.assign(repeat=side.groupby(key, sort=False).cumcount())


def by_merge(systems: TwoSystems) -> pl.DataFrame:
    emr, billing = (_numbered(side, _KEY) for side in _sides(systems))
    return _one_sided(emr.merge(billing, on=[*_KEY, "repeat"], how="outer"))


def by_lookup(systems: TwoSystems) -> pl.DataFrame:
    """Row by row, as a lookup on the amount with a column of used rows does it."""
    emr, billing = _sides(systems)
    open_rows: dict[tuple[object, ...], list[str]] = {}
    for identity, *key in billing[["billing_payment_id", "location_id", "day", "amount"]].itertuples(
        index=False
    ):
        open_rows.setdefault(tuple(key), []).append(identity)
    missing = []
    for identity, *key in emr[["emr_payment_id", "location_id", "day", "amount"]].itertuples(index=False):
        candidates = open_rows.get(tuple(key))
        if candidates:
            candidates.pop(0)
        else:
            missing.append(f"emr:{identity}")
    only = [f"billing:{identity}" for rows in open_rows.values() for identity in rows]
    return pl.DataFrame(
        {
            "unit_key": missing + only,
            "found": ["missing_in_billing"] * len(missing) + ["only_in_billing"] * len(only),
        }
    )


def scores(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """(class, planted, recall, precision) in percent; a class that is never said has no precision."""
    joined = truth.join(found, on="unit_key", how="full", coalesce=True)
    rows = []
    for name in sorted(set(truth["truth"])):
        planted = joined.filter(pl.col("truth") == name)
        said = joined.filter(pl.col("found") == name)
        right = planted.filter(pl.col("found") == name).height
        precision = f"{100 * right / said.height:.2f}" if said.height else "-"
        rows.append((name, planted.height, f"{100 * right / planted.height:.2f}", precision))
    return pl.DataFrame(rows, schema=["class", "planted", "recall", "precision"], orient="row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    systems = two_systems(11, arguments.payments, faults=0.02)
    print(f"{systems.emr.height:,} EMR payments, {systems.billing.height:,} in billing,"
          f" {systems.truth.height:,} differences")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        contenders = {
            "tieout, all passes": by_tieout(compiled_matching(Path(folder))),
            "pandas merge": by_merge,
            "lookup on amount": by_lookup,
        }
        table, base = None, 0.0
        for name, contender in contenders.items():
            seconds = []
            for _ in range(arguments.repeats):
                started = time.perf_counter()
                found = contender(systems)
                seconds.append(time.perf_counter() - started)
            base = base or min(seconds)
            print(f"{name:<20} {min(seconds):7.2f} s  {min(seconds) / base:5.2f}x")
            score = scores(found, systems.truth).rename(
                {"recall": f"{name}: recall", "precision": "precision"}
            )
            score = score.rename({"precision": f"{name}: precision"})
            table = score if table is None else table.join(score, on=["class", "planted"])
    with pl.Config(tbl_rows=40, tbl_cols=20, tbl_width_chars=160, tbl_hide_dataframe_shape=True):
        print(table)


if __name__ == "__main__":
    main()
