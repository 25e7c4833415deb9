"""Receipt posting: the compiled kernel, the plain reference, and a set-based SQL loop by day in DuckDB.

    python -m benchmarks.posting --receipts 100000 1000000

A generated practice: 15 months of receipts with three claim lines each, co-pays, coinsurance, payments on
account and general payments, insurer payments that arrive later, statements and voids. All are timed in one
run, so that what counts are the ratios; seconds change with the machine. The kernel is timed with and without
the frames around it.

- The reference lives every day of every account, so it takes a sample of patients and is compared by receipts
  a second.
- The SQL loop has simplified rules: every receipt is a general payment, oldest first, without deadlines,
  credits, returns and entries. It does less than the kernel does. It sees all receipts but runs only some of
  the days, and its time is scaled to all days.
- Growth is the exponent of time over receipts from each world to the next larger one. 1.0 is linear.
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl

from posting import AccountTables, PostingSettings, SettingsHistory, post, post_by_part
from posting.cents import amount
from posting.events import events_of
from posting.kernel.arrays import flatten
from posting.kernel.run import replay_all
from posting.parts import parts_of

START = date(2025, 1, 1)
DAYS = 456
AS_OF = START + timedelta(days=DAYS - 1)
RECEIPTS_A_PATIENT = 6
RECEIPTS_AT_ONCE = 1_000_000
HISTORY = SettingsHistory.always(PostingSettings())
TYPES = ("Co-Pay", "Payment", "Payment", "Patient Coinsurance", "Payment on Account", "Pre-Pay")


def ids(prefix: str, numbers: np.ndarray) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(9).str.replace("^", prefix)


def dates(days: np.ndarray) -> pl.Series:
    return pl.Series((days + (START - date(1970, 1, 1)).days).astype(np.int32)).cast(pl.Date)


def money(cents: np.ndarray) -> pl.Series:
    return pl.DataFrame({"cents": cents.astype(np.int64)}).select(amount("cents")).to_series()


def world(receipts: int) -> AccountTables:
    """One claim of three lines a receipt, which a linked receipt pays; others pay whatever is open."""
    random = np.random.default_rng(20260105)
    number = np.arange(receipts)
    patient = random.integers(0, max(receipts // RECEIPTS_A_PATIENT, 1), receipts)
    service = random.integers(0, DAYS - 40, receipts)
    created = service + random.integers(0, 12, receipts)
    kind = random.integers(0, len(TYPES), receipts)
    is_linked = (kind == 0) | (kind == 3)
    later = np.minimum(service + random.integers(0, 90, receipts), DAYS - 1)
    received = np.where(is_linked, service, later)
    line_charge = random.integers(2_000, 20_000, (receipts, 3))
    insurer = line_charge * random.integers(60, 101, (receipts, 3)) // 100
    due = (line_charge - insurer).sum(axis=1)
    paid = np.where(kind == 0, 2_500, np.maximum(due * random.integers(50, 130, receipts) // 100, 100))
    line_claim, line_number = np.repeat(number, 3), np.tile(np.arange(1, 4), receipts)
    voided = random.random(receipts) < 0.01
    return AccountTables(
        receipts=pl.DataFrame(
            {
                "receipt_id": ids("R", number),
                "patient_id": ids("P", patient),
                "receipt_type": pl.Series(TYPES).gather(kind),
                "received_at": dates(received).cast(pl.Datetime("us")),
                "received_on": dates(received),
                "amount": money(paid),
            }
        ),
        claims=pl.DataFrame(
            {
                "claim_id": ids("C", number),
                "patient_id": ids("P", patient),
                "service_on": dates(service),
                "created_on": dates(created),
                "voided_on": dates(created + 60).set(pl.Series(~voided), None),
            }
        ),
        claim_lines=pl.DataFrame(
            {
                "claim_id": ids("C", line_claim),
                "line_number": line_number,
                "charge_amount": money(line_charge.ravel()),
                "is_copay": line_number == 1,
            }
        ),
        reductions=pl.DataFrame(
            {
                "claim_id": ids("C", line_claim),
                "line_number": line_number,
                "effective_on": dates(np.repeat(created + random.integers(10, 35, receipts), 3)),
                "amount": money(insurer.ravel()),
            }
        ),
        claim_status_history=pl.DataFrame(
            {
                "claim_id": ids("C", number),
                "changed_on": dates(created + 35),
                "sequence": np.zeros(receipts, np.int64),
                "level": pl.Series(["Statement"]).gather(np.zeros(receipts, np.int64)),
            }
        ),
    )


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processors."""

    clock: float
    processors: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.clock + other.clock, self.processors + other.processors)


