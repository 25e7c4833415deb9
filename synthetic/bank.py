"""Money at the bank: card batches, deposit slips, electronic payments, lockbox checks, returned checks.

Belongs here: when the money of a receipt reaches which account, and what the bank and the card processor say
about it. Does not belong here: the receipt itself (`ledger`), or how a bank writes it down (`exports`,
`bai2_writer`).

Every clinic has an account of its own, and payers pay into the first clinic's. Cash and checks are deposited
together, one slip for each clinic and day. Cards are settled on the day they are charged, less a fee, and
arrive on the next working day. On a holiday of the Federal Reserve the bank books nothing: what clinics and
payers hand in on it is booked on the next day on which banks are open. What a patient gets back on the day
after the sale is given back through the same till or terminal. Nothing is drawn here.
"""

from datetime import date

import polars as pl

from deposits.calendar import BankCalendar
from synthetic.bai2_writer import StatedAccount, StatedEntry, statement_text
from synthetic.chance import working_day
from synthetic.days import date_of, digits_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import FIRST_ON, PAYERS, Practice, on

# What BAI calls the entries of this bank.
CARD_MONEY, CARD_MONEY_BACK = "165", "455"
DEPOSIT_SLIP, RETURNED_ITEM = "301", "555"
ELECTRONIC_PAYMENT, LOCKBOX = "142", "115"

# The processor keeps 2.6 percent of what is charged, and ten cents for every card.
_FEE_PER_THOUSAND = 26
_FEE_PER_CARD_CENTS = 10
_AMERICAN_EXPRESS_IN = 5
_CALENDAR = BankCalendar()
_SATURDAY = 5


def account_of(location: pl.Expr) -> pl.Expr:
    """The bank account of a location: ``L01`` has ``9000000001``."""
    return pl.format("90000000{}", location.str.strip_prefix("L").str.zfill(2))


def receive_from_patients(deliveries: Deliveries, lives: pl.DataFrame) -> None:
    """Queue the money of patients' receipts, as it moves, for the batches of each day.

    `lives` are those of `ledger`. Money that was given back before it was deposited never gets to the bank.
    """
    deposited = lives.filter(pl.col("deposit_day").is_not_null())
    is_card = pl.col("payment_method") == "Credit Card"
    amount = pl.col("amount_cents")
    _queue_movements(deliveries, deposited.filter(is_card), "card", pl.col("deposit_day"), amount)
    for changed, back in (("edited_day", amount - pl.col("edited_cents")), ("reversed_day", amount)):
        given_back = deposited.filter(is_card & pl.col(changed).is_not_null())
        _queue_movements(deliveries, given_back, "card", pl.col(changed), -back)
    on_slip = deposited.filter(
        ~is_card & (pl.col("reversed_day").is_null() | (pl.col("reversed_day") > pl.col("deposit_day")))
    )
    _queue_movements(
        deliveries, on_slip, "slip", pl.col("deposit_day"), pl.coalesce("edited_cents", "amount_cents")
    )
    _return_checks(deliveries, on_slip.filter(pl.col("reversed_day").is_not_null()))


def _queue_movements(
    deliveries: Deliveries, receipts: pl.DataFrame, kind: str, day: pl.Expr, cents: pl.Expr
) -> None:
    if receipts.is_empty():
        return
    number = pl.col("receipt_id").str.extract(r"(\d+)").cast(pl.Int64)
    is_american_express = (number % _AMERICAN_EXPRESS_IN == 0) & (pl.lit(kind) == "card")
    moved = (
        receipts.select(
            "location_id",
            day.alias(DELIVERY),
            cents.alias("cents"),
            pl.when(is_american_express).then(pl.lit("amex")).otherwise(pl.lit(kind)).alias("kind"),
        )
        .group_by(DELIVERY, "location_id", "kind", maintain_order=True)
        .agg(
            pl.col("cents").filter(pl.col("cents") > 0).sum().alias("taken_cents"),
            pl.col("cents").filter(pl.col("cents") < 0).sum().alias("given_back_cents"),
            (pl.col("cents") > 0).sum().cast(pl.Int64).alias("taken_count"),
            pl.len().cast(pl.Int64).alias("item_count"),
        )
    )
    deliveries.add("money_movements", moved)


