"""The front desk: payments in the EMR's log, the rows they become in billing, and their receipts.

Belongs here: everything that begins with a patient paying at a clinic. Does not belong here: statements,
checks by mail and what payers send, which begin in the billing office. In the clean world every payment that
flows arrives in billing on its own day, with the same amount, on the date by which the clinic is balanced.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic import claims, claims_feed, ledger
from synthetic.chance import Chance, working_day
from synthetic.days import date_of, digits_of
from synthetic.deliveries import DELIVERY, Deliveries
from synthetic.practice import RETAIL_PROCEDURE, RETAIL_TYPES, Practice

_DESK_TYPES = {
    "copay": ("Copay", "Co-Pay"),
    "coinsurance": ("Coinsurance", "Patient Coinsurance"),
    "deductible": ("Deductible", "Patient Deductible"),
    "self_pay": ("Payment on Account", "Payment on Account"),
}
_METHODS = ("Cash", "Check", "Credit Card")
_METHOD_WEIGHTS = (0.15, 0.1, 0.75)
# Two of a hundred payments are taken in the last minutes of the day, by phone.
_LATE_MINUTE = 23 * 60 + 50


@dataclass(frozen=True, slots=True)
class Desk:
    """One day at the desks of all clinics. `visits` are the completed ones, with their claim story."""

    practice: Practice
    chance: Chance
    day: int
    visits: pl.DataFrame
    deliveries: Deliveries

    def setting(self, attribute: str) -> pl.Expr:
        """The value of a clinic setting in force today, by the column `clinic`."""
        values = [getattr(clinic.setting_on(self.day), attribute) for clinic in self.practice.clinics]
        return pl.lit(pl.Series(values)).gather(pl.col("clinic"))


def take_payments(desk: Desk) -> pl.DataFrame:
    """Take the day's payments. Returns (visit, desk_cents): what was paid towards line 1 of each claim."""
    visit_payments = _visit_payments(desk)
    retail = _retail_sales(desk)
    payments = pl.concat([visit_payments, retail, _internal_payments(desk), _unpaid(desk)], how="diagonal")
    payments = payments.with_columns(
        is_flowing=(pl.col("payment_status") == "Paid")
        & (pl.col("charge_type") != "Internal Payment")
        & desk.setting("is_integration_on")
    )
    _log_in_emr(desk, payments)
    _report_in_feed(desk, payments)
    _import_to_billing(desk, payments.filter("is_flowing"))
    _enter_by_hand(desk, payments.filter(~pl.col("is_flowing") & (pl.col("payment_status") == "Paid")))
    _receive_for_visits(desk, visit_payments)
    _receive_for_retail(desk, retail)
    return visit_payments.filter(~pl.col("is_voided")).select(
        "visit", pl.coalesce("changed_cents", "paid_cents").alias("desk_cents")
    )


def _visit_payments(desk: Desk) -> pl.DataFrame:
    """Co-pays and the like, some voided and some corrected on the next day, before anything is applied."""
    visits, chance = desk.visits, desk.chance
    count = visits.height
    pays = chance.happens(count, 0.78)
    overpays = chance.happens(count, 0.03)
    # Nine percent of the charge stays below a fifth of what any payer allows, so coinsurance is rarely
    # overpaid.
    share = visits["first_line_cents"].to_numpy() * 9 // 100
    deductible = np.where(visits["visit"].to_numpy() % 2 == 0, 3_000, share)
    plan = visits["plan"].to_numpy()
    cents = np.select(
        [plan == "copay", plan == "coinsurance", plan == "deductible"],
        [visits["copay_cents"].to_numpy() + overpays * 1_000, share, deductible],
        default=chance.between(count, 20, 60) * 100 + chance.one_of(count, (0, 25, 50)),
    )
    waits = visits["created_day"].to_numpy() >= desk.day + 2
    may_change = waits & (visits["story"].to_numpy() == "plain")
    # A payment on account pays what is open at once; only one that waits for its claim can still be changed.
    waits_for_claim = may_change & (plan != "self_pay")
    is_voided = waits_for_claim & chance.happens(count, 0.1)
    is_edited = waits_for_claim & ~is_voided & chance.happens(count, 0.3)
    charge_types = {name: types[0] for name, types in _DESK_TYPES.items()}
    payments = visits.with_columns(
        pl.col("plan").replace_strict(charge_types, return_dtype=pl.String).alias("charge_type"),
        pl.lit("Paid").alias("payment_status"),
        pl.lit("D").alias("suffix"),
        pl.Series("paid_cents", cents),
        pl.Series("is_voided", is_voided),
        pl.Series("is_edited", is_edited),
        pl.Series("payment_method", chance.word(count, _METHODS, _METHOD_WEIGHTS)),
        pl.Series("is_late", chance.happens(count, 0.02)),
    )
    return payments.filter(pl.Series(pays)).with_columns(
        changed_cents=pl.when("is_edited").then(pl.col("paid_cents") - 500),
        changed_status=pl.when("is_voided").then(pl.lit("Voided")).when("is_edited").then(pl.lit("Paid")),
    )