def cost(work: Callable[[], object]) -> Cost:
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - clock, time.process_time() - processors)


def cost_of_kernel(tables: AccountTables) -> Cost:
    """The replay alone, on arrays that are ready. They are made for a part at a time, so that the arrays of a
    large practice need not all be there at once.
    """
    total = Cost(0, 0)
    for part in parts_of(tables, RECEIPTS_AT_ONCE):
        flat = flatten(part, HISTORY)
        total += cost(partial(replay_all, flat, AS_OF))
    return total


def post_whole(tables: AccountTables) -> int:
    """Everything from frames to the frames that the warehouse takes; how many events."""
    return sum(events_of(part).height for part in post_by_part(tables, HISTORY, AS_OF))


def time_reference(tables: AccountTables, patients: int) -> tuple[float, int]:
    """Seconds of the reference on the first patients, and how many receipts that were."""
    chosen = tables.receipts["patient_id"].unique().sort().head(patients)
    receipts = tables.receipts.filter(pl.col("patient_id").is_in(chosen.implode()))
    claims = tables.claims.filter(pl.col("patient_id").is_in(chosen.implode()))
    of_claims = pl.col("claim_id").is_in(claims["claim_id"].implode())
    sample = replace(
        tables,
        receipts=receipts,
        claims=claims,
        claim_lines=tables.claim_lines.filter(of_claims),
        reductions=tables.reductions.filter(of_claims),
        claim_status_history=tables.claim_status_history.filter(of_claims),
    )
    return cost(lambda: post(sample, HISTORY, AS_OF, engine="reference")).clock, receipts.height


SQL_PASS = """
    INSERT INTO applications
    WITH open_lines AS (
        SELECT c.patient_id, l.claim_id, l.line_number,
               l.charge_amount - coalesce(r.amount, 0) - coalesce(a.amount, 0) AS balance,
               c.service_on
        FROM claim_lines AS l
        JOIN claims AS c USING (claim_id)
        JOIN claim_status_history AS h ON h.claim_id = c.claim_id AND h.changed_on <= $day
        LEFT JOIN (
            SELECT claim_id, line_number, sum(amount) AS amount FROM reductions
            WHERE effective_on <= $day GROUP BY ALL
        ) AS r USING (claim_id, line_number)
        LEFT JOIN (
            SELECT claim_id, line_number, sum(amount) AS amount FROM applications GROUP BY ALL
        ) AS a USING (claim_id, line_number)
        WHERE c.created_on <= $day AND (c.voided_on IS NULL OR c.voided_on > $day)
    ),
    owed AS (
        SELECT *, sum(balance) OVER w - balance AS owed_before, sum(balance) OVER w AS owed_after
        FROM open_lines WHERE balance > 0
        WINDOW w AS (PARTITION BY patient_id ORDER BY service_on, claim_id, line_number)
    ),
    held AS (
        SELECT p.patient_id, p.receipt_id, p.received_at,
               p.amount - coalesce(a.amount, 0) AS unapplied
        FROM receipts AS p
        LEFT JOIN (
            SELECT receipt_id, sum(amount) AS amount FROM applications GROUP BY ALL
        ) AS a USING (receipt_id)
        WHERE p.received_on <= $day AND p.amount > coalesce(a.amount, 0)
    ),
    money AS (
        SELECT *, sum(unapplied) OVER w - unapplied AS money_before, sum(unapplied) OVER w AS money_after
        FROM held WINDOW w AS (PARTITION BY patient_id ORDER BY received_at, receipt_id)
    )
    SELECT receipt_id, claim_id, line_number, $day,
           least(owed_after, money_after) - greatest(owed_before, money_before)
    FROM money JOIN owed USING (patient_id)
    WHERE least(owed_after, money_after) > greatest(owed_before, money_before)
"""


