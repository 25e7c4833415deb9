"""The billing office: statements that patients pay, checks that bounce, refunds, packages, capitation.

Belongs here: receipts that do not begin at a front desk and are not made by a remittance. Does not belong
here: what payers decide. Every story keeps each receipt between nothing and all of its money on every single
day.
"""

import numpy as np
import polars as pl

from synthetic import claims, ledger
from synthetic.chance import Chance, Days, working_day
from synthetic.days import date_of, digits_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import CAPITATION_PAYER_ID, CLOSING_DAY_OF_MONTH, FIRST_ON, PACKAGE_CODE, Practice, on

# A posting may carry the batch date of an earlier month only until that month is closed.


def batch_day(receipt_days: np.ndarray, posting_days: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The batch day of postings: the receipt's where that is wanted and its month is still open."""
    first = np.datetime64(FIRST_ON)
    receipt_month = (first + receipt_days).astype("datetime64[M]")
    posting_date = first + posting_days
    months_between = (posting_date.astype("datetime64[M]") - receipt_month).astype(int)
    day_of_month = (posting_date - posting_date.astype("datetime64[M]")).astype(int) + 1
    is_open = (months_between == 0) | ((months_between == 1) & (day_of_month < CLOSING_DAY_OF_MONTH))
    return np.where(wanted & is_open, receipt_days, posting_days)


def send_statements(balances: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """Let patients pay what is left on their claims.

    `balances` has one row per claim line with a positive balance: visit, claim_id, patient_id, location_id,
    billing_location_id, line_number, balance_cents, stated_day (the claim became collectable on that day).
    Rows of a claim are adjacent.
    """
    if balances.is_empty():
        return
    statements = balances.group_by("visit", maintain_order=True).agg(
        pl.col("claim_id", "patient_id", "location_id", "billing_location_id", "stated_day").first(),
        pl.col("balance_cents").sum().alias("amount_cents"),
    )
    paid = _statement_receipts(statements.filter(pl.Series(chance.happens(statements.height, 0.82))), chance)
    if paid.is_empty():
        return
    ledger.add_patient_receipts(deliveries, paid)
    _state_again(paid, deliveries)
    _post_by_staff(paid, deliveries)
    _import_lockbox(paid.filter(pl.col("receipt_source") == "MML"), deliveries)
    _disburse(paid.filter("is_void_check"), "V", "entered_day", deliveries)
    _enter_twice(paid, chance, deliveries)


def _statement_receipts(statements: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    count = statements.height
    received = working_day(statements["stated_day"].to_numpy() + chance.between(count, 5, 28))
    method = chance.word(count, ("Check", "Credit Card"), (0.7, 0.3))
    is_check = method == "Check"
    is_void = is_check & chance.happens(count, 0.03)
    bounces = is_check & ~is_void & chance.happens(count, 0.015)
    returned = working_day(received + chance.between(count, 5, 12))
    return statements.with_columns(
        pl.format("R{}S", pl.col("visit")).alias("receipt_id"),
        pl.lit("Patient").alias("payer_class"),
        pl.lit("General").alias("receipt_type"),
        pl.Series("payment_method", method),
        pl.Series("receipt_source", chance.word(count, ("Normal", "MML"), (0.7, 0.3))),
        pl.when(pl.Series(is_check))
        .then(pl.format("{}", 2000 + pl.col("visit") % 7919))
        .alias("check_number"),
        pl.Series("received_day", received),
        pl.Series("received_minute", chance.between(count, 8 * 60, 17 * 60)),
        pl.Series("entered_day", received),
        pl.Series("reference_day", received),
        pl.when(~pl.Series(is_void)).then(pl.Series(working_day(received + 1))).alias("deposit_day"),
        pl.when(pl.Series(bounces)).then(pl.Series(returned)).alias("reversed_day"),
        pl.lit("New").alias("first_status"),
        pl.Series("is_void_check", is_void),
    )


def _state_again(paid: pl.DataFrame, deliveries: Deliveries) -> None:
    """A check that comes back leaves its claim open; the patient gets a second statement."""
    bounced = paid.filter(pl.col("reversed_day").is_not_null())
    claims.add_statuses(
        deliveries,
        bounced.with_columns(
            pl.lit("Statement").alias("claim_level"),
            pl.lit("Statement 2").alias("claim_status"),
            pl.lit(5).alias("change_sequence"),
            pl.col("reversed_day").alias("changed_day"),
            pl.col("stated_day").alias("invoice_day"),
        ),
    )


def _disburse(receipts: pl.DataFrame, code: str, day: str, deliveries: Deliveries) -> None:
    """Take the whole of each receipt out of the system on the day in the column `day`."""
    ledger.add_patient_entries(
        deliveries,
        receipts.with_columns(
            pl.lit(code).alias("disbursement_code"),
            pl.col(day).alias("entered_day"),
            pl.format("D{}-{}", pl.col("receipt_id"), pl.lit(code)).alias("source_id"),
        ),
        "disburse",
    )


def _post_by_staff(paid: pl.DataFrame, deliveries: Deliveries) -> None:
    """The billing company's staff shows in the balancing export too, under its own user."""
    deliveries.add(
        "billing_payments",
        paid.select(
            pl.format("BP{}S", pl.col("visit")).alias("billing_payment_id"),
            "patient_id",
            "billing_location_id",
            date_of(pl.col("entered_day")).alias("deposit_on"),
            date_of(pl.col("entered_day")).alias("posting_on"),
            pl.lit("rcm.staff").alias("posted_by"),
            pl.lit("Statement Payment").alias("charge_type"),
            pl.col("payment_method").replace({"Credit Card": "Credit"}).alias("money_type"),
            "check_number",
            pl.format("{}-RCM", digits_of(pl.col("entered_day"))).alias("batch_number"),
            "amount_cents",
            pl.col("entered_day").alias(DELIVERY),
        ),
    )


def _import_lockbox(paid: pl.DataFrame, deliveries: Deliveries) -> None:
    """Receipts that a service takes by mail come as rows of the import workbook."""
    if paid.is_empty():
        return
    deliveries.add(
        "receipt_imports",
        paid.select(
            "patient_id",
            pl.format("ST{}", pl.col("visit")).alias("statement_id"),
            date_of(pl.col("received_day")).alias("received_on"),
            "amount_cents",
            "receipt_type",
            "payment_method",
            "check_number",
            pl.lit("Paid by mail").alias("comment"),
            pl.col("received_day").alias(DELIVERY),
        ),
    )


def _enter_twice(paid: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """A few checks are keyed twice; the second receipt is taken out of escrow as an error correction."""
    chosen = paid.filter(pl.Series(chance.happens(paid.height, 0.02)))
    if chosen.is_empty():
        return
    twice = chosen.with_columns(
        pl.format("R{}X", pl.col("visit")).alias("receipt_id"),
        pl.lit(None, dtype=pl.Int64).alias("deposit_day"),
        pl.lit(None, dtype=pl.Int64).alias("reversed_day"),
    )
    ledger.add_patient_receipts(deliveries, twice)
    # It is seen on the same day, before the night's pass would post it.
    _disburse(twice, "E", "entered_day", deliveries)


def refund_credits(overpaid: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """Give back what was overpaid at the desk.

    `overpaid` has one row per claim: visit, claim_id, credit_cents (positive), settled_day. Refunding takes
    the credit off the claim and gives it back on the same day; where the receipt made no such credit, nothing
    is refunded.
    """
    if not overpaid.is_empty():
        _refund(overpaid, chance.between(overpaid.height, 10, 25), deliveries)


def refund_credits_in_turn(overpaid: pl.DataFrame, deliveries: Deliveries) -> None:
    """The same for claims whose waiting time is not drawn: it follows from the number of the visit."""
    if not overpaid.is_empty():
        _refund(overpaid, 10 + overpaid["visit"].to_numpy() % 16, deliveries)


def _refund(overpaid: pl.DataFrame, waiting: Days, deliveries: Deliveries) -> None:
    refunded = working_day(overpaid["settled_day"].to_numpy() + waiting)
    rows = overpaid.select(
        pl.format("R{}D", pl.col("visit")).alias("receipt_id"),
        pl.format("FR{}D", pl.col("visit")).alias("source_id"),
        pl.col("credit_cents").alias("amount_cents"),
        pl.Series("entered_day", refunded),
    )
    ledger.add_patient_entries(deliveries, rows, "refund")


def sell_packages(visits: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """Packages paid in advance: held until they are used up, then moved to the books of the store."""
    chosen = visits.filter(pl.Series(chance.happens(visits.height, 0.008)))
    if chosen.is_empty():
        return
    count = chosen.height
    used = chosen["visit_day"].to_numpy() + chance.between(count, 12, 45)
    packages = chosen.with_columns(
        pl.format("R{}P", pl.col("visit")).alias("receipt_id"),
        pl.lit("Patient").alias("payer_class"),
        pl.lit("Pre-Pay").alias("receipt_type"),
        pl.lit("Credit Card").alias("payment_method"),
        pl.lit("Normal").alias("receipt_source"),
        pl.lit(None, dtype=pl.String).alias("payer_id"),
        pl.lit(None, dtype=pl.String).alias("appointment_id"),
        pl.Series("amount_cents", chance.between(count, 10, 40) * 1_000),
        pl.lit("New").alias("first_status"),
        pl.col("minute").alias("received_minute"),
        *(
            pl.col("visit_day").alias(name)
            for name in ("received_day", "entered_day", "reference_day", "deposit_day")
        ),
        pl.Series("hold_day", used),
    )
    ledger.add_patient_receipts(deliveries, packages)
    ledger.add_patient_entries(
        deliveries,
        packages.with_columns(source_id=date_of(pl.col("hold_day")).cast(pl.String)).drop("amount_cents"),
        "set_status",
    )
    _disburse(packages, PACKAGE_CODE, "hold_day", deliveries)


def receive_capitation(practice: Practice, day: int, chance: Chance, deliveries: Deliveries) -> None:
    """On the fourth of each month, or the Monday after, a payer sends each clinic its fee per member."""
    due = [number for number in range(day - 2, day + 1) if number >= 0 and on(number).day == 4]
    if not due or int(working_day(np.array(due))[0]) != day:
        return
    count = len(practice.clinics)
    receipts = pl.DataFrame(
        {"location_id": [clinic.location_id for clinic in practice.clinics]}
    ).with_columns(
        pl.format("RCAP{}-{}", pl.lit(on(day).strftime("%Y%m")), pl.col("location_id")).alias("receipt_id"),
        pl.lit("Insurance").alias("payer_class"),
        pl.lit(CAPITATION_PAYER_ID).alias("payer_id"),
        pl.lit("Insurance").alias("receipt_type"),
        pl.lit("EFT").alias("payment_method"),
        pl.lit("Normal").alias("receipt_source"),
        pl.format("CAP{}", pl.lit(on(day).strftime("%Y%m%d"))).alias("check_number"),
        pl.Series("amount_cents", chance.between(count, 40, 90) * 1_250),
        pl.lit("New").alias("first_status"),
        pl.lit(6 * 60, dtype=pl.Int64).alias("received_minute"),
        *(
            pl.lit(day, dtype=pl.Int64).alias(name)
            for name in ("received_day", "entered_day", "reference_day", "deposit_day")
        ),
        pl.Series("completed_day", day + chance.between(count, 0, 2)),
    )
    ledger.add_receipts(deliveries, receipts)
    ledger.add_disbursements(
        deliveries,
        receipts.with_columns(
            pl.lit("CP").alias("disbursement_code"), pl.col("completed_day").alias("disbursed_day")
        ),
    )