def _retail_sales(desk: Desk) -> pl.DataFrame:
    count = desk.visits.height
    wanted = pl.Series("charge_type", desk.chance.word(count, RETAIL_TYPES))
    cents = desk.chance.between(count, 4, 60) * 250 - 1
    method = desk.chance.word(count, _METHODS, _METHOD_WEIGHTS)
    sales = desk.visits.with_columns(
        wanted,
        pl.lit("Paid").alias("payment_status"),
        pl.lit("R").alias("suffix"),
        pl.Series("paid_cents", cents),
        pl.Series("payment_method", method),
    ).filter(pl.Series(desk.chance.happens(count, 0.06)))
    # A claim of the same day would draw a co-pay that still waits for its own.
    sales = sales.filter(pl.col("created_day") == pl.col("visit_day"))
    # A type that the clinic does not send is rung up as one that it does.
    is_enabled = desk.setting("enabled_charge_types").list.contains(pl.col("charge_type"))
    return sales.with_columns(
        pl.when(is_enabled).then(pl.col("charge_type")).otherwise(pl.lit("Other")).alias("charge_type")
    )


def _internal_payments(desk: Desk) -> pl.DataFrame:
    """Payments that stay in the EMR; every fourth is voided on the next day."""
    count = desk.visits.height
    cents = desk.chance.between(count, 5, 50) * 100
    return (
        desk.visits.with_columns(
            pl.lit("Internal Payment").alias("charge_type"),
            pl.lit("Paid").alias("payment_status"),
            pl.lit("I").alias("suffix"),
            pl.Series("paid_cents", cents),
            pl.lit("Cash").alias("payment_method"),
        )
        .filter(pl.Series(desk.chance.happens(count, 0.025)))
        .with_columns(changed_status=pl.when(pl.col("visit") % 4 == 0).then(pl.lit("Voided")))
    )


def _unpaid(desk: Desk) -> pl.DataFrame:
    """Amounts asked for but never marked Paid."""
    return desk.visits.with_columns(
        pl.lit("Copay").alias("charge_type"),
        pl.lit("Unpaid").alias("payment_status"),
        pl.lit("U").alias("suffix"),
        pl.col("copay_cents").alias("paid_cents"),
        pl.lit("Cash").alias("payment_method"),
    ).filter(pl.Series(desk.chance.happens(desk.visits.height, 0.03)))


def _emr_payment_id() -> pl.Expr:
    return pl.format("EP{}{}", pl.col("visit"), pl.col("suffix"))


