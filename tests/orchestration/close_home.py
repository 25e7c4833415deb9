"""A home folder with published figures of two months, made by hand, for tests of how periods are closed."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.run.durable import write_atomically
from orchestration.run.manifest import manifest_text
from tests.orchestration.published import publish_by_hand

PUBLISHED_ON = date(2026, 4, 4)

Figure = tuple[str, str, str, str, str, str, bool, str, int]

# location, kind, start, tie-out, figure, role, binding, amount, count
MARCH: Sequence[Figure] = [
    ("L1", "month", "2026-03-01", "balancing", "emr_payments", "total", True, "100.00", 4),
    ("L1", "month", "2026-03-01", "balancing", "remainder", "remainder", True, "0.00", 0),
    ("L1", "month", "2026-03-01", "escrow", "closing", "item", True, "20.00", 0),
    ("L2", "month", "2026-03-01", "balancing", "emr_payments", "total", True, "50.00", 2),
    ("practice", "month", "2026-03-01", "deposits", "bank_entries", "total", True, "150.00", 3),
    ("practice", "month", "2026-03-01", "deposits", "bank_matched", "item", False, "150.00", 3),
]
APRIL: Sequence[Figure] = [
    ("L1", "month", "2026-04-01", "balancing", "emr_payments", "total", True, "10.00", 1),
]
FEBRUARY: Sequence[Figure] = [
    ("L1", "month", "2026-02-01", "balancing", "emr_payments", "total", True, "70.00", 3),
]

# kind, suite, severity, status, business key, left key, location, first seen
Exceptional = tuple[str, str, str, str, str, str | None, str | None, str]

_TABLES = """
create schema if not exists exceptions;
create table exceptions.exceptions (
    kind varchar, suite varchar, severity varchar, status varchar, business_key varchar, left_key varchar,
    location_id varchar, first_seen_on date, exception_id varchar);
create table exceptions.kinds (kind varchar, severity varchar, title varchar, owner varchar);
insert into exceptions.kinds values
    ('amount_changed', 'warning', 'Amount differs between the systems', 'billing'),
    ('returned_item', 'critical', 'Payment that came back', 'payment posting'),
    ('posted_by_hand', 'info', 'Posted by hand', 'billing');
create table marts.period_tie_outs (
    location_id varchar, period_kind varchar, period_start_on date, tie_out varchar, figure varchar,
    role varchar, is_binding boolean, amount decimal(18, 2), item_count bigint, figure_number integer);
create table marts.balancing_differences (unit_key varchar, balanced_on date, date_basis varchar);
create table marts.era_remittances (remittance_key varchar, payment_on date);
create table marts.era_claims (claim_payment_key varchar, remittance_key varchar);
create table marts.deposit_reconciliation (
    bank_account varchar, deposit_id varchar, deposited_on date, expected_key varchar, expected_on date);
create table marts.failed_charges (
    company_id varchar, charge_record_id varchar, oldest_failure_on date, location_id varchar,
    charge_status varchar, filing_status varchar, delayed_until date);
insert into marts.failed_charges values
    ('A', 'CH1', '2026-02-01', 'L1', 'failing', 'near', null),
    ('A', 'CH2', '2026-02-01', 'L1', 'released', 'near', null),
    ('A', 'CH3', '2026-02-01', 'L1', 'delayed', 'open', '2026-04-05'),
    ('A', 'CH4', '2026-02-01', 'L1', 'delayed', 'open', '2026-04-06');
alter table marts.receipts add column receipt_status varchar default 'Hold';
alter table marts.receipts add column hold_until date;
alter table marts.receipts add column location_id varchar;
update marts.receipts set hold_until = '2026-04-04' where receipt_id = 'R1';
create table marts.disbursements (disbursement_id varchar, disbursed_on date);
create table marts.refunds (refund_id varchar, refunded_on date);
create table marts.expected_files (source varchar, location_id varchar, due_on date, outcome varchar);
"""


def close_home(
    root: Path,
    figures: Iterable[Figure] = (*FEBRUARY, *MARCH, *APRIL),
    exceptions: Iterable[Exceptional] = (),
    as_of: date = PUBLISHED_ON,
) -> Home:
    """Publish these figures and exceptions. Called again for the same folder, it publishes a later run."""
    home = Home(root)
    manifest = publish_by_hand(home, as_of)
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute(_TABLES)
        connection.executemany(
            "insert into marts.period_tie_outs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*figure, number) for number, figure in enumerate(figures)],
        )
        connection.executemany(
            "insert into exceptions.exceptions select *, $1 || '|' || $5"
            " from (values ($1, $2, $3, $4, $5, $6, $7, $8::date))",
            [*exceptions, ("", "", "", "", "", None, None, "1900-01-01")],
        )
        connection.execute("delete from exceptions.exceptions where kind = ''")
        connection.execute(
            "insert into marts.expected_files values ('receipts', 'all', '2026-03-12', 'missing')"
        )
        connection.execute("insert into marts.balancing_differences values ('U1', '2026-03-20', 'clinic')")
        connection.execute(
            "insert into marts.deposit_reconciliation values ('9', 'D1', '2026-03-02', null, null)"
        )
    whole = manifest.data_file.read_bytes()
    file = {"name": manifest.data_file.name, "bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
    write_atomically(manifest.path, manifest_text(manifest.content | {"file": file}))
    return home


def moved(
    figures: Iterable[Figure], changes: dict[tuple[str, str, str, str], tuple[str, int]]
) -> list[Figure]:
    """The figures with other amounts and counts for (location, start, tie-out, figure)."""
    result = []
    for figure in figures:
        location_id, kind, start_on, tie_out, name, role, is_binding, amount, count = figure
        amount, count = changes.get((location_id, start_on, tie_out, name), (amount, count))
        result.append((location_id, kind, start_on, tie_out, name, role, is_binding, amount, count))
    return result
