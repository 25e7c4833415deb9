"""A published file with every mart by its contract and a few rows by hand, for tests of the pages.

The tables are made from the contracts in the dbt models, so that a page which names a column that no mart
has fails here, without a run. Rows: two practices, `P1` with locations `L1` and `L2`, `P2` with `L3`.
Everything of `L3` carries the word `FOREIGN`, by which a leak to people of `P1` is noticed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import yaml

from dashboards.access.accounts import Accounts
from dashboards.access.log import AccessLog
from dashboards.access.passwords import Passwords
from dashboards.access.roles import Role
from dashboards.access.scope import Grant
from dashboards.application import make_application
from orchestration.home import Home
from orchestration.serving.home_office import HomeOffice
from tests.orchestration.published import publish_by_hand

REPOSITORY = Path(__file__).resolve().parents[2]
MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
EXCEPTIONS = REPOSITORY / "expectations" / "schema.sql"

AS_OF = date(2026, 3, 2)
FOREIGN = "FOREIGN"
PASSWORD = "a password for tests"
QUICK = {"memory_kib": 8, "passes": 1}

Rows = Sequence[Mapping[str, Any]]


def receipt(receipt_id: str, location_id: str, **more: Any) -> dict[str, Any]:
    amount = more.pop("amount", "50.00")
    return {
        "receipt_id": receipt_id, "location_id": location_id, "patient_id": f"{receipt_id}-patient",
        "payer_class": "Patient", "receipt_type": "Co-Pay", "payment_method": "Check",
        "receipt_status": "New",
        "computed_status": "Error", "computed_code": "NO_CLAIM_FOUND",
        "computed_message": "No claim appeared by the co-pay deadline.", "received_on": "2026-02-10",
        "received_at": "2026-02-10 09:30:00", "amount": amount, "applied_amount": "0.00",
        "disbursed_amount": "0.00", "refunded_amount": "0.00", "escrow_amount": amount,
        "computed_applied_amount": "0.00", "computed_disbursed_amount": "0.00",
        "computed_refunded_amount": "0.00", "computed_unapplied_amount": amount, "days_in_escrow": 20,
        "file_hash": "hash-1", "row_number": 2, "load_id": "load-1", **more,
    }  # fmt: skip


def exception(number: int, location_id: str | None, **more: Any) -> dict[str, Any]:
    return {
        "exception_id": f"{number:032x}", "kind": "receipt_in_error", "suite": "receipts",
        "severity": "warning", "owner": "front desk", "business_key": f"key-{number}",
        "amount_at_stake": "50.00", "location_id": location_id, "patient_id": f"E{number}-patient",
        "what_was_found": "NO_CLAIM_FOUND", "what_to_do": "Link the receipt.", "first_seen_on": "2026-03-02",
        "last_seen_on": "2026-03-02", "age_days": 0, "age_bucket": "0-1", "status": "open", "state": "new",
        "state_since_on": "2026-03-02", "changed_because": "found", "times_reopened": 0, "dependent_count": 0,
        "next_step": f"tieout exceptions show {number:032x}", **more,
    }  # fmt: skip


def balancing(location_id: str, practice_id: str, window: str, **more: Any) -> dict[str, Any]:
    return {
        "date_basis": "clinic", "window_kind": window, "window_start_on": "2026-02-23",
        "window_end_on": "2026-03-01", "location_id": location_id, "charge_type": "Copay",
        "practice_id": practice_id, "location_name": f"Clinic {location_id}", "emr_amount": "100.10",
        "billing_amount": "70.00", "difference_amount": "30.10", "expected_difference_amount": "10.00",
        "open_difference_amount": "20.10", "exception_count": 1, "emr_payment_count": 3,
        "billing_payment_count": 2, **more,
    }  # fmt: skip


def difference(location_id: str, number: int, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "billing_view": "standard", "date_basis": "clinic", "unit_key": f"{location_id}-{number}",
        "location_id": location_id, "balanced_on": "2026-02-24", "charge_type": "Copay",
        "patient_id": "R1-patient", "difference_class": "missing_in_billing", "is_expected": False,
        "difference_amount": amount, "emr_payment_id": f"EP{number}", "emr_amount": amount,
        "transaction_on": "2026-02-24", "emr_file_hash": "hash-1", "emr_row_number": 7, **more,
    }  # fmt: skip


def charge(charge_id: str, location_id: str, practice_id: str = "P1", **more: Any) -> dict[str, Any]:
    return {
        "company_id": "A", "practice_id": practice_id, "location_id": location_id, "run_number": "F1",
        "charge_record_id": charge_id, "claim_id": "C1", "line_number": 1,
        "patient_id": f"{charge_id}-patient",
        "payer_id": "PAY", "main_reason_code": "FC01", "main_reason": "Authorization missing",
        "reason_codes": "FC01", "reason_count": 1, "owner": "clinic", "what_to_do": "Mend it.",
        "oldest_failure_on": "2026-02-01", "last_failure_on": "2026-02-20", "failure_count": 2,
        "bounce_count": 0, "amount": "80.00", "service_on": "2026-01-05", "filing_status": "open",
        "charge_status": "failing", **more,
    }  # fmt: skip


ROWS: dict[str, Rows] = {
    "exceptions.kinds": [
        {"kind": "receipt_in_error", "suite": "receipts", "title": "A receipt needs a person",
         "severity": "warning", "blocks_publish": False, "owner": "front desk", "meaning": "It waits.",
         "what_to_do": "Link it.", "how_it_clears": "It is posted.",
         "next_step": "tieout exceptions show {exception_id}"},
    ],
    "exceptions.exceptions": [
        exception(1, "L1", severity="critical", amount_at_stake="75.25"),
        exception(2, "L2"),
        exception(3, "L3", what_was_found=FOREIGN, business_key=FOREIGN, amount_at_stake="31337.31"),
        exception(4, None, suite="loads", amount_at_stake=None),
    ],
    "marts.receipts": [
        receipt("R1", "L1"),
        receipt("R2", "L1", amount="20.05", receipt_type="General"),
        receipt("R3", "L2", amount="30.00"),
        receipt("R4", "L1", computed_status="Completed", computed_code="COMPLETED", escrow_amount="0.00",
                applied_amount="50.00", computed_applied_amount="50.00", computed_unapplied_amount="0.00"),
        receipt(f"{FOREIGN}-R", "L3", amount="31337.31", computed_message=FOREIGN),
    ],
    "marts.payment_balancing": [
        *(balancing(place, practice, window) for window in ("day", "week", "month")
          for place, practice in (("L1", "P1"), ("L2", "P1"))),
        *(balancing("L3", "P2", window, charge_type=FOREIGN, emr_amount="31337.31")
          for window in ("day", "week", "month")),
        balancing("L1", "P1", "week", date_basis="deposit", emr_amount="100.10"),
    ],
    "marts.balancing_differences": [
        difference("L1", 1, "20.10"),
        difference("L1", 2, "10.00", difference_class="internal_payment", is_expected=True),
        difference("L3", 3, "31337.31", patient_id=FOREIGN),
    ],
    "marts.failed_charges": [
        charge("CH1", "L1"), charge("CH2", "L2", amount="120.00"),
        charge(f"{FOREIGN}-CH", "L3", "P2", amount="31337.31", main_reason=FOREIGN),
    ],
    "marts.failed_charge_reasons": [
        {"company_id": "A", "charge_record_id": "CH1", "reason_code": "FC01",
         "reason": "Authorization missing", "severity": "block", "owner": "clinic",
         "is_standing": True, "last_failure_on": "2026-02-20"},
        {"company_id": "A", "charge_record_id": f"{FOREIGN}-CH", "reason_code": "FC01", "reason": FOREIGN,
         "severity": "block", "owner": "clinic", "is_standing": True, "last_failure_on": "2026-02-20"},
    ],
    "marts.claims": [
        {"claim_id": "C1", "patient_id": "R1-patient", "location_id": "L1", "service_on": "2026-02-10",
         "created_on": "2026-02-11", "claim_level": "Statement", "claim_status": "Open", "line_count": 1,
         "charge_amount": "100.00", "line_charge_amount": "100.00", "insurance_paid_amount": "0.00",
         "adjustment_amount": "0.00", "patient_paid_amount": "50.00", "balance_amount": "50.00",
         "load_id": "load-1", "row_number": 3},
        {"claim_id": f"{FOREIGN}-C", "patient_id": FOREIGN, "location_id": "L3", "service_on": "2026-02-10",
         "created_on": "2026-02-11", "claim_level": "Statement", "claim_status": "Open", "line_count": 1,
         "charge_amount": "31337.31", "line_charge_amount": "31337.31", "insurance_paid_amount": "0.00",
         "adjustment_amount": "0.00", "patient_paid_amount": "0.00", "balance_amount": "31337.31"},
    ],
    "marts.receipt_status_log": [
        {"receipt_id": "R1", "sequence": 1, "changed_on": "2026-02-10", "patient_id": "R1-patient",
         "status": "New", "code": "RECEIVED", "message": "It has arrived."},
        {"receipt_id": f"{FOREIGN}-R", "sequence": 1, "changed_on": "2026-02-10", "status": "New",
         "code": "RECEIVED", "message": FOREIGN},
    ],
    "marts.patient_accounts": [
        {"patient_id": "R1-patient", "received_amount": "50.00", "credit_amount": "0.00"},
        {"patient_id": FOREIGN, "received_amount": "31337.31", "credit_amount": "0.00"},
    ],
    "marts.era_dashboard": [
        {"remittance_key": "K1", "payer_name": FOREIGN, "trace_number": "T1", "payment_on": "2026-02-10",
         "check_amount": "31337.31", "status": "posted", "balance_outcome": "balanced"},
    ],
    "marts.escrow": [
        {"receipt_id": "R1", "valid_from_on": "2026-02-10", "valid_to_on": "9999-12-31", "is_current": True,
         "location_id": "L1", "payer_class": "Patient", "received_amount": "50.00", "closing_amount": "50.00",
         "age_days": 20, "age_bucket": "0-30"},
        {"receipt_id": f"{FOREIGN}-R", "valid_from_on": "2026-02-10", "valid_to_on": "9999-12-31",
         "is_current": True, "location_id": "L3", "payer_class": FOREIGN, "received_amount": "31337.31",
         "closing_amount": "31337.31", "age_days": 20, "age_bucket": "0-30"},
    ],
    "marts.expected_files": [
        {"source": "receipts", "location_id": "L1", "due_on": "2026-03-01", "outcome": "late"},
        {"source": FOREIGN, "location_id": "L3", "due_on": "2026-03-01", "outcome": "missing"},
    ],
    "marts.loads": [
        {"load_id": "load-1", "file_hash": "hash-1", "file_name": "receipts.csv", "source": "receipts",
         "loaded_on": "2026-03-01", "verdict": "loaded", "records_read": 5, "records_kept": 5},
    ],
    "marts.patient_payment_log": [
        {"payment_id": "PM1", "receipt_id": "R4", "patient_id": "R4-patient", "claim_id": "C1",
         "line_number": 1, "posting_on": "2026-02-12", "amount": "50.00", "is_reversal": False,
         "location_id": "L1", "receipt_type": "Co-Pay"},
        {"payment_id": FOREIGN, "receipt_id": f"{FOREIGN}-R", "patient_id": FOREIGN,
         "posting_on": "2026-02-12", "amount": "31337.31", "location_id": "L3", "receipt_type": "Co-Pay"},
    ],
}  # fmt: skip


def contracts() -> dict[str, list[tuple[str, str, str]]]:
    """Every mart with its columns as (name, type, description), from the dbt models."""
    found = {}
    for path in sorted(MARTS.glob("*.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["models"]:
            found[f"marts.{model['name']}"] = [
                (column["name"], column["data_type"], column.get("description", "").strip())
                for column in model["columns"]
            ]
    return found


@cache
def table_definitions() -> str:
    """The statements that make every mart, empty, with its columns described."""
    made = []
    for table, columns in contracts().items():
        made.append(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind, _ in columns)})")
        for name, _, description in columns:
            told = description.replace("'", "''")
            made.append(f"comment on column {table}.{name} is '{told}'")
    return ";\n".join(["begin", *made, "commit"])


def publish(home: Home, rows: Mapping[str, Rows] = ROWS, *, as_of: date = AS_OF) -> None:
    """Publish every mart by its contract, with the given rows."""
    manifest = publish_by_hand(home, as_of)
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute("drop table marts.receipts")
        connection.execute(EXCEPTIONS.read_text(encoding="utf-8"))
        connection.execute(table_definitions())
        for table, given in rows.items():
            for row in given:
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
                )


@cache
def published_once() -> dict[str, bytes]:
    """The published folder with `ROWS`: file name -> content. Made once: most worlds begin with it."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        publish(home)
        return {path.name: path.read_bytes() for path in home.published.iterdir()}


