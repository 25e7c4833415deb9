"""A home folder with a few published receipts, made by hand, for tests of what people do about receipts."""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.run.durable import write_atomically
from orchestration.run.manifest import Manifest, manifest_text
from tests.orchestration.published import publish_by_hand

PUBLISHED_ON = date(2026, 3, 1)

# receipt, patient, type, location, status, amount, applied, reversal of, code
RECEIPTS = [
    ("R1", "P1", "Co-Pay", "L1", "Error", "100.00", "0.00", None, "NO_CLAIM_FOUND"),
    ("R2", "P1", "General", "L1", "Completed", "80.00", "80.00", None, "COMPLETED"),
    ("R3", "P2", "General", "L2", "Hold", "50.00", "20.00", None, "CREDIT_WAITING"),
    ("R4", "P2", "Co-Pay", "L2", "Error", "30.00", "0.00", None, "SEVERAL_CLAIMS_SAME_DAY"),
    ("R5", None, "General", "L2", "New", "10.00", "0.00", None, "RECEIVED"),
    ("R6", "P2", "General", "L2", "Reversed", "25.00", "0.00", None, "REVERSED"),
    ("R6-R", "P2", "General", "L2", "Reversed", "-25.00", "0.00", "R6", "REVERSAL"),
    ("R7", "P1", "General", "L1", "Completed", "60.00", "60.00", None, "COMPLETED"),
]


def desk_home(root: Path, *, with_codes: bool = True, more_receipts: int = 0) -> Home:
    """Publish `RECEIPTS` as of `PUBLISHED_ON`, and ``more_receipts`` of status New at location L9.

    Patient P1 has a credit of 40.00 on claim C1; C2 is of P2, C3 is void.
    """
    home = Home(root)
    manifest = publish_by_hand(home, PUBLISHED_ON)
    many = [
        (f"M{number:05d}", "P9", "General", "L9", "New", "1.00", "0.00", None, "RECEIVED")
        for number in range(more_receipts)
    ]
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute("drop table marts.receipts")
        connection.execute(
            """
            create table marts.receipts (
                receipt_id varchar primary key, patient_id varchar, receipt_type varchar, location_id varchar,
                receipt_status varchar, amount decimal(18, 2), applied_amount decimal(18, 2),
                reversal_of_receipt_id varchar, computed_code varchar,
                payment_method varchar default 'Check', received_on date default '2026-02-20',
                hold_until date, appointment_id varchar,
                disbursed_amount decimal(18, 2) default 0, refunded_amount decimal(18, 2) default 0)"""
        )
        connection.executemany(
            "insert into marts.receipts by position (receipt_id, patient_id, receipt_type, location_id,"
            " receipt_status, amount, applied_amount, reversal_of_receipt_id, computed_code)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*RECEIPTS, *many],
        )
        connection.execute("update marts.receipts set appointment_id = 'A1' where receipt_id = 'R1'")
        if not with_codes:
            connection.execute("alter table marts.receipts drop column computed_code")
        connection.execute(
            "create table marts.claims as from (values"
            " ('C1', 'P1', 'A1', null::date, -40.00::decimal(18, 2)),"
            " ('C2', 'P2', 'A2', null, 15.00), ('C3', 'P1', null, '2026-02-01', 0.00))"
            " as claims(claim_id, patient_id, appointment_id, voided_on, balance_amount)"
        )
    return home


def record_journal(manifest: Manifest, entry_number: int, entry_hash: str) -> None:
    """Say in a manifest that its file was made with the journal up to an entry."""
    content = dict(manifest.content)
    content["inputs"] = {
        **content["inputs"], "journal": {"entry_number": entry_number, "entry_hash": entry_hash}
    }  # fmt: skip
    write_atomically(manifest.path, manifest_text(content))