def _log_in_emr(desk: Desk, payments: pl.DataFrame) -> None:
    """Queue the payment log: each payment on its day, and on the next when it was changed."""
    log = payments.select(
        _emr_payment_id().alias("emr_payment_id"),
        "patient_id",
        "emr_location_id",
        pl.format("C{}", pl.col("patient_id")).alias("case_id"),
        "appointment_id",
        date_of(pl.col("visit_day")).alias("transaction_on"),
        # A payment on account belongs to no visit.
        pl.when(pl.col("charge_type") != "Payment on Account")
        .then(date_of(pl.col("visit_day")))
        .alias("service_on"),
        "charge_type",
        "payment_method",
        "payment_status",
        pl.col("paid_cents").alias("due_cents"),
        pl.col("first_line_cents").alias("charge_cents"),
        "paid_cents",
        pl.format("desk{}", pl.col("clinic") + 1).alias("collected_by"),
        pl.col("visit_day").alias(DELIVERY),
        "changed_status",
        "changed_cents",
    )
    changed = log.filter(pl.col("changed_status").is_not_null()).with_columns(
        pl.col("changed_status").alias("payment_status"),
        pl.coalesce("changed_cents", "paid_cents").alias("paid_cents"),
        pl.col(DELIVERY) + 1,
    )
    for rows in (log, changed):
        desk.deliveries.add("emr_payments", rows.drop("changed_status", "changed_cents"))


def _report_in_feed(desk: Desk, payments: pl.DataFrame) -> None:
    is_type_enabled = desk.setting("enabled_charge_types").list.contains(pl.col("charge_type"))
    claims_feed.report_payments(
        payments.with_columns(
            _emr_payment_id().alias("emr_payment_id"),
            desk.setting("is_integration_on").alias("is_integration_on"),
            is_type_enabled.alias("is_type_enabled"),
        ),
        desk.deliveries,
    )


def _import_to_billing(desk: Desk, payments: pl.DataFrame) -> None:
    """Queue what the integration posts: same day, same amount, and what changed on the next day.

    One row in five is shown again on the next working day with the date by which the clinic is not balanced
    moved to that day: deposit date in a SOAP 2.0 clinic, posting date in a SOAP 1.0 clinic. Where the clinic
    changes its generation in between, the row stays as it is, for then both dates count.
    """
    user = desk.chance.word(payments.height, ("Integration Import", "Not mapped to a user"), (0.9, 0.1))
    moves = desk.chance.happens(payments.height, 0.2)
    next_day = int(working_day(np.array([desk.day + 1]))[0])
    changes_generation = pl.Series(
        [clinic.setting_on(desk.day) != clinic.setting_on(next_day) for clinic in desk.practice.clinics]
    )
    rows = _billing_rows(desk, payments).with_columns(pl.Series("posted_by", user))
    is_moved = pl.Series(moves) & payments["changed_status"].is_null()
    stays = pl.lit(changes_generation).gather(pl.col("clinic"))
    moved = rows.filter(is_moved).filter(~stays)
    other_day = date_of(pl.lit(next_day))
    is_first_generation = desk.setting("soap_version") == "1.0"
    moved = moved.with_columns(
        pl.when(is_first_generation).then(pl.col("deposit_on")).otherwise(other_day).alias("deposit_on"),
        pl.when(is_first_generation).then(other_day).otherwise(pl.col("posting_on")).alias("posting_on"),
        pl.lit(next_day).cast(pl.Int64).alias(DELIVERY),
    )
    is_voided = pl.col("changed_status") == "Voided"
    changed = rows.filter(pl.col("changed_status").is_not_null()).with_columns(
        pl.when(is_voided).then(0).otherwise(pl.col("changed_cents")).alias("amount_cents"),
        pl.col(DELIVERY) + 1,
    )
    for part in (rows, moved, changed):
        desk.deliveries.add("billing_payments", part.drop("clinic", "changed_status", "changed_cents"))


