"""The claims feed tells what became of every payment, note and correction."""

import polars as pl
import pytest

from ingestion.contracts import CONTRACTS
from tests.synthetic.world_reading import current, read_source


@pytest.fixture(scope="module")
def known(clean_world):
    """The current rows of the sources that the feed is about."""
    home, _ = clean_world
    return {
        source: current(read_source(home / "landing", source), CONTRACTS[source].key)
        for source in ("claims_feed", "emr_payments", "billing_payments", "claims")
    }


def test_every_payment_has_one_record(known):
    records = known["claims_feed"].filter(pl.col("feed_kind") == "payment")
    assert records["emr_payment_id"].is_unique().all()
    assert set(records["emr_payment_id"]) == set(known["emr_payments"]["emr_payment_id"])


def test_what_was_sent_is_what_billing_imported(known):
    sent = known["claims_feed"].filter(
        (pl.col("feed_kind") == "payment") & (pl.col("feed_status") == "Transmission Successful")
    )
    imported = known["billing_payments"].drop_nulls("emr_payment_id")
    assert dict(sent.select("emr_payment_id", "amount").iter_rows()) == dict(
        imported.select("emr_payment_id", "amount").iter_rows()
    )


def test_what_was_not_sent_says_why(known):
    feed = known["claims_feed"]
    is_not_sent = pl.col("feed_status") == "Not Sent"
    assert feed.filter(is_not_sent != pl.col("reason").is_not_null()).is_empty()
    assert feed.filter(is_not_sent & pl.col("transmitted_on").is_not_null()).is_empty()
    assert set(feed["reason"].drop_nulls()) == {
        "Internal payment",
        "Not marked Paid",
        "Payments are not sent for this clinic",
    }


def test_every_billed_visit_has_a_note(known):
    notes = known["claims_feed"].filter(pl.col("feed_kind") == "note")
    visited = known["claims"].drop_nulls("appointment_id").select("patient_id", "service_on").unique()
    assert notes.join(visited, on=["patient_id", "service_on"], how="anti").is_empty()
    assert notes.height == visited.height


def test_the_feed_reports_all_four_kinds(known):
    assert set(known["claims_feed"]["feed_kind"]) == {"payment", "note", "addendum", "demographics"}
