"""Claim payments against claims: what a million of them cost, and how many cents end at a wrong line.

    python -m benchmarks.remittances --claims 875000

The remittances are those of `tests.warehouse.remittance_world`: a claim in twenty each is answered in small
letters, with a suffix, cut off, in two parts, with other codes, without control numbers; one in fifty is
reversed and corrected later, some belong to the old system and some to nobody, and some files come twice.

One call of dbt builds everything from bronze to `marts.era_claims` and `marts.provider_adjustment_ledger` in
a file. The world is made in a process of its own, so that the peak of memory is that of the models. Seconds
change with the machine and its load, and processor time less than the clock; what is misallocated does not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.warehouse.building import RUN, Warehouse
from tests.warehouse.remittance_world import remittance_world

_MARTS = ("+era_claims", "+provider_adjustment_ledger")
_AS_OF = date(2027, 12, 31)


def prepare(folder: Path, claims: int) -> None:
    """Write bronze and the truth of a world of so many claims."""
    world = remittance_world(claims)
    Warehouse(folder, "remittances").fill(world.bronze)
    world.truth.write_parquet(folder / "truth.parquet")


def misallocated(warehouse: Warehouse, truth: Path) -> list[tuple[object, ...]]:
    """(lines, wrong lines, dollars at a wrong line or outcome) over the lines of which the truth is known."""
    return warehouse.query(
        "with compared as (select paid_amount, (found.outcome, found.claim_id, found.line_number)"
        " is distinct from (truth.outcome, truth.claim_id, truth.line_number) as is_wrong"
        f" from read_parquet('{truth}') as truth left join marts.era_service_lines as found"
        " using (file_hash, claim_position, line_position))"
        " select count(*), count(*) filter (where is_wrong),"
        " coalesce(sum(abs(paid_amount)) filter (where is_wrong), 0.00) from compared"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--claims", type=int, default=875_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        maker = multiprocessing.get_context("spawn").Process(target=prepare, args=(folder, arguments.claims))
        maker.start()
        maker.join()
        warehouse = Warehouse(folder, "remittances")
        # Importing and parsing cost the same for one claim as for a million.
        warehouse.dbt("parse", as_of=_AS_OF)
        wall, processor = time.perf_counter(), time.process_time()
        warehouse.built(*RUN, "--select", *_MARTS, as_of=_AS_OF)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ((payments, matched, legacy),) = warehouse.query(
            "select count(*), count(*) filter (where outcome = 'matched'),"
            " count(*) filter (where outcome = 'legacy') from marts.era_claims"
        )
        print(f"{payments:,} claim payments: {matched:,} matched, {legacy:,} legacy,"
              f" {payments - matched - legacy:,} unmatched")  # fmt: skip
        print(f"{wall:.1f} s by the clock, {processor:.1f} s of processor time, peak {peak:,.0f} MB")
        ((lines, wrong, dollars),) = misallocated(warehouse, folder / "truth.parquet")
        print(f"{lines:,} service lines of known truth: {wrong:,} wrong, misallocated {dollars}")


if __name__ == "__main__":
    main()
