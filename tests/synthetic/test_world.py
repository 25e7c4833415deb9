"""Writing a world: the same arguments give the same bytes, and what cannot be a world is refused."""

import hashlib
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingestion.contracts import CONTRACTS
from synthetic import write_world
from tests.synthetic.world_reading import current, read_source

SMALL = {"clinics": 3, "days": 14, "receipts": 150}


def fingerprint(home: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize("faults", [False, True])
def test_the_same_seed_gives_the_same_bytes(tmp_path, faults):
    one = write_world(tmp_path / "one", seed=5, faults=faults, **SMALL)
    two = write_world(tmp_path / "two", seed=5, faults=faults, **SMALL)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
    assert one == two


def test_another_seed_gives_another_world(tmp_path):
    write_world(tmp_path / "one", seed=5, **SMALL)
    write_world(tmp_path / "two", seed=6, **SMALL)
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "two")


def test_every_row_keeps_its_contract(clean_world):
    for source, contract in CONTRACTS.items():
        rows = read_source(clean_world[0] / "landing", source).select(*contract.columns)
        good, failures = contract.schema.filter(rows, cast=True)
        assert failures.counts() == {}, source
        assert good.height == rows.height


def test_the_summary_tells_rows_and_money_of_every_source(clean_world):
    home, summary = clean_world
    for source, contract in CONTRACTS.items():
        rows = read_source(home / "landing", source)
        # A clean practice corrects nothing and merges nobody.
        assert rows.is_empty() == (source in ("corrections", "patient_merges"))
        assert summary.rows.get(source, 0) == rows.height
        if contract.control_amount:
            assert summary.control_totals[source] == rows[contract.control_amount].sum()
    assert summary.files == len(list((home / "landing").glob("*/*")))


def test_the_number_of_receipts_is_about_the_one_asked_for(clean_world):
    home, summary = clean_world
    receipts = current(read_source(home / "landing", "receipts"), ("receipt_id",))
    assert summary.receipts == receipts.filter(pl.col("reversal_of_receipt_id").is_null()).height
    assert abs(summary.receipts - 1500) < 150


def test_money_is_conserved_from_receipts_to_what_became_of_them(clean_world):
    """What is received and neither applied, disbursed nor refunded is on receipts that are still open."""
    landing = clean_world[0] / "landing"
    receipts, payments, disbursements, refunds = (
        current(read_source(landing, source), CONTRACTS[source].key)
        for source in ("receipts", "payments", "disbursements", "refunds")
    )
    applied = payments.filter(pl.col("entry_type") != "adjustment")["amount"].sum()
    escrow = receipts["amount"].sum() - applied - disbursements["amount"].sum() - refunds["amount"].sum()
    open_receipts = receipts.filter(pl.col("receipt_status").is_in(["New", "Hold"]))
    assert Decimal(0) < escrow <= open_receipts["amount"].sum()


def test_few_things_happen_on_weekends(clean_world):
    log = current(read_source(clean_world[0] / "landing", "emr_payments"), ("emr_payment_id",))
    by_weekday = dict(log.group_by(pl.col("transaction_on").dt.weekday()).len().iter_rows())
    assert 7 not in by_weekday
    assert by_weekday[6] * 5 < min(by_weekday[weekday] for weekday in range(1, 6))


def test_exports_overlap(clean_world):
    """The same version of a row may be exported twice, and a later version may follow."""
    rows = read_source(clean_world[0] / "landing", "emr_payments")
    versions = rows.group_by("emr_payment_id").agg(
        pl.len().alias("exported"), pl.col("last_modified_at").n_unique().alias("changed")
    )
    assert versions.filter((pl.col("exported") > 1) & (pl.col("changed") == 1)).height > 0
    assert versions.filter(pl.col("changed") > 1).height > 0


def test_nobody_has_a_name(clean_world):
    """No person is named anywhere: patients are numbers, users are roles."""
    for path in (clean_world[0] / "landing").glob("*/*.edi"):
        people = [text.strip().split("*") for text in path.read_text().split("~") if "NM1*" in text]
        named = {(person[3], person[4][:1]) for person in people if person[2] == "1"}
        assert named <= {("PATIENT", "P"), ("CLINICIAN", "P"), ("PHYSICIAN", "P")}


def test_the_settings_are_yaml_and_know_every_user_and_code(clean_world):
    home, _ = clean_world
    settings = yaml.safe_load((home / "settings.yml").read_text())
    assert settings["time_zone"] == "America/New_York"
    users = read_source(home / "landing", "billing_payments")["posted_by"].unique()
    assert set(settings["integration_users"]) < set(users)
    codes = read_source(home / "landing", "disbursements")["disbursement_code"].unique()
    assert set(codes) <= set(settings["disbursement_codes"])


def test_progress_is_told_day_by_day(tmp_path):
    told = []
    write_world(
        tmp_path, clinics=1, days=5, receipts=10, progress=lambda done, days: told.append((done, days))
    )
    assert told == [(day, 5) for day in range(1, 6)]


def test_a_world_of_one_day_and_no_receipts_can_be_written(tmp_path):
    summary = write_world(tmp_path, clinics=1, days=1, receipts=0)
    assert summary.receipts == 0
    assert (tmp_path / "landing" / "2026-01-05" / "locations.csv").is_file()


@pytest.mark.parametrize("wrong", [{"clinics": 0}, {"days": 0}, {"receipts": -1}])
def test_sizes_that_make_no_world_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match="a world needs"):
        write_world(tmp_path, **wrong)


def test_a_landing_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "theirs.csv").write_text("kept")
    with pytest.raises(FileExistsError):
        write_world(tmp_path)
    assert (tmp_path / "landing" / "theirs.csv").read_text() == "kept"
