"""The billing office: statements that patients pay, checks that bounce, refunds, packages, capitation.

Belongs here: receipts that do not begin at a front desk and are not made by a remittance. Does not belong
here: what payers decide. Every story keeps each receipt between nothing and all of its money on every single
day.
"""

import numpy as np
import polars as pl

from synthetic import claims, ledger
from synthetic.chance import Chance, working_day
from synthetic.days import date_of, digits_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import CAPITATION_PAYER_ID, FIRST_ON, PACKAGE_PROCEDURE, Practice, on

# A posting may carry the batch date of an earlier month only until that month is closed.
CLOSING_DAY_OF_MONTH = 10


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
    ledger.add_receipts(deliveries, paid)
    _post_statements(paid, balances, deliveries)
    _post_by_staff(paid, deliveries)
    voided = paid.filter("is_void_check")
    ledger.add_disbursements(
        deliveries,
        voided.with_columns(
            pl.lit("V").alias("disbursement_code"), pl.col("completed_day").alias("disbursed_day")
        ),
    )
    _enter_twice(paid, chance, deliveries)


def _statement_receipts(statements: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    count = statements.height
    received = working_day(statements["stated_day"].to_numpy() + chance.between(count, 5, 28))
    entered = working_day(received + chance.one_of(count, (0, 1, 3), (0.85, 0.1, 0.05)))
    method = chance.word(count, ("Check", "Credit Card"), (0.7, 0.3))
    is_check = method == "Check"
    is_void = is_check & chance.happens(count, 0.03)
    waits = chance.one_of(count, (0, 1, 4, 12, 25), (0.78, 0.1, 0.06, 0.04, 0.02))
    completed = np.where(is_void, entered + 1, entered + waits)
    bounces = is_check & ~is_void & chance.happens(count, 0.015)
    returned = working_day(completed + chance.between(count, 5, 12))
    reference = batch_day(entered, completed, chance.happens(count, 0.5))
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
        pl.Series("entered_day", entered),
        pl.Series("reference_day", entered),
        pl.when(~pl.Series(is_void)).then(pl.Series(working_day(entered + 1))).alias("deposit_day"),
        pl.Series("completed_day", completed),
        pl.when(pl.Series(bounces)).then(pl.Series(returned)).alias("reversed_day"),
        pl.lit("New").alias("first_status"),
        pl.Series("is_void_check", is_void),
        pl.Series("posting_reference_day", reference),
    )


def _post_statements(paid: pl.DataFrame, balances: pl.DataFrame, deliveries: Deliveries) -> None:
    """Apply each receipt to the lines it pays, close the claim, and undo both where the check comes back."""
    applied = balances.select("visit", "line_number", "balance_cents").join(
        paid.filter(~pl.col("is_void_check")), on="visit", how="inner", maintain_order="left"
    )
    posted = applied.with_columns(
        pl.format("T{}-{}", pl.col("receipt_id"), pl.col("line_number")).alias("payment_id"),
        pl.lit("patient_payment").alias("entry_type"),
        pl.col("balance_cents").alias("amount_cents"),
        pl.col("completed_day").alias("posting_day"),
        pl.col("posting_reference_day").alias("reference_day"),
    )
    returned = posted.filter(pl.col("reversed_day").is_not_null()).with_columns(
        pl.format("{}-R", pl.col("payment_id")).alias("payment_id"),
        -pl.col("amount_cents"),
        pl.col("reversed_day").alias("posting_day"),
        pl.col("reversed_day").alias("reference_day"),
    )
    for rows in (posted, returned):
        ledger.add_postings(deliveries, rows)
    done = paid.filter(~pl.col("is_void_check"))
    again = done.filter(pl.col("reversed_day").is_not_null())
    for rows, level, status, sequence, day in (
        (done, "Statement", "Done", 4, "completed_day"),
        (again, "Statement", "Statement 2", 5, "reversed_day"),
    ):
        claims.add_statuses(
            deliveries,
            rows.with_columns(
                pl.lit(level).alias("claim_level"),
                pl.lit(status).alias("claim_status"),
                pl.lit(sequence).alias("change_sequence"),
                pl.col(day).alias("changed_day"),
                pl.col("stated_day").alias("invoice_day"),
            ),
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


def _enter_twice(paid: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """A few checks are keyed twice; the second receipt is taken out of escrow as an error correction."""
    chosen = paid.filter(pl.Series(chance.happens(paid.height, 0.02)))
    if chosen.is_empty():
        return
    twice = chosen.with_columns(
        pl.format("R{}X", pl.col("visit")).alias("receipt_id"),
        pl.lit(None, dtype=pl.Int64).alias("deposit_day"),
        pl.lit(None, dtype=pl.Int64).alias("reversed_day"),
        (pl.col("entered_day") + 2).alias("completed_day"),
    )
    ledger.add_receipts(deliveries, twice)
    ledger.add_disbursements(
        deliveries,
        twice.with_columns(
            pl.lit("E").alias("disbursement_code"), pl.col("completed_day").alias("disbursed_day")
        ),
    )


def refund_credits(overpaid: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """Give back what was overpaid at the desk.

    `overpaid` has one row per claim: visit, claim_id, credit_cents (positive), settled_day. The credit is
    taken off line 1 first, which puts the money back on its receipt, and is refunded from there on the same
    day.
    """
    if overpaid.is_empty():
        return
    count = overpaid.height
    refunded = working_day(overpaid["settled_day"].to_numpy() + chance.between(count, 10, 25))
    rows = overpaid.with_columns(
        pl.format("R{}D", pl.col("visit")).alias("receipt_id"),
        pl.Series("refunded_day", refunded),
        pl.Series("posting_day", refunded),
        pl.Series("reference_day", refunded),
        pl.lit("patient_payment").alias("entry_type"),
        pl.lit(1, dtype=pl.Int64).alias("line_number"),
    )
    ledger.add_postings(
        deliveries,
        rows.with_columns(
            pl.format("T{}F", pl.col("receipt_id")).alias("payment_id"),
            (-pl.col("credit_cents")).alias("amount_cents"),
        ),
    )
    ledger.add_refunds(deliveries, rows.with_columns(pl.col("credit_cents").alias("amount_cents")))


def sell_packages(visits: pl.DataFrame, chance: Chance, deliveries: Deliveries) -> None:
    """Packages paid in advance: some are used up weeks later, the others stay in escrow."""
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
        pl.lit("Hold").alias("first_status"),
        pl.col("minute").alias("received_minute"),
        *(
            pl.col("visit_day").alias(name)
            for name in ("received_day", "entered_day", "reference_day", "deposit_day")
        ),
        pl.when(pl.Series(chance.happens(count, 0.6))).then(pl.Series(used)).alias("completed_day"),
        claims.claim_id(claims.Encounter.PACKAGE).alias("claim_id"),
    )
    ledger.add_receipts(deliveries, packages)
    consumed = packages.filter(pl.col("completed_day").is_not_null()).with_columns(
        *(pl.col("completed_day").alias(name) for name in ("sold_day", "posting_day", "reference_day")),
        pl.format("T{}C", pl.col("receipt_id")).alias("payment_id"),
        pl.lit("patient_payment").alias("entry_type"),
        pl.lit(1, dtype=pl.Int64).alias("line_number"),
    )
    claims.self_pay_claims(deliveries, consumed, PACKAGE_PROCEDURE)
    ledger.add_postings(deliveries, consumed)


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
