"""A home folder with a few published failed charges, made by hand, for tests of how they are worked."""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import Home
from tests.orchestration.published import publish_by_hand

PUBLISHED_ON = date(2026, 3, 1)

# company, charge, location, run, payer, reasons, owner, oldest failure, amount, due, filing, status
CHARGES = [
    ("A", "CH1", "L1", "F2", "P1", "FC09, FC01", "authorizations", "2026-02-01", "80.00", "2026-03-21",
     "near", "failing"),
    ("A", "CH2", "L1", "F2", "P1", "FC01", "clinic", "2026-02-20", "120.00", "2026-05-01", "open", "failing"),
    ("A", "CH3", "L2", "F2", "P2", "FC06", "front desk", "2026-02-20", "200.00", "2026-05-01", "open",
     "failing"),
    ("A", "CH4", "L2", "F1", "P2", "FC06", "front desk", "2026-01-10", "55.00", "2026-02-20", "passed",
     "failing"),
    ("A", "CH5", "L2", "F2", "P3", "FC06", "front desk", "2026-02-20", "60.00", None, "not_evaluable",
     "failing"),
    ("A", "CH6", "L1", "F1", "P1", "FC01", "clinic", "2026-02-20", "10.00", "2026-05-01", "open", "released"),
    ("A", "CH7", "L1", "F1", "P1", "FC01", "clinic", "2026-02-20", "10.00", "2026-05-01", "open",
     "adjudicated"),
    ("A", "CH8", "L1", "F1", "P1", "FC01", "clinic", "2026-02-20", "10.00", "2026-05-01", "open", "voided"),
    ("B", "CH2", "L9", "F2", "P1", "FC01", "clinic", "2026-02-20", "5.00", "2026-05-01", "open", "failing"),
]  # fmt: skip


def charge_home(root: Path, *, more_charges: int = 0) -> Home:
    """Publish `CHARGES` as of `PUBLISHED_ON`, and ``more_charges`` failing ones of run F9."""
    home = Home(root)
    manifest = publish_by_hand(home, PUBLISHED_ON)
    many = [
        ("A", f"M{number:05d}", "L9", "F9", "P9", "FC01", "clinic", "2026-02-20", "1.00", None,
         "not_evaluable", "failing")
        for number in range(more_charges)
    ]  # fmt: skip
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute(
            """
            create table marts.failed_charges (
                company_id varchar, charge_record_id varchar, location_id varchar, run_number varchar,
                payer_id varchar, reason_codes varchar, owner varchar, oldest_failure_on date,
                amount decimal(18, 2), filing_due_on date, filing_status varchar, charge_status varchar,
                practice_id varchar default 'PR', claim_id varchar default 'C1', line_number bigint default 1,
                patient_id varchar default 'P00001', what_to_do varchar default 'Mend it.',
                last_failure_on date default '2026-02-28', failure_count bigint default 2,
                bounce_count bigint default 0, service_on date default '2026-01-05')"""
        )
        columns = (
            "company_id, charge_record_id, location_id, run_number, payer_id, reason_codes, owner,"
            " oldest_failure_on, amount, filing_due_on, filing_status, charge_status"
        )
        connection.executemany(
            f"insert into marts.failed_charges ({columns}) values ({', '.join('?' * 12)})",
            [*CHARGES, *many],
        )
        connection.execute(
            "create or replace table marts.failed_charges as select *,"
            " string_split(reason_codes, ', ')[1] as main_reason_code,"
            " case string_split(reason_codes, ', ')[1] when 'FC01' then 'Diagnosis missing'"
            " when 'FC06' then 'Member id missing' else 'Authorization missing' end as main_reason,"
            f" date_diff('day', oldest_failure_on, date '{PUBLISHED_ON}')::integer"
            " as days_since_oldest_failure,"
            f" date_diff('day', date '{PUBLISHED_ON}', filing_due_on)::integer as days_to_filing_limit"
            " from marts.failed_charges"
        )
        connection.execute(
            "create table marts.failed_charge_reasons as select company_id, charge_record_id,"
            " unnest(string_split(reason_codes, ', ')) as reason_code, main_reason as reason, owner,"
            " what_to_do, oldest_failure_on, last_failure_on, failure_count, true as is_standing"
            " from marts.failed_charges"
        )
    return home