def _return_checks(deliveries: Deliveries, bounced: pl.DataFrame) -> None:
    """A check that comes back leaves the account again, item by item."""
    _queue_entries(
        deliveries,
        bounced.select(
            "location_id",
            pl.col("reversed_day").alias("booked_day"),
            (-pl.coalesce("edited_cents", "amount_cents")).alias("amount_cents"),
            pl.lit(RETURNED_ITEM).alias("type_code"),
            pl.col("receipt_id").alias("entry"),
            pl.col("check_number").alias("customer_reference"),
            pl.lit("DEPOSITED ITEM RETURNED").alias("bank_text"),
        ),
    )


def receive_from_payers(deliveries: Deliveries, receipts: pl.DataFrame) -> None:
    """Queue what payers pay: an electronic payment with its trace, or a check through the lockbox."""
    paid = receipts.filter((pl.col("amount_cents") > 0) & pl.col("deposit_day").is_not_null())
    tax_ids = {payer.payer_id: f"1{payer.tax_id}" for payer in PAYERS}
    is_electronic = pl.col("payment_method") == "EFT"
    traced = paid.with_columns(
        pl.col("payer_id").replace_strict(tax_ids, default=None, return_dtype=pl.String).alias("originator")
    ).with_columns(
        pl.when(is_electronic & pl.col("originator").is_not_null())
        .then(pl.format("HCCLAIMPMT TRN*1*{}*{}\\", pl.col("check_number"), pl.col("originator")))
        .when(is_electronic)
        .then(pl.format("CAPITATION {}", pl.col("check_number")))
        .otherwise(pl.format("LOCKBOX CHECK {}", pl.col("check_number")))
        .alias("bank_text")
    )
    _queue_entries(
        deliveries,
        traced.select(
            "location_id",
            pl.col("deposit_day").alias("booked_day"),
            "amount_cents",
            pl.when(is_electronic)
            .then(pl.lit(ELECTRONIC_PAYMENT))
            .otherwise(pl.lit(LOCKBOX))
            .alias("type_code"),
            pl.col("receipt_id").alias("entry"),
            pl.when(is_electronic & pl.col("originator").is_not_null())
            .then(pl.col("check_number"))
            .alias("trace_number"),
            pl.when(is_electronic).then(pl.col("originator")).alias("payer_identifier"),
            pl.when(~is_electronic).then(pl.col("check_number")).alias("customer_reference"),
            "bank_text",
        ),
    )


def close_batches(day: int, movements: pl.DataFrame | None, deliveries: Deliveries) -> None:
    """Settle the day's cards and deposit the day's slips."""
    if movements is None:
        return
    batches = movements.group_by("location_id", "kind").agg(pl.all().sum()).sort("location_id", "kind")
    slips = batches.filter(pl.col("kind") == "slip").with_columns(amount_cents=pl.col("taken_cents"))
    number = pl.format("{}-{}", pl.lit(f"{day:04}"), pl.col("location_id"))
    _queue_entries(
        deliveries,
        slips.filter(pl.col("amount_cents") > 0).select(
            "location_id",
            pl.lit(day, dtype=pl.Int64).alias("booked_day"),
            "amount_cents",
            pl.lit(DEPOSIT_SLIP).alias("type_code"),
            pl.format("SLIP{}", number).alias("entry"),
            pl.format("SLIP{}", number).alias("customer_reference"),
            pl.format("DEPOSIT OF {} ITEMS", pl.col("item_count")).alias("bank_text"),
        ),
    )
    _settle(day, batches.filter(pl.col("kind") != "slip"), deliveries)


