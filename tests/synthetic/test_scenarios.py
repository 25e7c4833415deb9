"""Hand-made worlds and the X12 writer: what is given is what is written, right or wrong."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import CONTRACTS
from synthetic import amounts, scenarios
from synthetic.scenarios import AnsweredClaim, AnsweredLine, Scenario, remittance_text
from synthetic.x12_writer import ProviderAdjustment
from tests.synthetic.world_reading import read_file, read_remittances

DAY = date(2026, 1, 6)
CENTS = st.integers(0, 10**9)


@pytest.fixture
def scenario(tmp_path):
    return Scenario(tmp_path)


def test_every_ready_made_row_keeps_its_contract(scenario):
    rows = {
        "locations": scenarios.location(),
        "clinic_settings": scenarios.clinic_setting(),
        "emr_payments": scenarios.emr_payment("E1", on=DAY, amount="30.00"),
        "claims_feed": scenarios.feed_record("E1", on=DAY, amount="30.00"),
        "billing_payments": scenarios.billing_payment("B1", on=DAY, amount=Decimal("30.00")),
        "receipts": scenarios.receipt("R1", received_on=DAY, amount="30.00"),
        "payments": scenarios.posting("T1", receipt_id="R1", claim_id="800001E1", on=DAY, amount="30.00"),
        "disbursements": scenarios.disbursement("D1", receipt_id="R1", on=DAY, code="O", amount="1.00"),
        "claims": scenarios.claim("800001E1", on=DAY, amount="100.00"),
        "claim_lines": scenarios.claim_line("800001E1", 1, "100.00"),
        "claim_statuses": scenarios.claim_status("800001E1", on=DAY),
    }
    for source, row in rows.items():
        path = scenario.deliver(DAY, source, row)
        read = read_file(path, CONTRACTS[source]).drop("row_number")
        assert CONTRACTS[source].schema.is_valid(read, cast=True), source


def test_wrong_text_is_written_as_it_is(scenario):
    path = scenario.deliver(DAY, "receipts", scenarios.receipt("R1", received_on=DAY, amount="1,2,3"))
    assert '"1,2,3"' in path.read_text()


def test_an_unknown_column_is_refused(scenario):
    with pytest.raises(KeyError, match="receipts has no column colour"):
        scenario.deliver(DAY, "receipts", scenarios.receipt("R1", received_on=DAY, amount="1", colour="red"))


def test_no_file_is_replaced(scenario):
    scenario.deliver_bytes(DAY, "one.csv", b"first")
    with pytest.raises(FileExistsError):
        scenario.deliver_bytes(DAY, "one.csv", b"second")


lines = st.builds(AnsweredLine, st.integers(1, 10**7), CENTS, CENTS)
claims = st.lists(st.builds(AnsweredClaim, st.just("800001E1"), st.tuples(lines)), min_size=1, max_size=8)
withheld = st.lists(
    st.builds(ProviderAdjustment, st.just("WO"), st.just("X"), st.integers(1, 10**6)), max_size=8
)


@given(claims, withheld.map(tuple))
def test_a_remittance_that_is_not_forced_balances(tmp_path_factory, answered, provider_adjustments):
    text = remittance_text(
        answered, trace_number="1", payment_on=DAY, provider_adjustments=provider_adjustments
    )
    path = tmp_path_factory.mktemp("era") / "835.edi"
    path.write_text(text)
    (read,) = read_remittances(path)
    for claim in read.claims:
        assert claim.charge - claim.adjustments == claim.paid
        assert all(charge - adjusted == paid for charge, paid, adjusted in claim.lines)
    assert (
        sum(claim.paid for claim in read.claims) - sum(a for _, a in read.provider_adjustments) == read.amount
    )
    assert [len(claim.lines) for claim in read.claims] == [len(claim.lines) for claim in answered]
    assert len(read.provider_adjustments) == len(provider_adjustments)


def test_more_than_six_provider_adjustments_fill_a_second_segment():
    items = tuple(ProviderAdjustment("WO", str(number), 100) for number in range(7))
    claim = AnsweredClaim("800001E1", (AnsweredLine(10_000),))
    text = remittance_text([claim], trace_number="1", payment_on=DAY, provider_adjustments=items)
    assert text.count("PLB*") == 2


@given(st.integers(-(10**15), 10**15))
def test_amounts_are_written_exactly(cents):
    assert Decimal(amounts.x12_amount(cents)) == Decimal(cents).scaleb(-2)
    assert Decimal(scenarios.in_dollars(cents)) == Decimal(cents).scaleb(-2)


@given(st.lists(st.integers(-(10**11) + 1, 10**11 - 1), min_size=1, max_size=20))
def test_columns_of_amounts_are_written_exactly(cents):
    frame = pl.DataFrame({"cents": cents}).with_columns(
        amounts.plain(pl.col("cents")).alias("plain"),
        amounts.x12(pl.col("cents")).alias("x12"),
        amounts.accounting(pl.col("cents")).alias("accounting"),
    )
    for value, plain, x12, accounting in frame.iter_rows():
        exact = Decimal(value).scaleb(-2)
        assert Decimal(plain) == exact == Decimal(x12)
        assert accounting.strip("()") == f"${abs(exact):,.2f}"
        assert accounting.startswith("(") == (exact < 0)
