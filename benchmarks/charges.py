"""Charges against all rules: what a million of them cost, from bronze to the marts.

    python -m benchmarks.charges --charges 1000000

Bronze is made by SQL: claims of one to four timed lines to five payers, each with an 837, a note and a 277CA.
One claim in fifty has minutes that do not give its units, one in a hundred is billed twice, one in two
hundred each lacks a diagnosis or is rejected. One call of dbt builds everything that the rules need, all of
the rules, their coverage and the reasons; balances stand in the place of the posting of receipts, as in the
tests of the rules.

Beside it, two of the rules (timed units against the minutes of the day, FC14, and repeated charges, FC11) as
a notebook would do them: polars over the same rows, already joined, in memory. Both must find as many.

Each contender runs in a process of its own; bronze is made in another one. Seconds change with the machine
and its load, and processor time less than the clock.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from tests.warehouse.building import Warehouse

_AS_OF = date(2026, 3, 31)
_BUILT = (
    "path:models/staging",
    "int_claims__repeated_interchanges",
    "int_charges__*",
    "charge_rule_coverage",
    "failed_charge_reasons",
)
# 1, 2, 3 and 4 lines by turns.
_LINES_PER_CLAIM = 2.5

_SOURCES = """
create temp macro origin() as (repeat('f', 64));

