"""The world delivers a report of every shipped profile, and loses nothing by it."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.bronze import BronzeStore
from ingestion.intake import take_landing
from ingestion.profiles import GENERIC, shipped_profiles
from tests.synthetic.world_reading import VENDOR_FILES, read_source


@pytest.fixture(scope="module")
def taken(clean_world, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one file of each name was taken as: the profile by the name of the file."""
    home: Path = tmp_path_factory.mktemp("taken")
    (home / "landing").mkdir()
    for path in sorted((clean_world[0] / "landing").glob("*/*"), reverse=True):
        if path.suffix in (".csv", ".xlsx"):
            shutil.copy(path, home / "landing" / path.name)
    bronze = BronzeStore(home / "bronze")
    report = take_landing(home / "landing", bronze, run_id="run", as_of=date(2026, 12, 31))
    assert report.set_aside == {}
    return {load["file_name"]: load["profile"] for load in bronze.scan("loads").collect().to_dicts()}


def test_every_shipped_profile_reads_a_file_of_the_world(taken: dict[str, str]):
    """A profile without a file here is one that nobody has seen at work."""
    assert set(taken.values()) == {GENERIC, *(profile.name for profile in shipped_profiles())}


def test_reports_of_vendors_are_read_by_a_profile_and_no_other_file_is(taken: dict[str, str]):
    named = {name for name, profile in taken.items() if profile != GENERIC}
    assert {name.replace("101", "*") for name in named} == set(VENDOR_FILES)


@pytest.mark.parametrize(
    ("name", "left"), [("Receipt Management.csv", "Escrow"), ("OfficeEMR Receipts.csv", "Unapplied Amt.")]
)
def test_a_report_of_receipts_shows_what_is_left_of_each_on_its_day(clean_world, name: str, left: str):
    landing = clean_world[0] / "landing"
    gone = pl.concat(
        read_source(landing, source).filter(is_money).select("receipt_id", "amount", "loaded_on")
        for source, is_money in (
            ("payments", pl.col("entry_type") != "adjustment"),
            ("disbursements", pl.lit(True)),
            ("refunds", pl.lit(True)),
        )
    )
    is_used_up = set()
    for path in landing.glob(f"*/{name}"):
        by_then = gone.filter(pl.col("loaded_on") <= date.fromisoformat(path.parent.name))
        used = dict(by_then.group_by("receipt_id").agg(pl.col("amount").sum()).iter_rows())
        for row in pl.read_csv(path, infer_schema=False).to_dicts():
            amount = dollars(row.get("Amount") or row["Receipt Amount"])
            assert dollars(row[left]) == amount - used.get(row["Receipt #"], 0)
            is_used_up.add(dollars(row[left]) == 0)
    assert is_used_up == {True, False}


def dollars(text: str) -> Decimal:
    """An amount as accountants write it."""
    value = Decimal(text.strip("()").lstrip("$").replace(",", ""))
    return -value if text.startswith("(") else value