def _billing_rows(desk: Desk, payments: pl.DataFrame) -> pl.DataFrame:
    return payments.select(
        pl.format("BP{}{}", pl.col("visit"), pl.col("suffix")).alias("billing_payment_id"),
        _emr_payment_id().alias("emr_payment_id"),
        "patient_id",
        "billing_location_id",
        date_of(pl.col("visit_day")).alias("deposit_on"),
        date_of(pl.col("visit_day")).alias("posting_on"),
        "charge_type",
        pl.col("payment_method").replace({"Credit Card": "Credit"}).alias("money_type"),
        pl.format("{}-{}", digits_of(pl.col("visit_day")), pl.col("clinic") + 1).alias("batch_number"),
        pl.col("paid_cents").alias("amount_cents"),
        pl.col("visit_day").alias(DELIVERY),
        "clinic",
        "changed_status",
        "changed_cents",
    )


def _enter_by_hand(desk: Desk, payments: pl.DataFrame) -> None:
    """A clinic without the integration types its payments into billing, under its own user."""
    rows = _billing_rows(desk, payments.filter(pl.col("charge_type") != "Internal Payment")).with_columns(
        pl.format("clinic.user{}", pl.col("clinic") + 1).alias("posted_by"),
        pl.lit(None, dtype=pl.String).alias("emr_payment_id"),
    )
    desk.deliveries.add("billing_payments", rows.drop("clinic", "changed_status", "changed_cents"))


def _receipts(payments: pl.DataFrame, chance: Chance) -> pl.DataFrame:
    """The receipts of desk payments, still without type and days of completion."""
    deposited = working_day(payments["visit_day"].to_numpy() + 1)
    source = chance.word(payments.height, ("Intake", "OfficeEMR"), (0.6, 0.4))
    is_card = pl.col("payment_method") == "Credit Card"
    return payments.with_columns(
        pl.format("R{}{}", pl.col("visit"), pl.col("suffix")).alias("receipt_id"),
        pl.lit("Patient").alias("payer_class"),
        pl.Series("receipt_source", source),
        pl.col("paid_cents").alias("amount_cents"),
        pl.col("visit_day").alias("received_day"),
        pl.col("visit_day").alias("entered_day"),
        pl.col("visit_day").alias("reference_day"),
        pl.when(pl.col("is_late")).then(_LATE_MINUTE).otherwise(pl.col("minute")).alias("received_minute"),
        # Cash and checks go to the bank on the next working day, card money is deposited as it is taken.
        pl.when(is_card).then(pl.col("visit_day")).otherwise(pl.Series(deposited)).alias("deposit_day"),
        pl.when(pl.col("payment_method") == "Check")
        .then(pl.format("{}", 1000 + pl.col("visit") % 9000))
        .alias("check_number"),
        pl.lit(None, dtype=pl.String).alias("payer_id"),
    )


def _receive_for_visits(desk: Desk, payments: pl.DataFrame) -> None:
    """Receipts of co-pays and the like; some are reversed or edited on the next day, before they are used."""
    types = {name: types[1] for name, types in _DESK_TYPES.items()}
    next_day = pl.col("visit_day") + 1
    receipts = _receipts(payments, desk.chance).with_columns(
        pl.col("plan").replace_strict(types, return_dtype=pl.String).alias("receipt_type"),
        pl.lit("New").alias("first_status"),
        pl.when("is_voided").then(next_day).alias("reversed_day"),
        pl.when("is_edited").then(next_day).alias("edited_day"),
        pl.when("is_edited").then("changed_cents").alias("edited_cents"),
    )
    ledger.add_patient_receipts(desk.deliveries, receipts)


def _receive_for_retail(desk: Desk, sales: pl.DataFrame) -> None:
    """A sale is a claim of its own without a payer, paid by its receipt on the same day."""
    receipts = _receipts(sales.with_columns(is_late=pl.lit(False)), desk.chance).with_columns(
        pl.lit("General").alias("receipt_type"),
        pl.lit("New").alias("first_status"),
        pl.col("visit_day").alias("sold_day"),
        claims.claim_id(claims.Encounter.RETAIL).alias("claim_id"),
        pl.lit(None, dtype=pl.String).alias("appointment_id"),
    )
    claims.self_pay_claims(desk.deliveries, receipts, RETAIL_PROCEDURE)
    ledger.add_patient_receipts(desk.deliveries, receipts)