def time_sql(tables: AccountTables, days: int) -> float:
    """Seconds of the SQL loop for all days, from a run of some days that are spread over the 15 months."""
    connection = duckdb.connect()
    for name in ("receipts", "claims", "claim_lines", "reductions", "claim_status_history"):
        frame = getattr(tables, name)  # noqa: F841 - the engine finds the frame by its name
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    connection.execute(
        "CREATE TABLE applications "
        "(receipt_id VARCHAR, claim_id VARCHAR, line_number BIGINT, posted_on DATE, amount DECIMAL(18, 2))"
    )
    chosen = [START + timedelta(days=int(day)) for day in np.linspace(0, DAYS - 1, days)]
    seconds = cost(lambda: [connection.execute(SQL_PASS, {"day": day}) for day in chosen]).clock
    return seconds * DAYS / days


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--receipts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--ten-million", action="store_true", help="also 10,000,000 receipts (about 14 GB)")
    parser.add_argument("--patients", type=int, default=150, help="patients for the reference")
    parser.add_argument("--sql-days", type=int, default=12, help="days that the SQL loop really runs")
    parser.add_argument("--repeat", type=int, default=3, help="runs of the kernel; the best counts")
    arguments = parser.parse_args()
    sizes = sorted({*arguments.receipts, *([10_000_000] if arguments.ten_million else [])})

    loading = cost(lambda: post(world(100), HISTORY, AS_OF)).clock
    print(f"compile or load the kernel: {loading:.1f} s")
    print(
        f"{'receipts':>12} {'lines':>12} {'kernel s':>9} {'processor s':>12} {'frames to frames s':>19}"
        f" {'processor s':>12} {'peak MB':>8}"
    )
    kernel: dict[int, tuple[Cost, Cost]] = {}
    for size in sizes:
        tables = world(size)
        rounds = [
            (cost_of_kernel(tables), cost(partial(post_whole, tables))) for _ in range(arguments.repeat)
        ]
        alone, whole = (min(costs, key=lambda each: each.clock) for costs in zip(*rounds, strict=True))
        kernel[size] = alone, whole
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{size:>12,} {3 * size:>12,} {alone.clock:>9.2f} {alone.processors:>12.2f} {whole.clock:>19.2f}"
            f" {whole.processors:>12.2f} {peak:>8,}",
            flush=True,
        )
        del tables

    size = sizes[0]
    tables = world(size)
    seconds, count = time_reference(tables, arguments.patients)
    sql_seconds = time_sql(tables, arguments.sql_days)
    alone, whole = (each.clock for each in kernel[size])
    print(f"\nat {size:,} receipts                 receipts/s   slower than kernel   than frames to frames")
    for name, rate in (
        ("kernel", size / alone),
        ("kernel, frames to frames", size / whole),
        (f"reference ({count:,} receipts)", count / seconds),
        (f"SQL loop ({arguments.sql_days} of {DAYS} days run)", size / sql_seconds),
    ):
        print(f"{name:<34} {rate:>12,.0f} {size / alone / rate:>18,.1f} x {size / whole / rate:>20,.1f} x")
    for small, large in pairwise(sizes):
        for place, name in enumerate(("kernel", "frames to frames")):
            before, after = kernel[small][place], kernel[large][place]
            print(
                f"growth {small:,} to {large:,}, {name}: exponent"
                f" {math.log(after.clock / before.clock) / math.log(large / small):.3f} by the clock,"
                f" {math.log(after.processors / before.processors) / math.log(large / small):.3f}"
                " by the processors"
            )


if __name__ == "__main__":
    main()
