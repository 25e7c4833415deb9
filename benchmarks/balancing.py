"""EMR against billing: the matching of the project beside a pandas merge, datacompy and a lookup.

    python -m benchmarks.balancing --payments 1000000 [--datacompy-python ~/datacompy/bin/python]

Two systems of a million payments each, two in a hundred of the patients with a planted difference of every
class, half of the payments with the shared id. All are timed in one run on the same payments, round by round;
what counts are the ratios and, by class, how much of the truth each finds (recall) and how much of what it
says is true (precision). Each starts with the payments in its own form (tables, frames, rows); `ready` is
what it takes to get there, and nothing that helps to compare is made there.

- Tieout runs every pass, the classes and the rows of both views on all three bases, on all processors; so
  compare the seconds of the processors too. The number that equal payments share, a column of the warehouse's
  tables of payments, is made within the time.
- The pandas merge is an outer merge on patient, location, charge type, amount and date, with repeats numbered
  so that equal payments pair one to one. It can only say that a payment is missing, or only in billing.
- datacompy compares on the same columns and says as much. Its releases ask for another pandas than the one
  this project is locked to, so it runs in a process with a Python of its own, which times itself.
- The lookup is what a spreadsheet does: the first unused payment of the same location, day and amount.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from tests.warehouse.building import Warehouse, frames
from tests.warehouse.matching import EQUALITY_KEY, Matching, TwoSystems, two_systems
from tests.warehouse.practice import PRACTICE

_KEY = ["patient_id", "location_id", "charge_type_key", "amount", "day"]

# Makes the number of every payment once, as the warehouse does when it writes the tables of payments.
SHARED_NUMBERS = " union all ".join(
    f"select bit_xor({EQUALITY_KEY.format(day=day)}) from intermediate.int_balancing__{side}_payments"
    for side, day in (("emr", "transaction_on"), ("billing", "deposit_on"))
)

# Run by the Python that has datacompy: compares, writes the ids that one side alone has, prints its seconds.
_DATACOMPY = """
import json, sys, time
import pandas as pd
from datacompy import PandasCompare
folder, key = sys.argv[1], json.loads(sys.argv[2])
emr, billing = (pd.read_parquet(f"{folder}/{side}.parquet") for side in ("emr", "billing"))
wall, processor = time.perf_counter(), time.process_time()
compared = PandasCompare(emr, billing, join_columns=key, df1_name="emr", df2_name="billing")
missing, only = compared.df1_unq_rows, compared.df2_unq_rows
seconds = [time.perf_counter() - wall, time.process_time() - processor]
missing[["emr_payment_id"]].to_parquet(f"{folder}/missing.parquet")
only[["billing_payment_id"]].to_parquet(f"{folder}/only.parquet")
print(json.dumps(seconds))
"""


class Contender(ABC):
    """One way to compare two systems: made ready once, then timed in every round."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = 0.0
        self.walls: list[float] = []
        self.processors: list[float] = []

    @abstractmethod
    def prepare(self, systems: TwoSystems) -> None:
        """Bring the payments into its own form."""

    @abstractmethod
    def compare(self) -> None:
        """What is timed."""

    @abstractmethod
    def found(self) -> pl.DataFrame:
        """(unit_key, found): each difference it names, with what it calls it."""

    def make_ready(self, systems: TwoSystems) -> None:
        started = time.perf_counter()
        self.prepare(systems)
        self.ready = time.perf_counter() - started

    def run(self) -> None:
        """One round, by the clock and by the processors."""
        wall, processor = time.perf_counter(), time.process_time()
        self.compare()
        self.walls.append(time.perf_counter() - wall)
        self.processors.append(time.process_time() - processor)


class Tieout(Contender):
    """The project's models as dbt compiles them, on tables of the payments."""

    def __init__(self, matching: Matching) -> None:
        super().__init__("tieout, all passes")
        self._matching = matching
        self._connection: duckdb.DuckDBPyConnection

    def prepare(self, systems: TwoSystems) -> None:
        self._connection = self._matching.loaded(systems)

    def compare(self) -> None:
        self._connection.execute(SHARED_NUMBERS).fetchone()
        self._matching.match(self._connection)

    def found(self) -> pl.DataFrame:
        return self._connection.execute(
            "select distinct unit_key, difference_class as found from marts.balancing_differences"
            " where billing_view = 'standard' and date_basis = 'clinic'"
        ).pl()


class Merge(Contender):
    """An outer merge of pandas, one to one."""

    def __init__(self) -> None:
        super().__init__("pandas merge")

    def prepare(self, systems: TwoSystems) -> None:
        self._emr, self._billing = _sides(systems)

    def compare(self) -> None:
        emr, billing = _numbered(self._emr), _numbered(self._billing)
        self._joined = emr.merge(billing, on=[*_KEY, "repeat"], how="outer")

    def found(self) -> pl.DataFrame:
        joined = self._joined
        return _one_sided(
            joined.loc[joined["billing_payment_id"].isna(), "emr_payment_id"],
            joined.loc[joined["emr_payment_id"].isna(), "billing_payment_id"],
        )


