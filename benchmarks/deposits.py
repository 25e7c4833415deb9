"""Deposits against remittances: the matching of the project, with its time, memory and errors.

    python -m benchmarks.deposits --payments 100000

A hundred thousand payments of insurers with their money at the bank, one in ten of them told otherwise than
by a plain trace: several in one deposit, one in two deposits, amounts only, short, in the wrong account,
returned, missing on either side, equal amounts of one payer on one day, fees. Beside it
stands what a spreadsheet does, a lookup of the amount among the unused remittances of the same days, on the
same rows in the same run.

Misallocated is money put to a payment of another story, or to any where the truth is ambiguous.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from bisect import bisect_left
from collections import defaultdict
from datetime import date

import polars as pl

from deposits import match_deposits
from tests.deposits.worlds import AS_OF, DepositWorld, deposit_world, found_in

_DAYS_AROUND = 5


def by_tieout(world: DepositWorld) -> pl.DataFrame:
    return match_deposits(world.entries, world.items, AS_OF)


def by_lookup(world: DepositWorld) -> pl.DataFrame:
    """The first unused remittance of the amount within five days: every deposit takes what it finds."""
    unused: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for key, cents, day in world.items.select("item_key", "cents", "expected_on").iter_rows():
        unused[cents].append((day, key))
    for rows in unused.values():
        rows.sort()
    pieces = []
    for key, cents, day in world.entries.select("entry_key", "cents", "booked_on").iter_rows():
        rows = unused[cents]
        place = bisect_left(rows, (date.fromordinal(day.toordinal() - _DAYS_AROUND), ""))
        if place < len(rows) and rows[place][0].toordinal() <= day.toordinal() + _DAYS_AROUND:
            pieces.append((key, rows.pop(place)[1], cents, "matched"))
        else:
            pieces.append((key, None, cents, "deposit_without_remittance"))
    pieces += [(None, key, 0, "remittance_without_deposit") for rows in unused.values() for _, key in rows]
    names = ["entry_key", "item_key", "bank_cents", "status"]
    return pl.DataFrame(pieces, schema=names, orient="row")


_READERS = {"tieout": by_tieout, "lookup on amount": by_lookup}


def measure(name: str, payments: int) -> None:
    """One contender in this process; prints its figures as JSON."""
    world = deposit_world(21, payments, faults=0.1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    pieces = _READERS[name](world)
    figures: dict[str, object] = {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor": round(time.process_time() - processor, 2),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "before": before // 1024,
        "entries": world.entries.height,
        "items": world.items.height,
    }
    story = dict(world.truth.select("key", "story").iter_rows())
    misallocated = sum(
        abs(cents)
        for entry_key, item_key, cents in pieces.drop_nulls(["entry_key", "item_key"])
        .select("entry_key", "item_key", "bank_cents")
        .iter_rows()
        if entry_key[1:9] != item_key[1:9] or story[entry_key] == "equal_amounts"
    )
    compared = world.truth.join(found_in(pieces), on=["side", "key"], how="left")
    ambiguous = compared.filter(pl.col("story") == "equal_amounts")
    open_ones = ambiguous.filter(pl.col("found_partners") == "")
    right = compared.filter(
        (pl.col("found") == pl.col("status")) & (pl.col("found_partners") == pl.col("partners"))
    )
    figures["misallocated"] = f"{misallocated // 100:,}.{misallocated % 100:02}"
    figures["ambiguous left open"] = f"{open_ones.height} of {ambiguous.height}"
    figures["right"] = f"{right.height} of {compared.height}"
    by_story = (
        compared.with_columns(
            is_right=(pl.col("found") == pl.col("status")) & (pl.col("found_partners") == pl.col("partners"))
        )
        .group_by("story")
        .agg(pl.len().alias("ends"), pl.col("is_right").sum())
        .sort("story")
    )
    figures["stories"] = {story: f"{right} of {ends}" for story, ends, right in by_story.iter_rows()}
    print(json.dumps(figures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--measure", choices=list(_READERS))
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments.payments)
        return
    for name in _READERS:
        command = [
            sys.executable, "-m", "benchmarks.deposits", "--measure", name,
            "--payments", str(arguments.payments),
        ]  # fmt: skip
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"\n{name}: {figures['entries']:,} entries, {figures['items']:,} payments"
            f" in {figures['seconds']} s ({figures['processor']} of the processor), peak {figures['peak']} MB"
            f" ({figures['before']} MB before)"
        )
        for label in ("misallocated", "ambiguous left open", "right"):
            print(f"  {label:20} {figures[label]}")
        for story, right in figures["stories"].items():
            print(f"    {story:26} {right}")


if __name__ == "__main__":
    main()