def _settle(day: int, cards: pl.DataFrame, deliveries: Deliveries) -> None:
    if cards.is_empty():
        return
    arrives = int(working_day(pl.Series([day + 1]).to_numpy())[0])
    settled = cards.with_columns(
        gross_cents=pl.col("taken_cents") + pl.col("given_back_cents"),
        fee_cents=pl.col("taken_cents") * _FEE_PER_THOUSAND // 1_000
        + pl.col("taken_count") * _FEE_PER_CARD_CENTS,
        settlement_id=pl.format(
            "S{}-{}-{}",
            digits_of(pl.lit(day)),
            pl.col("location_id"),
            pl.col("kind").str.slice(0, 1).str.to_uppercase(),
        ),
    ).with_columns(net_cents=pl.col("gross_cents") - pl.col("fee_cents"))
    deliveries.add(
        "card_settlements",
        settled.select(
            "settlement_id",
            date_of(pl.lit(day)).alias("settled_on"),
            pl.format("{}-{}", digits_of(pl.lit(day)), pl.col("location_id")).alias("batch_id"),
            pl.when(pl.col("kind") == "amex")
            .then(pl.lit("American Express"))
            .otherwise(pl.lit("Visa and Mastercard"))
            .alias("card_kind"),
            "gross_cents",
            "fee_cents",
            "net_cents",
            pl.col("item_count").alias("transaction_count"),
            "location_id",
            pl.lit(day, dtype=pl.Int64).alias(DELIVERY),
        ),
    )
    arriving = settled.filter(pl.col("net_cents") != 0)
    _queue_entries(
        deliveries,
        arriving.select(
            "location_id",
            pl.lit(arrives, dtype=pl.Int64).alias("booked_day"),
            pl.col("net_cents").alias("amount_cents"),
            pl.when(pl.col("net_cents") > 0)
            .then(pl.lit(CARD_MONEY))
            .otherwise(pl.lit(CARD_MONEY_BACK))
            .alias("type_code"),
            pl.col("settlement_id").alias("entry"),
            pl.col("settlement_id").alias("customer_reference"),
            pl.format("CARD SETTLEMENT {}", pl.col("settlement_id")).alias("bank_text"),
        ),
    )


def _queue_entries(deliveries: Deliveries, entries: pl.DataFrame) -> None:
    """Queue entries for the statement of the day on which the bank books them."""
    if entries.is_empty():
        return
    optional = ("trace_number", "payer_identifier", "customer_reference")
    days = entries["booked_day"].unique().to_list()
    open_days = {day: booked_day(day) for day in days}
    entries = entries.with_columns(
        pl.col("booked_day").replace_strict(open_days, return_dtype=pl.Int64).alias("booked_day")
    )
    deliveries.add(
        "bank_entries",
        entries.select(
            "location_id",
            account_of(pl.col("location_id")).alias("bank_account"),
            pl.format("{}-{}", digits_of(pl.col("booked_day")), pl.col("entry")).alias("deposit_id"),
            date_of(pl.col("booked_day")).alias("deposited_on"),
            "amount_cents",
            "type_code",
            *(
                pl.col(name) if name in entries.columns else pl.lit(None, dtype=pl.String).alias(name)
                for name in optional
            ),
            pl.col("entry").alias("bank_reference"),
            "bank_text",
            pl.col("booked_day").alias(DELIVERY),
        ),
    )


def booked_day(day: int) -> int:
    """The day on which the bank books what comes on a day: a weekend as it comes, a holiday on the next open
    day.
    """
    return day if on(day).weekday() >= _SATURDAY else (_CALENDAR.open_on(on(day)) - FIRST_ON).days


def is_stated_in_bai2(practice: Practice) -> pl.Expr:
    """Whether the bank of a location sends BAI2: every second clinic's does, beginning with the first's."""
    locations = [clinic.location_id for clinic in practice.clinics[::2]]
    return pl.col("location_id").is_in(locations)


def bai2_text(as_of: date, entries: pl.DataFrame) -> str:
    """The statement of one day: one group with an account for each that has entries."""
    accounts = [
        StatedAccount(
            str(number),
            tuple(
                StatedEntry(
                    entry["type_code"],
                    abs(entry["amount_cents"]),
                    entry["bank_reference"] or "",
                    entry["customer_reference"] or "",
                    entry["bank_text"] or "",
                )
                for entry in rows.iter_rows(named=True)
            ),
            (("100", int(rows["amount_cents"].clip(lower_bound=0).sum())),),
        )
        for (number,), rows in entries.group_by("bank_account", maintain_order=True)
    ]
    return statement_text([accounts], as_of=as_of)