class Datacompy(Contender):
    """datacompy in a process of its own, on the same columns; it numbers repeats by itself."""

    def __init__(self, python: str, folder: Path) -> None:
        super().__init__("datacompy")
        self._python, self._folder = python, folder

    def prepare(self, systems: TwoSystems) -> None:
        for name, side in zip(("emr", "billing"), _sides(systems), strict=True):
            side.to_parquet(self._folder / f"{name}.parquet")

    def compare(self) -> None:
        command = [self._python, "-c", _DATACOMPY, str(self._folder), json.dumps(_KEY)]
        self._seconds = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def run(self) -> None:
        self.compare()
        self.walls.append(self._seconds[0])
        self.processors.append(self._seconds[1])

    def found(self) -> pl.DataFrame:
        return _one_sided(
            pd.read_parquet(self._folder / "missing.parquet")["emr_payment_id"],
            pd.read_parquet(self._folder / "only.parquet")["billing_payment_id"],
        )


class Lookup(Contender):
    """Row by row, as a lookup on the amount with a column of used rows does it."""

    def __init__(self) -> None:
        super().__init__("lookup on amount")

    def prepare(self, systems: TwoSystems) -> None:
        key = ["location_id", "day", "amount"]
        emr, billing = _sides(systems)
        self._emr = list(emr[["emr_payment_id", *key]].itertuples(index=False, name=None))
        self._billing = list(billing[["billing_payment_id", *key]].itertuples(index=False, name=None))

    def compare(self) -> None:
        unused: dict[tuple[object, ...], list[str]] = {}
        for identity, *key in self._billing:
            unused.setdefault(tuple(key), []).append(identity)
        self._missing = []
        for identity, *key in self._emr:
            candidates = unused.get(tuple(key))
            if candidates:
                candidates.pop(0)
            else:
                self._missing.append(identity)
        self._only = [identity for rows in unused.values() for identity in rows]

    def found(self) -> pl.DataFrame:
        return _one_sided(pd.Series(self._missing), pd.Series(self._only))


def compiled_matching(folder: Path) -> Matching:
    """The project's models as dbt compiles them, from a warehouse of a few rows."""
    warehouse = Warehouse(folder, "compiled").fill(frames(PRACTICE))
    warehouse.built("run", "--select", "+balancing_differences", as_of=date(2026, 6, 30))
    return Matching(warehouse.path.parent / "target" / "compiled" / "tieout" / "models", warehouse.path.stem)


def _sides(systems: TwoSystems) -> tuple[pd.DataFrame, pd.DataFrame]:
    emr = systems.emr.rename({"transaction_on": "day"}).select("emr_payment_id", *_KEY)
    imports = systems.billing.filter("is_integration").rename({"clinic_on": "day"})
    return emr.to_pandas(), imports.select("billing_payment_id", *_KEY).to_pandas()


def _numbered(side: pd.DataFrame) -> pd.DataFrame:
    return side.assign(repeat=side.groupby(_KEY, sort=False).cumcount())


def _one_sided(missing: pd.Series[str], only: pd.Series[str]) -> pl.DataFrame:
    """What a join can say: missing on one side or on the other."""
    keys = [f"emr:{identity}" for identity in missing] + [f"billing:{identity}" for identity in only]
    names = ["missing_in_billing"] * len(missing) + ["only_in_billing"] * len(only)
    return pl.DataFrame({"unit_key": keys, "found": names})


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


def report(contenders: Sequence[Contender], systems: TwoSystems) -> None:
    """Seconds of the best round, and by class `recall / precision` of each."""
    first = min(contenders[0].walls)
    print(f"\n{'':<20} {'ready':>8} {'clock':>8} {'processors':>11} {'ratio':>7}")
    for contender in contenders:
        wall, processor = min(contender.walls), min(contender.processors)
        print(
            f"{contender.name:<20} {contender.ready:6.2f} s {wall:6.2f} s {processor:9.2f} s"
            f" {wall / first:6.2f}x"
        )
    table: pl.DataFrame | None = None
    for contender in contenders:
        score = scores(contender.found(), systems.truth).select(
            "class", "planted", pl.format("{} / {}", "recall", "precision").alias(contender.name)
        )
        table = score if table is None else table.join(score, on=["class", "planted"])
    with pl.Config(tbl_rows=40, tbl_cols=20, tbl_width_chars=160, tbl_hide_dataframe_shape=True):
        print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--datacompy-python", help="a Python that has datacompy")
    arguments = parser.parse_args()
    systems = two_systems(11, arguments.payments, faults=0.02)
    print(f"{systems.emr.height:,} EMR payments, {systems.billing.height:,} in billing,"
          f" {systems.truth.height:,} differences")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        contenders: list[Contender] = [Tieout(compiled_matching(Path(folder))), Merge(), Lookup()]
        if arguments.datacompy_python:
            contenders.insert(2, Datacompy(arguments.datacompy_python, Path(folder)))
        for contender in contenders:
            contender.make_ready(systems)
        for _ in range(arguments.repeats):
            for contender in contenders:
                contender.run()
        report(contenders, systems)


if __name__ == "__main__":
    main()