@dataclass(frozen=True, slots=True)
class World:
    """A home with a published file, accounts and an application."""

    home: Home
    accounts: Accounts
    access_log: AccessLog
    application: Any


PEOPLE: dict[str, tuple[Role, Grant]] = {
    **{role.value: (role, Grant()) for role in Role},
    **{f"{role.value}-of-p1": (role, Grant(practices=frozenset({"P1"}))) for role in Role},
    "operator-of-l1": (Role.OPERATOR, Grant(locations=frozenset({"L1"}))),
}


def make_world(root: Path, rows: Mapping[str, Rows] = ROWS) -> World:
    """A home in ``root`` with a person for each role, and some who see practice P1 or location L1 only."""
    home = Home(root)
    if rows is ROWS:
        home.create()
        for name, content in published_once().items():
            (home.published / name).write_bytes(content)
    else:
        publish(home, rows)
    accounts = Accounts(home.accounts, Passwords(**QUICK))
    for name, (role, grant) in PEOPLE.items():
        accounts.add(name, role, grant, password=PASSWORD)
    office = HomeOffice(home)
    log = AccessLog(home.access_log, office.business_day)
    application = make_application(
        published=home.published, accounts=accounts, access_log=log, office=office, host_names=("127.0.0.1",)
    )
    return World(home, accounts, log, application)
