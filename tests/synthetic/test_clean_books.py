"""The clean world keeps its books straight at the end of every single day."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from ingestion.contracts import CONTRACTS
from tests.synthetic.world_reading import current, read_source

INTEGRATION = ["Integration Import", "Not mapped to a user"]
KNOWN_CODES = ["O", "E", "CP", "V", "INT", "PKG"]


@pytest.fixture(scope="session")
def books(clean_world):
    """All versions of all sources, read once."""
    home, _ = clean_world
    return {source: read_source(home / "landing", source) for source in CONTRACTS}


# The first days, the ends of January and February, the days of closing and of changed settings, and the last
# day.
DAYS = (0, 1, 4, 7, 21, 22, 26, 27, 32, 33, 36, 45, 54, 55, 64)


@pytest.fixture(scope="session", params=DAYS)
def as_of(clean_world, request):
    return clean_world[1].first_on + timedelta(days=request.param)


@pytest.fixture(scope="session")
def known(books, as_of):
    """The current version of everything delivered up to the end of a day."""
    return {
        source: current(rows.filter(pl.col("loaded_on") <= as_of), CONTRACTS[source].key)
        for source, rows in books.items()
    }


def _used(known) -> pl.DataFrame:
    """Per receipt what was applied, disbursed and refunded."""
    applied = known["payments"].filter(pl.col("entry_type") != "adjustment")
    return (
        pl.concat(
            rows.select("receipt_id", "amount")
            for rows in (applied, known["disbursements"], known["refunds"])
        )
        .group_by("receipt_id")
        .agg(pl.col("amount").sum().alias("used"))
    )


def test_nothing_is_delivered_before_it_happens(known, as_of):
    for source, rows in known.items():
        for column in rows.columns:
            # Receipts are held until a day to come; authorizations cover days to come, and licences last.
            if (
                column not in ("hold_until", "effective_from", "effective_until", "license_expires_on")
                and rows[column].dtype == pl.Date
                and rows.height
            ):
                latest = rows[column].drop_nulls().max()
                assert latest is None or latest <= as_of, (source, column)


def test_emr_and_billing_agree_on_the_basis_of_the_clinic(known):
    basis = known["clinic_settings"].sort("effective_from")
    places = known["locations"].select("location_id", "emr_location_id", "billing_location_id")
    emr = (
        known["emr_payments"]
        .filter(pl.col("payment_status") == "Paid")
        .sort("transaction_on")
        .join_asof(
            basis.rename({"effective_from": "transaction_on"}),
            on="transaction_on",
            by="emr_location_id",
            check_sortedness=False,
        )
        .filter((pl.col("charge_type") != "Internal Payment") & pl.col("is_integration_on"))
        .join(places, on="emr_location_id")
        .select("location_id", pl.col("transaction_on").alias("on"), "charge_type", "paid_amount")
    )
    billing = (
        known["billing_payments"]
        .filter(pl.col("posted_by").is_in(INTEGRATION))
        .join(places, on="billing_location_id")
        .sort("deposit_on")
        .join_asof(
            basis.rename({"effective_from": "deposit_on"}),
            on="deposit_on",
            by="emr_location_id",
            check_sortedness=False,
        )
        .select(
            "location_id",
            pl.when(pl.col("soap_version") == "1.0")
            .then(pl.col("deposit_on"))
            .otherwise(pl.col("posting_on"))
            .alias("on"),
            "charge_type",
            (-pl.col("amount")).alias("paid_amount"),
        )
    )
    differences = (
        pl.concat([emr, billing])
        .group_by("location_id", "on", "charge_type")
        .agg(pl.col("paid_amount").sum())
        .filter(pl.col("paid_amount") != 0)
    )
    assert differences.is_empty()


def test_both_dates_of_a_billing_row_lie_under_the_same_settings(known):
    """So that a row counts once, whichever date decides about its clinic."""
    basis = (
        known["clinic_settings"]
        .sort("effective_from")
        .select("emr_location_id", "effective_from", "soap_version")
    )
    places = known["locations"].select("emr_location_id", "billing_location_id")
    rows = (
        known["billing_payments"]
        .filter(pl.col("posted_by").is_in(INTEGRATION))
        .join(places, on="billing_location_id")
    )
    for column in ("deposit_on", "posting_on"):
        rows = rows.sort(column).join_asof(
            basis.rename({"effective_from": column, "soap_version": f"soap_by_{column}"}),
            on=column,
            by="emr_location_id",
            check_sortedness=False,
        )
    assert rows.filter(pl.col("soap_by_deposit_on") != pl.col("soap_by_posting_on")).is_empty()


def test_no_receipt_gives_more_than_it_has(known):
    receipts = (
        known["receipts"]
        .join(_used(known), on="receipt_id", how="left")
        .with_columns(pl.col("used").fill_null(Decimal(0)))
    )
    low, high = (
        pl.min_horizontal("amount", pl.lit(Decimal(0))),
        pl.max_horizontal("amount", pl.lit(Decimal(0))),
    )
    assert receipts.filter((pl.col("used") < low) | (pl.col("used") > high)).is_empty()


def test_a_completed_receipt_has_nothing_left(known):
    receipts = known["receipts"].filter(
        (pl.col("receipt_status") == "Completed") & pl.col("reversal_of_receipt_id").is_null()
    )
    left = receipts.join(_used(known), on="receipt_id", how="left").with_columns(
        left=pl.col("amount") - pl.col("used").fill_null(Decimal(0))
    )
    assert left.filter(pl.col("left") != 0).is_empty()


def test_every_posting_finds_its_receipt_and_its_line(known):
    payments = known["payments"]
    assert payments.join(known["claim_lines"], on=["claim_id", "line_number"], how="anti").is_empty()
    assert payments.drop_nulls("receipt_id").join(known["receipts"], on="receipt_id", how="anti").is_empty()
    for source in ("disbursements", "refunds"):
        assert known[source].join(known["receipts"], on="receipt_id", how="anti").is_empty()


def test_no_money_moves_before_it_is_received(known):
    received = known["receipts"].select(
        "receipt_id", pl.col("received_at").dt.date().alias("received_on"), "posting_on"
    )
    for source, on in (
        ("payments", "posting_on_right"),
        ("disbursements", "disbursed_on"),
        ("refunds", "refunded_on"),
    ):
        rows = known[source].drop_nulls("receipt_id").rename({"posting_on": "posting_on_right"}, strict=False)
        moved = rows.join(received, on="receipt_id")
        assert moved.filter(pl.col(on) < pl.col("posting_on")).is_empty()


def test_claims_equal_their_lines(known):
    lines = (
        known["claim_lines"]
        .filter(pl.col("voided_on").is_null())
        .group_by("claim_id")
        .agg(pl.col("charge_amount").sum().alias("line_total"))
    )
    claims = known["claims"].join(lines, on="claim_id", how="left")
    assert claims.filter(pl.col("charge_amount").ne_missing(pl.col("line_total"))).is_empty()
    assert known["claims"].join(known["claim_statuses"], on="claim_id", how="anti").is_empty()


def test_reversals_come_in_pairs(known):
    receipts = known["receipts"]
    pairs = receipts.drop_nulls("reversal_of_receipt_id").join(
        receipts, left_on="reversal_of_receipt_id", right_on="receipt_id", suffix="_of_original"
    )
    assert pairs.height == receipts.drop_nulls("reversal_of_receipt_id").height
    assert pairs.filter(pl.col("amount") + pl.col("amount_of_original") != 0).is_empty()
    is_reversed = receipts.filter(pl.col("receipt_status") == "Reversed")
    assert is_reversed.height == pairs.height


def test_every_code_place_and_claim_id_is_known(known):
    places = known["locations"]
    assert set(known["disbursements"]["disbursement_code"]) <= set(KNOWN_CODES)
    assert known["receipts"].join(places, on="location_id", how="anti").is_empty()
    assert known["emr_payments"].join(places, on="emr_location_id", how="anti").is_empty()
    assert known["billing_payments"].join(places, on="billing_location_id", how="anti").is_empty()
    assert known["claims"]["claim_id"].str.contains(r"^\d+E\d+$").all()


def test_closed_months_take_no_postings(known, as_of):
    """A posting may carry the batch date of an earlier month only while that month is open."""
    closed = known["closed_periods"].select("period_start_on", "closed_on").unique()
    postings = known["payments"].with_columns(period_start_on=pl.col("reference_batch_on").dt.truncate("1mo"))
    late = postings.join(closed, on="period_start_on").filter(pl.col("posting_on") > pl.col("closed_on"))
    assert late.is_empty()


def test_the_stories_are_told(books, clean_world):
    """Each kind of event that the warehouse must handle happens at least once."""
    receipts, payments = books["receipts"], books["payments"]
    assert {"Copay", "Deductible", "Coinsurance", "Payment on Account", "Internal Payment", "Other"} <= set(
        books["emr_payments"]["charge_type"]
    )
    assert set(KNOWN_CODES) <= set(books["disbursements"]["disbursement_code"])
    assert {"Hold", "New", "Completed", "Reversed"} <= set(receipts["receipt_status"])
    assert {"Patient", "Insurance"} <= set(receipts["payer_class"])
    assert books["refunds"].height > 0
    assert books["claims"]["voided_on"].drop_nulls().len() > 0
    assert books["claim_lines"]["voided_on"].drop_nulls().len() > 0
    earlier_batch = payments.filter(
        pl.col("reference_batch_on").dt.truncate("1mo") < pl.col("posting_on").dt.truncate("1mo")
    )
    assert earlier_batch.height > 0
    assert payments.filter((pl.col("amount") < 0) & (pl.col("entry_type") == "insurance_payment")).height > 0
    versions = receipts.group_by("receipt_id").len()
    assert versions.filter(pl.col("len") > 1).height > 0
    assert date(2026, 1, 5) == clean_world[1].first_on
