"""The 835 files: balanced at all three levels, readable by others' parsers, the same money as the books."""

import io
from collections import defaultdict
from decimal import Decimal

import oxedi
import polars as pl
import pytest
import pyx12.params
from pyx12.x12file import X12Reader
from pyx12.x12n_document import x12n_document

from ingestion.contracts import CONTRACTS
from tests.synthetic.world_reading import current, read_remittances, read_source


@pytest.fixture(scope="session")
def files(clean_world):
    return sorted((clean_world[0] / "landing").glob("*/835_*.edi"))


@pytest.fixture(scope="session")
def remittances(files):
    return [remittance for path in files for remittance in read_remittances(path)]


def test_there_are_as_many_as_the_summary_says(clean_world, remittances):
    summary = clean_world[1]
    assert summary.rows["era_remittances"] == len(remittances)
    assert summary.rows["era_claims"] == sum(len(remittance.claims) for remittance in remittances)
    assert summary.control_totals["era_remittances"] == sum(remittance.amount for remittance in remittances)


def test_every_line_balances(remittances):
    lines = [line for remittance in remittances for claim in remittance.claims for line in claim.lines]
    assert lines
    assert [line for line in lines if line[0] - line[2] != line[1]] == []


def test_every_claim_balances(remittances):
    claims = [claim for remittance in remittances for claim in remittance.claims]
    assert [claim.identifier for claim in claims if claim.charge - claim.adjustments != claim.paid] == []


def test_every_remittance_balances(remittances):
    for remittance in remittances:
        provider = sum(amount for _, amount in remittance.provider_adjustments)
        assert sum(claim.paid for claim in remittance.claims) - provider == remittance.amount


def test_nothing_paid_is_sent_for_information_only(remittances):
    for remittance in remittances:
        assert remittance.amount >= 0
        assert (remittance.handling == "H") == (remittance.amount == 0) == (remittance.method == "NON")


def test_the_stories_are_told(remittances):
    statuses = {claim.status for remittance in remittances for claim in remittance.claims}
    codes = {code.split(":")[0] for remittance in remittances for code, _ in remittance.provider_adjustments}
    assert statuses == {"1", "4", "22"}
    assert codes == {"WO", "L6"}
    at_claim_level = [
        claim
        for remittance in remittances
        for claim in remittance.claims
        if claim.adjustments != sum(line[2] for line in claim.lines)
    ]
    assert at_claim_level


def test_a_reversal_negates_an_earlier_payment_and_stands_before_its_correction(remittances):
    paid = defaultdict(list)
    for remittance in remittances:
        for claim in remittance.claims:
            paid[claim.identifier].append((claim.status, claim.charge, claim.paid))
    reversed_claims = [answers for answers in paid.values() if "22" in [status for status, *_ in answers]]
    assert reversed_claims
    for answers in reversed_claims:
        (first, reversal, correction) = answers
        assert (first[0], reversal[0], correction[0]) == ("1", "22", "1")
        assert first[1] + reversal[1] == 0 == first[2] + reversal[2]
        assert correction[2] >= first[2]


def test_each_is_one_receipt_under_its_trace_number(clean_world, remittances):
    receipts = current(read_source(clean_world[0] / "landing", "receipts"), CONTRACTS["receipts"].key)
    of_eras = receipts.filter(pl.col("receipt_source") == "ERA")
    amounts = dict(of_eras.select("check_number", "amount").iter_rows())
    assert amounts == {remittance.trace: remittance.amount for remittance in remittances}
    assert of_eras.height == len(remittances)


def test_claims_of_this_system_are_charged_as_billed(clean_world, remittances):
    claims = current(read_source(clean_world[0] / "landing", "claims"), ("claim_id",))
    billed = dict(claims.select("claim_id", "charge_amount").iter_rows())
    voided = set(claims.drop_nulls("voided_on")["claim_id"])
    legacy = []
    for remittance in remittances:
        for claim in remittance.claims:
            if claim.identifier.startswith("PM-"):
                legacy.append(claim)
                continue
            assert abs(claim.charge) == billed[claim.identifier]
            assert claim.identifier not in voided
    assert legacy


def test_postings_of_a_remittance_are_what_its_claims_were_paid(clean_world, remittances):
    """Receipt by receipt and claim by claim, as far as posting has come by the last day."""
    landing = clean_world[0] / "landing"
    receipts = current(read_source(landing, "receipts"), ("receipt_id",))
    trace = dict(receipts.drop_nulls("check_number").select("receipt_id", "check_number").iter_rows())
    posted = defaultdict(Decimal)
    payments = read_source(landing, "payments").filter(pl.col("entry_type") == "insurance_payment")
    for receipt_id, claim_id, amount in payments.select("receipt_id", "claim_id", "amount").iter_rows():
        posted[trace[receipt_id], claim_id] += amount
    expected = defaultdict(Decimal)
    for remittance in remittances:
        for claim in remittance.claims:
            expected[remittance.trace, claim.identifier] += claim.paid
    taken_back = {key: amount for key, amount in posted.items() if key not in expected}
    withheld = sum(
        amount
        for remittance in remittances
        for code, amount in remittance.provider_adjustments
        if code.startswith("WO")
    )
    assert sum(taken_back.values()) < 0
    assert -sum(taken_back.values()) <= withheld
    assert {
        key: amount for key, amount in posted.items() if key in expected and amount != expected[key]
    } == {}


def test_pyx12_reads_every_segment_without_an_error(files):
    for path in files:
        text = path.read_text("ascii")
        reader = X12Reader(io.StringIO(text))
        assert len(list(reader)) == text.count("~")
        assert reader.pop_errors() == []


def test_pyx12_finds_the_implementation_guide_kept(files):
    """The full validation of a few files; it takes a second for each."""
    for path in files[:: len(files) // 4]:
        source = io.StringIO(path.read_text("ascii"))
        assert x12n_document(pyx12.params.params(), source, None, None, None)


def test_oxedi_finds_nothing_and_counts_the_same(files, remittances):
    by_trace = {remittance.trace: remittance for remittance in remittances}
    for path in files:
        parsed = oxedi.parse_file(path)
        assert [(item.kind, item.segment) for item in parsed.diagnostics] == []
        tables = parsed.tables.to_polars()
        ours = by_trace[tables["payments"]["trace_number"].item().decode()]
        assert parsed.count_claims() == len(ours.claims)
        assert parsed.sum_payments() == ours.amount
        assert tables["services"].height == sum(len(claim.lines) for claim in ours.claims)