-- A claim that repeats is the one before it with another number; a patient comes on ten days.
create temp table claims as
select
    claim, visit, 'N' || (visit // 10) as patient_id, 'P' || ((visit // 10) % 5) as payer_id,
    date '2026-03-02' + (visit % 10)::int as service_on, origin() as file_hash, claim as row_number,
    date '2026-03-12' as loaded_on, 'C' || claim as claim_id
from (select claim, claim - (claim % 100 = 1)::int as visit from range({claims}) as numbers (claim));

create temp table lines as
select
    claims.*, line_number, ['97110', '97112', '97140', '97116'][line_number] as procedure_code,
    'GP' as modifiers,
    1 + (visit + line_number) % 2 as units,
    (1 + (visit + line_number) % 2) * 15 - 8 * (visit % 50 = 3)::int as timed_minutes
from claims, range(1, 5) as numbers (line_number)
where line_number <= 1 + visit % 4;

create temp table directory as
select origin() as file_hash, 1 as row_number, 'directory' as load_id, date '2026-01-01' as loaded_on;

insert into bronze.payers by name
select
    directory.*, payer_id, payer_id as payer_name, payer_kind,
    'C' || payer_id as clearinghouse_payer_id,
    180 as filing_limit_days, false as needs_authorization
from directory, (
    values ('P0', 'Medicare'), ('P1', 'Medicare'), ('P2', 'Commercial'), ('P3', 'Commercial'), ('P4',
    'Medicaid')
) as kinds (payer_id, payer_kind);

insert into bronze.locations by name
select
    directory.*, 'L1' as location_id, 'North' as location_name, 'P' as practice_id, 'A' as company_id,
    'C1' as emr_location_id, 'B1' as billing_location_id
from directory;

insert into bronze.providers by name
select
    directory.*, 'N' as provider_id, 'A Name' as provider_name, '1234567893' as npi,
    'Individual' as provider_kind, '225100000X' as taxonomy_code
from directory;

insert into bronze.claims by name
select
    claim_id, patient_id, 'L1' as location_id, payer_id, service_on, service_on + 1 as created_on,
    40.00 as charge_amount, file_hash, row_number, 'claims' as load_id, loaded_on
from claims;

insert into bronze.claim_lines by name
select
    claim_id, line_number, procedure_code, modifiers, units, timed_minutes,
    40.00 * units as charge_amount,
    false as is_copay_line, file_hash, row_number, 'claims' as load_id, loaded_on
from lines;

insert into bronze.claims_feed by name
select
    'F' || claim as feed_id, 'C1' as emr_location_id, patient_id, 'note' as feed_kind, service_on,
    service_on as transmitted_on, 'Transmission Successful' as feed_status, file_hash, row_number,
    'feed' as load_id, loaded_on
from claims;

create temp table sent as
select
    *, 'sent' as load_id, 1 as interchange_position, 1 as transaction_position, claim as claim_position,
    claim as segment_number
from claims;

insert into bronze.claim_submissions by name
select
    sent.* exclude (claim, visit, claim_id, patient_id, payer_id, service_on),
    claim_id as patient_control_number,
    'B1' as batch_reference, service_on + 1 as batch_created_on, 'P' as payer_responsibility_code,
    '1' as frequency_code, true as is_patient_the_subscriber, '1EG4TE5MK73' as subscriber_id,
    date '1980-01-01' as subscriber_born_on, 'U' as subscriber_sex_code,
    '3 PLAIN STREET' as subscriber_street,
    '12207' as subscriber_postal_code, '11' as place_of_service_code,
    (claim % 200 <> 7)::int as diagnosis_count,
    '1234567893' as billing_provider_npi, '1234567893' as rendering_provider_npi,
    '1234567893' as referring_provider_npi
from sent;

insert into bronze.claim_submission_diagnoses by name
select
    sent.* exclude (claim, visit, claim_id, patient_id, payer_id, service_on), 1 as diagnosis_position,
    'ABK' as qualifier, 'M5450' as diagnosis_code
from sent
where claim % 200 <> 7;

insert into bronze.claim_submission_lines by name
select
    sent.* exclude (claim, visit, claim_id, patient_id, payer_id, service_on),
    lines.line_number as line_position, lines.line_number::varchar as line_number,
    case when sent.claim % 200 <> 7 then '1' end as diagnosis_pointer_1
from sent inner join lines on sent.claim = lines.claim;

insert into bronze.claim_acknowledgement_batches by name
select
    directory.* replace ('answers' as load_id), 1 as interchange_position, 1 as transaction_position,
    1 as segment_number, 'B1' as batch_reference
from directory;

insert into bronze.claim_acknowledgements by name
select
    sent.* exclude (claim, visit, claim_id, patient_id, payer_id,
    service_on) replace ('answers' as load_id),
    claim_id as patient_control_number
from sent;

insert into bronze.claim_acknowledgement_statuses by name
select
    sent.* exclude (claim, visit, claim_id, patient_id, payer_id,
    service_on) replace ('answers' as load_id),
    1 as status_position, case when claim % 200 = 9 then 'A7' else 'A2' end as category_code,
    loaded_on as effective_on
from sent;

create schema if not exists intermediate;

create table intermediate.int_claims__line_balances as
select
    claim_id, line_number, cast(40.00 * units as decimal(18, 2)) as charge_amount,
    cast(0 as decimal(18, 2)) as insurance_paid_amount, cast(0 as decimal(18, 2)) as adjustment_amount,
    cast(0 as decimal(18, 2)) as patient_paid_amount
from lines;

copy (
    select
        claim_id, line_number, patient_id, payer_id, service_on, procedure_code, modifiers, units,
        timed_minutes
    from lines
) to '{peer}';
"""


def prepare(folder: Path, charges: int) -> None:
    """Write bronze for so many charges, and the balances that are not built here."""
    warehouse = Warehouse(folder, "charges").fill({})
    warehouse.built("seed", as_of=_AS_OF)
    count = int(charges / _LINES_PER_CLAIM)
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(_SOURCES.format(claims=count, peer=folder / "charges.parquet"))


def by_tieout(folder: Path) -> dict[str, object]:
    """All rules, by the project's own models."""
    warehouse = Warehouse(folder, "charges")
    # Importing and parsing cost the same for one charge as for a million.
    warehouse.dbt("parse", as_of=_AS_OF)
    wall, processor = time.perf_counter(), time.process_time()
    warehouse.built("run", "--select", *_BUILT, as_of=_AS_OF)
    figures = _figures(wall, processor)
    ((charges, judged),) = warehouse.query(
        "select min(charge_count), cast(sum(evaluated_count) as bigint) from marts.charge_rule_coverage"
    )
    found = dict(
        warehouse.query(
            "select rule_id, failed_count from marts.charge_rule_coverage where failed_count > 0 order by 1"
        )
    )
    return figures | {"charges": charges, "judged": judged, "failed": found}


def by_polars(folder: Path) -> dict[str, object]:
    """FC11 and FC14 alone, over rows that are joined already."""
    wall, processor = time.perf_counter(), time.process_time()
    charges = pl.read_parquet(folder / "charges.parquet")
    day = ["patient_id", "payer_id", "service_on"]
    minutes = pl.col("timed_minutes").sum().over(day)
    allowed = pl.when(minutes < 8).then(0).otherwise((minutes + 7) // 15)
    equal = [*day, "procedure_code", "modifiers", "units"]
    judged = charges.with_columns(
        FC14=pl.col("payer_id").is_in(["P0", "P1"]) & (pl.col("units").sum().over(day) > allowed),
        FC11=pl.struct("claim_id", "line_number").rank("ordinal").over(equal) > 1,
    )
    found = {rule: int(judged[rule].sum()) for rule in ("FC11", "FC14")}
    return _figures(wall, processor) | {
        "charges": judged.height,
        "judged": 2 * judged.height,
        "failed": found,
    }


def _figures(wall: float, processor: float) -> dict[str, object]:
    return {
        "seconds": round(time.perf_counter() - wall, 1),
        "processor": round(time.process_time() - processor, 1),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


_CONTENDERS = {"tieout, all rules": by_tieout, "polars, two rules": by_polars}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--charges", type=int, default=1_000_000)
    parser.add_argument("--measure", nargs=2, metavar=("CONTENDER", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.measure:
        name, folder = arguments.measure
        print(json.dumps(_CONTENDERS[name](Path(folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        maker = multiprocessing.get_context("spawn").Process(
            target=prepare, args=(Path(folder), arguments.charges)
        )
        maker.start()
        maker.join()
        for name in _CONTENDERS:
            command = [sys.executable, "-m", "benchmarks.charges", "--measure", name, folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            figures = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{name}: {figures['charges']:,} charges, {figures['judged']:,} decisions"
                f" in {figures['seconds']} s ({figures['processor']} of the processor),"
                f" peak {figures['peak']:,} MB"
            )
            print("  failed: " + ", ".join(f"{rule} {count:,}" for rule, count in figures["failed"].items()))


if __name__ == "__main__":
    main()
