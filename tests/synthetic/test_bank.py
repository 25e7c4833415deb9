"""The banks hold the money of the receipts, to the cent: no more, no less, and each part once."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from deposits.calendar import federal_holidays
from ingestion.contracts import CONTRACTS
from tests.synthetic.world_reading import current, read_source

SIGNS = {"555": -1, "455": -1}


def open_day(day: date) -> date:
    """The day itself, or the day after it where that is a holiday; those of the world are Mondays."""
    return day + timedelta(days=day in federal_holidays(day.year))


def stated(landing: Path) -> pl.DataFrame:
    """The entries of all BAI2 files, read line by line without any library."""
    rows = []
    for path in sorted(landing.glob("*/*.bai")):
        account = ""
        for line in path.read_text("ascii").splitlines():
            fields = line.split(",")
            if fields[0] == "03":
                account = fields[1]
            if fields[0] == "16":
                amount = Decimal(fields[2]).scaleb(-2) * SIGNS.get(fields[1], 1)
                rows.append((account, path.parent.name, fields[1], amount, fields[4], fields[6]))
    names = ["bank_account", "deposited_on", "type_code", "amount", "bank_reference", "bank_text"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("deposited_on").str.to_date(), pl.col("amount").cast(pl.Decimal(18, 2))
    )


@pytest.fixture(scope="module")
def books(clean_world):
    """The current rows of the sources about money, and all entries of all banks."""
    landing = clean_world[0] / "landing"
    known = {
        source: current(read_source(landing, source), CONTRACTS[source].key)
        for source in ("receipts", "card_settlements", "bank_deposits", "receipt_imports", "locations")
    }
    entries = stated(landing)
    known["entries"] = pl.concat([entries, known["bank_deposits"].select(entries.columns)])
    return known


def test_every_other_clinic_banks_by_bai2(clean_world, books):
    assert stated(clean_world[0] / "landing")["bank_account"].unique().sort().to_list() == [
        "9000000001",
        "9000000003",
    ]
    assert books["bank_deposits"]["bank_account"].unique().sort().to_list() == ["9000000002", "9000000004"]


def test_what_payers_paid_arrives_once(books, clean_world):
    paid = books["receipts"].filter(
        (pl.col("payer_class") == "Insurance") & (pl.col("deposit_on") <= clean_world[1].last_on)
    )
    arrived = books["entries"].filter(pl.col("type_code").is_in(["142", "115"]))
    assert paid.filter(pl.col("amount") > 0).height == arrived.height
    assert dict(paid.filter(pl.col("amount") > 0).select("receipt_id", "amount").iter_rows()) == dict(
        arrived.select("bank_reference", "amount").iter_rows()
    )
    electronic = arrived.filter(pl.col("type_code") == "142")
    assert electronic.filter(~pl.col("bank_text").str.contains(r"TRN\*1\*|CAPITATION")).is_empty()


def test_slips_hold_the_cash_and_checks_of_their_day(books):
    receipts = books["receipts"].filter(
        (pl.col("payer_class") == "Patient")
        & (pl.col("payment_method") != "Credit Card")
        & pl.col("deposit_on").is_not_null()
    )
    reversals = books["receipts"].drop_nulls("reversal_of_receipt_id")
    reversed_on = reversals.select(
        pl.col("reversal_of_receipt_id").alias("receipt_id"),
        pl.col("received_at").dt.date().alias("reversed_on"),
    )
    deposited = receipts.join(reversed_on, on="receipt_id", how="left").filter(
        pl.col("reversed_on").is_null() | (pl.col("reversed_on") > pl.col("deposit_on"))
    )
    slips = books["entries"].filter(pl.col("type_code") == "301")
    assert slips["amount"].sum() == deposited["amount"].sum()
    next_open = {day: open_day(day) for day in deposited["deposit_on"].unique()}
    by_day = deposited.group_by(pl.col("deposit_on").replace_strict(next_open)).agg(pl.col("amount").sum())
    # Some of it was handed in on a holiday.
    assert any(day != booked for day, booked in next_open.items())
    assert dict(by_day.iter_rows()) == dict(
        slips.group_by("deposited_on").agg(pl.col("amount").sum()).iter_rows()
    )
    returned = books["entries"].filter(pl.col("type_code") == "555")
    bounced = deposited.drop_nulls("reversed_on")
    assert returned.height == bounced.height
    assert -returned["amount"].sum() == bounced["amount"].sum()


def test_nothing_is_booked_on_a_holiday(books):
    days = set(books["entries"]["deposited_on"])
    holidays = federal_holidays(2026)
    assert not days & holidays
    assert {day + timedelta(days=1) for day in (date(2026, 1, 19), date(2026, 2, 16))} <= days


def test_settlements_hold_the_card_money(books):
    cards = books["receipts"].filter(
        (pl.col("payment_method") == "Credit Card")
        & (pl.col("deposit_on").is_not_null() | pl.col("reversal_of_receipt_id").is_not_null())
    )
    settled = books["card_settlements"]
    by_location = {
        name: rows.group_by("location_id").agg(pl.col(column).sum())
        for name, rows, column in (("cards", cards, "amount"), ("settled", settled, "gross_amount"))
    }
    assert dict(by_location["cards"].iter_rows()) == dict(by_location["settled"].iter_rows())
    assert settled.filter(pl.col("gross_amount") - pl.col("fee_amount") != pl.col("net_amount")).is_empty()


def test_every_settlement_arrives_on_a_later_working_day(books, clean_world):
    arrived = books["entries"].filter(pl.col("type_code").is_in(["165", "455"]))
    both = books["card_settlements"].join(
        arrived, left_on="settlement_id", right_on="bank_reference", how="left"
    )
    late = both.filter(pl.col("amount").is_null() & (pl.col("net_amount") != 0))
    assert late.filter(pl.col("settled_on").dt.offset_by("4d") <= clean_world[1].last_on).is_empty()
    there = both.drop_nulls("amount")
    assert there.height == arrived.height
    assert there.filter(pl.col("amount") != pl.col("net_amount")).is_empty()
    assert there.filter(pl.col("deposited_on") <= pl.col("settled_on")).is_empty()
    assert there["deposited_on"].dt.weekday().max() <= 5


def test_rows_of_the_import_workbook_are_receipts(books):
    imported = books["receipt_imports"].select("patient_id", "received_on", "amount")
    receipts = books["receipts"].select(
        "patient_id", pl.col("received_at").dt.date().alias("received_on"), "amount"
    )
    assert imported.height > 0
    assert imported.join(receipts, on=["patient_id", "received_on", "amount"], how="anti").is_empty()
