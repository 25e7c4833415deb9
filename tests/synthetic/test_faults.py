"""The truth file: complete, true about the files, and about faults that stay apart from each other."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.contracts import CONTRACTS
from synthetic import write_world
from synthetic.faults import FEWEST_DAYS
from synthetic.truth import load_id_of
from tests.synthetic.world_reading import current, read_source

KINDS = {
    "file_set_aside", "row_quarantined", "location_unmapped", "over_applied",
    "lost_after_transmission", "missing_in_billing", "feed_failed", "charge_type_not_enabled",
    "amount_due_zero", "closed_month_added", "closed_month_edited", "closed_month_deleted",
    "patient_mismatch", "amount_changed", "recorded_elsewhere", "ambiguous_match", "duplicate_import",
    "posted_by_hand", "only_in_billing", "feed_document_failed",
    "unknown_disbursement_code", "posting_without_receipt", "posting_without_claim_line",
    "claim_total_mismatch", "claim_without_lines", "era_line_out_of_balance", "era_claim_out_of_balance",
    "era_remittance_out_of_balance", "era_not_evaluable", "duplicate_remittance", "conflicting_trace",
    "receipt_location_unmapped", "reversal_unpaired", "receipt_in_error",
    "posting_difference", "negative_escrow", "escrow_aged", "refund_of_escrow", "refund_without_credit",
    "void_of_deposited_money", "receipt_zeroed_after_posting", "expected_file_missing", "expected_file_late",
    "expected_file_empty", "expected_file_small", "row_deleted_at_source",
    "correction_not_applicable",
    "orphan_reversal", "correction_missing", "claim_payment_unmatched", "secondary_before_primary",
    "legacy_money_without_clearing", "posted_more_than_paid", "service_line_unmatched", "debit_remittance",
    "informational_remittance", "trace_seen_twice", "provider_adjustment_unexplained",
    "provider_balance_aged", "provider_adjustment_without_amount", "adjustment_reason_unknown",
    "legacy_money_not_arrived", "legacy_money_without_disbursement", "disbursement_over_escrow",
    "deposit_without_remittance", "remittance_without_deposit", "batch_without_deposit", "ambiguous_deposit",
    "returned_item", "deposit_in_wrong_account", "deposit_amount_differs", "card_settlement_short",
    "remittance_without_receipt", "claim_stuck", "units_trimmed", "charge_breaks_rule", "charge_held_by_rule",
    "charge_returned_untouched", "claim_rejected", "payment_deleted_and_reentered", "refund_then_reentry",
    "unusual_voids", "conflicting_export",
}  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> tuple[Path, list[dict]]:
    home = tmp_path_factory.mktemp("faulty")
    summary = write_world(home, seed=3, clinics=2, days=14, receipts=120, faults=True)
    truth = json.loads((home / "truth.json").read_text())
    assert summary.faults == len(truth)
    return home / "landing", truth


def test_every_kind_that_a_file_can_cause_is_planted_at_least_three_times(faulty):
    counts = Counter(fault["kind"] for fault in faulty[1] if fault["kind"])
    assert set(counts) == KINDS
    # Negative escrow is a location's, and one planted receipt takes it there.
    assert counts.pop("negative_escrow") == 1
    # A person is unusual beside the others; three of them would be the usual.
    assert counts.pop("unusual_voids") == 1
    assert min(counts.values()) >= 3


def test_no_two_faults_share_a_key(faulty):
    keys = [(fault["kind"], fault["business_key"]) for fault in faulty[1] if fault["business_key"]]
    assert len(keys) == len(set(keys))


def test_every_entry_points_at_a_file_and_a_row_in_it(faulty):
    landing, truth = faulty
    for fault in truth:
        path = landing / fault["file"]
        assert path.is_file()
        if fault["row"] is None:
            continue
        text = path.read_text()
        if fault["source"] == "era":
            assert 1 <= fault["row"] <= len([segment for segment in text.split("~") if segment.strip()])
        else:
            assert 2 <= fault["row"] <= len(text.splitlines())


def test_keys_of_loads_are_those_of_the_files(faulty):
    landing, truth = faulty
    for fault in truth:
        if fault["kind"] in ("file_set_aside", "row_quarantined", "conflicting_export"):
            assert fault["business_key"].split("|")[0] == load_id_of(landing / fault["file"], landing)


def test_amounts_are_text_with_two_decimals(faulty):
    amounts = [fault["amount"] for fault in faulty[1] if fault["amount"] is not None]
    assert amounts
    assert all(amount == f"{pl.Series([amount]).cast(pl.Decimal(18, 2))[0]}" for amount in amounts)


def test_the_copy_of_a_good_file_is_planted_and_raises_nothing(faulty):
    landing, truth = faulty
    (copy,) = [fault for fault in truth if fault["kind"] is None and fault["source"] == "appointments"]
    data = (landing / copy["file"]).read_bytes()
    same = [path for path in landing.glob("*/*") if path.read_bytes() == data]
    assert len(same) == 2


def test_planted_faults_leave_the_clean_files_as_they_are(faulty, tmp_path):
    landing, _ = faulty
    write_world(tmp_path, seed=3, clinics=2, days=14, receipts=120)
    for path in (tmp_path / "landing").glob("*/*"):
        assert (landing / path.relative_to(tmp_path / "landing")).read_bytes() == path.read_bytes()


def test_over_applied_receipts_are_really_over_applied(faulty):
    """An example of the truth being true: counted from the planted files alone."""
    landing, truth = faulty
    planted = sorted(landing.glob("*/payments_*.csv"))
    used = Counter()
    for path in planted:
        for receipt_id, amount in (
            pl.read_csv(path, infer_schema=False).select("receipt_id", "amount").iter_rows()
        ):
            used[receipt_id] += Decimal(amount)
    (first,) = [fault for fault in truth if fault["business_key"] == "ROVER1"]
    assert used["ROVER1"] == Decimal("60.00")
    assert first["amount"] == "10.00"


def test_rows_of_the_clean_world_are_still_read_beside_the_planted_ones(faulty):
    landing, _ = faulty
    claims = current(read_source(landing, "claims"), CONTRACTS["claims"].key)
    assert claims.height > 0


def test_a_world_too_short_for_faults_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least"):
        write_world(tmp_path, days=FEWEST_DAYS - 1, faults=True)


@pytest.mark.parametrize("days", [FEWEST_DAYS, 12, 17])
def test_faults_stay_apart_in_worlds_of_any_length(tmp_path, days):
    write_world(tmp_path, seed=5, clinics=1, days=days, receipts=20, faults=True)
    truth = json.loads((tmp_path / "truth.json").read_text())
    keys = [(fault["kind"], fault["business_key"]) for fault in truth if fault["business_key"]]
    assert len(keys) == len(set(keys))
