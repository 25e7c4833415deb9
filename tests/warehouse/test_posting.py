"""The posting engine in the warehouse: its marts tie, follow the journal, and keep their past."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.building import RUN, Row, Warehouse, frames
from tests.warehouse.practice import may, posting, receipt, row

EARLY, LATE = may(12), may(31)


def journal_entry(number: int, on: date, receipt_id: str, action: str, **details: object) -> Row:
    return {
        "entry_number": number,
        "entered_on": on,
        "receipt_id": receipt_id,
        "action": action,
        "person": "a.biller",
    } | details


#: One patient with a statement of two lines, an insurer's posting, and five receipts.
ACCOUNT: dict[str, list[Row]] = {
    "company_settings": [
        {"setting_name": name, "effective_from": day, "item_number": 1, "setting_value": value}
        for name, day, value in (
            ("copay_hold_days", date(1, 1, 1), "7"),
            ("receipt_disbursement", may(11), "newest_first"),
        )
    ],
    "claims": [
        row(may(1), claim_id="C1", patient_id="P1", location_id="L1", charge_amount="150")
        | {"service_on": may(1), "created_on": may(1)},
    ],
    "claim_lines": [
        row(may(1), claim_id="C1", line_number=1, charge_amount="100") | {"is_copay_line": True},
        row(may(1), claim_id="C1", line_number=2, charge_amount="50") | {"is_copay_line": False},
    ],
    "claim_statuses": [
        row(may(1), claim_id="C1", changed_on=may(1), change_sequence=1)
        | {"claim_level": "Statement", "claim_status": "Statement 1"},
    ],
    "receipts": [
        receipt("R1", may(10), "30.00", payer_class="Patient"),
        receipt("R2", may(11), "200.00"),
        receipt("R3", may(11), "12.00", receipt_type="Pre-Pay", hold_until=date(2026, 7, 1)),
        receipt("R4", may(3), "9.00", receipt_type="Co-Pay", patient_id="P2"),
        receipt("I1", may(9), "60.00", payer_class="Insurance", patient_id=None),
    ],
    "payments": [
        posting("T1", "I1", may(9), "60.00", entry_type="insurance_payment"),
        posting("T2", "R1", may(10), "30.00"),
        posting("T3", "R2", may(12), "10.00"),
    ],
    "journal_entries": [
        journal_entry(1, may(20), "R2", "refund", amount=Decimal("5.00")),
        journal_entry(2, may(21), "R4", "set_status", status="Ignore"),
    ],
}
HISTORY = ("receipt_applications", "receipt_status_log", "claim_status_changes")
POSTING = ("--select", *(f"+{mart}" for mart in (*HISTORY, "posting_differences", "receipts")))


@pytest.fixture(scope="session")
def late(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder, "posting_late").fill(frames(ACCOUNT))
    tested = ("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    return warehouse.built(*tested, *POSTING, as_of=LATE)


@pytest.fixture(scope="session")
def early(folder: Path) -> Warehouse:
    return Warehouse(folder, "posting_early").fill(frames(ACCOUNT)).built(*RUN, *POSTING, as_of=EARLY)


def test_money_goes_where_the_rules_say(late: Warehouse):
    placed = late.query(
        "select receipt_id, line_number, posted_on, amount, step from marts.receipt_applications"
        " order by posted_on, 1, 2"
    )
    assert placed == [
        ("R1", 1, may(10), Decimal("30.00"), "general"),
        ("R2", 1, may(11), Decimal("10.00"), "general"),
        ("R2", 2, may(11), Decimal("50.00"), "general"),
    ]


def test_every_application_names_the_settings_in_force(late: Warehouse):
    values = late.query(
        "select distinct receipt_id, settings_version, settings_in_force ->> 'receipt_disbursement'"
        " from marts.receipt_applications order by 1"
    )
    assert values == [("R1", 1, "oldest_first"), ("R2", 2, "newest_first")]


def test_the_receipts_show_where_they_stand(late: Warehouse):
    shown = late.query(
        "select receipt_id, computed_status, computed_code, deadline_on, days_left,"
        " computed_unapplied_amount, escrow_amount from marts.receipts order by 1"
    )
    assert shown == [
        ("I1", None, None, None, None, None, Decimal("0.00")),
        ("R1", "Completed", "COMPLETED", None, None, Decimal("0.00"), Decimal("0.00")),
        ("R2", "Hold", "CREDIT_WAITING", date(2026, 6, 10), 10, Decimal("135.00"), Decimal("185.00")),
        ("R3", "Hold", "PREPAY_WAITING", date(2026, 7, 1), 31, Decimal("12.00"), Decimal("12.00")),
        ("R4", "Ignore", "SET_BY_PERSON", None, None, Decimal("9.00"), Decimal("9.00")),
    ]


def test_a_persons_entry_is_named_in_the_log(late: Warehouse):
    log = late.query(
        "select status, code, entry_number from marts.receipt_status_log where receipt_id = 'R4'"
    )
    assert ("Error", "NO_CLAIM_FOUND", None) in log
    assert log[-1] == ("Ignore", "SET_BY_PERSON", 2)


def test_differences_add_up_to_computed_less_actual(late: Warehouse):
    totals = late.query(
        "select receipt_id, sum(difference_amount), list(difference order by difference_number)"
        " from marts.posting_differences group by 1"
    )
    assert totals == [("R2", Decimal("50.00"), ["other_date", "missing"])]


def test_an_earlier_date_sees_the_earlier_part_of_the_history(early: Warehouse, late: Warehouse):
    for mart, day in zip(HISTORY, ("posted_on", "changed_on", "changed_on"), strict=True):
        then = early.frame(f"select * from marts.{mart} order by all")
        now = late.frame(f"select * from marts.{mart} where {day} <= date '{EARLY}' order by all")
        assert then.equals(now), mart
    assert early.query("select count(*) > 0 from marts.receipt_applications") == [(True,)]


def test_the_order_of_rows_and_files_does_not_matter(late: Warehouse, folder: Path):
    reversed_frames: dict[str, pl.DataFrame] = {
        table: frame.reverse() for table, frame in frames(ACCOUNT).items()
    }
    shuffled = Warehouse(folder, "posting_shuffled").fill(reversed_frames).built(*RUN, *POSTING, as_of=LATE)
    for mart in (*HISTORY, "posting_differences"):
        query = f"select * from marts.{mart} order by all"
        assert shuffled.frame(query).equals(late.frame(query)), mart
