"""The reports that vendors hand the invented practice are read by the shipped profiles, cell for cell."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.contracts import CONTRACTS, Contract
from ingestion.profiles import shipped_profiles
from synthetic.exports import cents_column
from synthetic.practice import plain_practice
from synthetic.vendor_files import VendorFile, vendor_files
from tests.ingestion.deliveries import loads_by_name, rows, take

DAY = date(2026, 1, 30)
FILES = {file.profile: file for file in vendor_files(plain_practice(2, 30))}
# As many rows as the longest list of allowed values has, so that every value is written once.
COUNT = 9
AMOUNTS = (2_510, -120_000, 10, 0, 123_456_789, -1, 99, 100, 100_000)
# What makes a row one of the report's.
PLACES: dict[str, dict[str, str]] = {
    "webpt-soap1-payment-log": {"emr_location_id": "CLINIC-101"},
    "webpt-soap2-payment-log": {"emr_location_id": "CLINIC-102"},
    "webpt-payment-balancing": {"billing_location_id": "B202"},
    "webpt-claims-feed": {"emr_location_id": "CLINIC-101"},
    "openpm-receipt-report": {"location_id": "L01", "payer_class": "Insurance"},
    "officeemr-receipts": {"location_id": "L02"},
    "officeemr-receipt-import": {},
}
# What a report does not have: nobody links, holds or reverses an insurer's receipt.
NOT_SHOWN = {"openpm-receipt-report": {"appointment_id", "hold_until", "reversal_of_receipt_id"}}
SKIPPED = {"webpt-soap1-payment-log": "above_header 3, blank 1, totals 1"}


def drawn(contract: Contract, column: str, row: int) -> Any:
    """A value of the column; one in three is blank where it may be."""
    if column not in contract.required and column != "last_modified_at" and row % 3 == 2:
        return None
    allowed = (contract.columns[column].metadata or {}).get("allowed")
    match contract.kind(column):
        case "one_of":
            return allowed[row % len(allowed)]
        case "date":
            return DAY - timedelta(days=40 * row)
        case "timestamp":
            seconds = 0 if column == "received_at" else 1
            return datetime(2026, 1, 30, row + 8, 59, seconds * row)
        case "identifier":
            return f"000{row}-{column}"
        case _:
            return f"{column}, {row}"


def drawn_rows(file: VendorFile) -> pl.DataFrame:
    """`COUNT` rows of the source, amounts in cents, with every allowed value of every column."""
    contract = CONTRACTS[file.source]
    columns: dict[str, Any] = {}
    for column in contract.columns:
        if column in NOT_SHOWN.get(file.profile, ()):
            continue
        if contract.kind(column) == "money":
            columns[cents_column(column)] = AMOUNTS
        else:
            columns[column] = [
                PLACES[file.profile].get(column) or drawn(contract, column, row) for row in range(COUNT)
            ]
    return pl.DataFrame(columns)


def in_cents(contract: Contract, read: pl.DataFrame) -> pl.DataFrame:
    return read.with_columns(
        (pl.col(column) * 100).cast(pl.Int64).alias(cents_column(column))
        for column in contract.columns
        if contract.kind(column) == "money"
    )


@pytest.mark.parametrize("profile", FILES)
def test_a_report_of_a_vendor_is_read_as_it_was_written(profile: str, tmp_path: Path):
    file, landing = FILES[profile], tmp_path / "landing"
    landing.mkdir()
    written = drawn_rows(file)
    assert written.filter(file.is_in_it).height == COUNT
    file.write(written, DAY, landing / file.name)
    take(tmp_path)
    load = loads_by_name(tmp_path)[file.name]
    assert (load["profile"], load["source"], load["records_kept"]) == (profile, file.source, COUNT)
    assert load["skipped_reasons"] == SKIPPED.get(profile)
    assert rows(tmp_path, "quarantine").is_empty()
    read = rows(tmp_path, file.source)
    first_row = 5 if profile in SKIPPED else 2
    assert read["row_number"].to_list() == list(range(first_row, first_row + COUNT))
    assert in_cents(CONTRACTS[file.source], read).select(written.columns).rows() == written.rows()
    assert all(read[column].null_count() == COUNT for column in NOT_SHOWN.get(profile, ()))


@pytest.mark.parametrize("profile", FILES)
def test_the_same_rows_give_the_same_bytes(profile: str, tmp_path: Path):
    file = FILES[profile]
    for name in ("one", "two"):
        file.write(drawn_rows(file), DAY, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_payment_log_tells_its_number(tmp_path: Path):
    file = FILES["webpt-soap1-payment-log"]
    (tmp_path / "landing").mkdir()
    file.write(drawn_rows(file), DAY, tmp_path / "landing" / file.name)
    take(tmp_path)
    assert loads_by_name(tmp_path)[file.name]["export_id"] == "PL-CLINIC-101-20260130"


def test_every_shipped_profile_has_a_report_in_the_world():
    """That the world delivers them is asked of its files in `tests/synthetic`."""
    assert set(FILES) == {profile.name for profile in shipped_profiles()}
    assert all(FILES[profile.name].source == profile.source for profile in shipped_profiles())


def test_no_row_belongs_to_two_reports():
    for source in {file.source for file in FILES.values()}:
        of_source = [file for file in FILES.values() if file.source == source]
        drawn = pl.concat([drawn_rows(file) for file in of_source], how="diagonal_relaxed")
        shares = drawn.select(
            pl.sum_horizontal(file.is_in_it.cast(pl.Int64) for file in of_source).alias("n")
        )
        assert shares["n"].unique().to_list() == [1], source


def test_a_group_of_one_clinic_exports_in_the_contracts_columns():
    assert vendor_files(plain_practice(1, 30)) == ()
