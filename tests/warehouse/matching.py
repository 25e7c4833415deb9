"""Two systems with known differences, and the compiled matching of the project run on them in memory.

Belongs here: what the tests of matching and its benchmark share. The models are the project's own, as dbt
compiles them; only their two inputs, the payments of each side, are made here. Does not belong here: what is
expected of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

MODELS = (
    "intermediate/balancing/int_balancing__unsettled_keys",
    "intermediate/balancing/int_balancing__open_emr_payments",
    "intermediate/balancing/int_balancing__open_billing_payments",
    "intermediate/balancing/int_balancing__identified_pairs",
    "intermediate/balancing/int_balancing__same_day_pairs",
    "intermediate/balancing/int_balancing__window_pairs",
    "intermediate/balancing/int_balancing__closed_amount_pairs",
    "intermediate/balancing/int_balancing__copies",
    "intermediate/balancing/int_balancing__closed_month_adjustments",
    "intermediate/balancing/int_balancing__near_pairs",
    "intermediate/balancing/int_balancing__hand_pairs",
    "intermediate/balancing/int_balancing__other_patient_pairs",
    "intermediate/balancing/int_balancing__units",
    "intermediate/balancing/int_balancing__unit_classes",
    "marts/balancing_differences",
)
CLASSES = (
    "internal_payment",
    "integration_off",
    "charge_type_not_enabled",
    "amount_due_zero",
    "closed_month_added",
    "closed_month_edited",
    "closed_month_deleted",
    "feed_failed",
    "feed_pending",
    "location_unmapped",
    "patient_mismatch",
    "amount_changed",
    "recorded_elsewhere",
    "other_window",
    "ambiguous_match",
    "duplicate_import",
    "missing_in_billing",
    "posted_by_hand",
    "only_in_billing",
)
IN_DOLLARS = "cast(cast({cents} as decimal(15, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))"
EQUALITY_KEY = "hash(patient_id, location_id, charge_type_key, amount, {day})"
_REASONS = CLASSES[:9]
# What billing holds nothing of; of a payment that was changed later it holds what it was at the close.
_NOT_SENT = [reason for reason in _REASONS if reason not in ("closed_month_edited", "closed_month_deleted")]
_TYPES = np.array(["copay", "coinsurance", "deductible", "supplies"])
_RANKS = {"feed_pending": 2, "feed_failed": 3, "closed_month_added": 4, "closed_month_edited": 4,
          "closed_month_deleted": 4, "amount_due_zero": 5, "charge_type_not_enabled": 6, "integration_off": 7,
          "internal_payment": 8}  # fmt: skip


@dataclass(frozen=True)
class TwoSystems:
    """Payments of both sides as the matching reads them but in cents, and the truth: unit_key to class."""

    emr: pl.DataFrame
    billing: pl.DataFrame
    truth: pl.DataFrame

    def shuffled(self, seed: int) -> TwoSystems:
        """The same payments in another order of arrival."""
        return TwoSystems(
            self.emr.sample(fraction=1, shuffle=True, seed=seed),
            self.billing.sample(fraction=1, shuffle=True, seed=seed + 1),
            self.truth,
        )


def two_systems(seed: int, payments: int, *, faults: float, visits_per_patient: int = 12) -> TwoSystems:
    """Payments of a year at 150 clinics; the share `faults` of them differs, each class alike.

    Half of the payments carry the shared id. A patient comes every fourth day and at times pays twice on one.

    Faults are kept apart: at most one of a patient, and one of a clinic, day, charge type and amount. Where a
    missing payment and an import that nobody made meet, they are a payment of the wrong patient: the systems
    hold the same rows in either case, so no truth could tell them apart.
    """
    chance = np.random.default_rng(seed)
    number = np.arange(payments)
    patient = number // visits_per_patient
    visit = number % visits_per_patient
    # Every twelfth payment is a second one of the day before it, equal where the draw says so.
    visit = np.where(visit == visits_per_patient - 1, visits_per_patient - 2, visit)
    patients = patient[-1] + 1
    day = chance.integers(0, 300, patients)[patient] + visit * 4
    copay = np.array([2000, 2500, 3000, 3500, 4000])[patient % 5]
    cents = np.where(patient % 3 == 0, chance.integers(500, 25_000, payments), copay)
    base = pl.DataFrame(
        {
            "number": number,
            "patient_id": patient,
            "location_id": chance.integers(0, 150, patients)[patient],
            "charge_type_key": chance.choice(_TYPES, patients)[patient],
            "amount": cents,
            "transaction_on": day,
            "has_id": chance.random(payments) < 0.5,
        }
    ).with_columns(
        pl.format("E{}", "number").alias("emr_payment_id"),
        pl.format("B{}", "number").alias("billing_payment_id"),
        pl.format("P{}", "patient_id").alias("patient_id"),
        pl.format("L{}", "location_id").alias("location_id"),
        pl.lit(date(2025, 1, 1)).dt.offset_by(pl.format("{}d", "transaction_on")).alias("transaction_on"),
        pl.lit("").alias("fault"),
    )
    chosen = chance.permutation(payments // visits_per_patient)[: int(payments * faults)]
    names = np.array(CLASSES)[np.arange(len(chosen)) % len(CLASSES)]
    hits = (
        pl.DataFrame({"number": chosen * visits_per_patient + 5, "planted": names})
        .join(base, on="number", how="left", maintain_order="left")
        .unique(
            ["location_id", "charge_type_key", "amount", "transaction_on"], keep="first", maintain_order=True
        )
        .select("number", "planted")
    )
    base = base.join(hits, on="number", how="left", maintain_order="left").with_columns(
        pl.coalesce("planted", "fault").alias("fault")
    )
    # Nothing but the dates tells which of two is meant, so such a payment has no id.
    base = base.with_columns(pl.col("has_id") & (pl.col("fault") != "ambiguous_match"))
    return TwoSystems(_emr(base), _billing(base), _truth(base))


def _emr(base: pl.DataFrame) -> pl.DataFrame:
    fault = pl.col("fault")
    return (
        base.filter(~fault.is_in(["only_in_billing"]))
        .with_columns(
            pl.when(fault.is_in(_REASONS)).then(fault).otherwise(pl.lit("flows")).alias("flow"),
            pl.when(fault == "location_unmapped")
            .then(pl.lit("unmapped:C9"))
            .otherwise("location_id")
            .alias("location_id"),
            pl.when(fault.str.starts_with("closed_month_"))
            .then(fault.str.strip_prefix("closed_month_"))
            .alias("change_kind"),
        )
        .with_columns(
            pl.col("flow").replace_strict(_RANKS, default=1, return_dtype=pl.Int64).alias("flow_rank")
        )
        .select(
            "emr_payment_id", "patient_id", "location_id", "transaction_on", "charge_type_key",
            (fault != "closed_month_deleted").alias("is_paid"),
            pl.when(fault == "closed_month_deleted").then(0)
            .when(fault == "closed_month_edited").then(pl.col("amount") + 517)
            .otherwise("amount").alias("amount"),
            "flow", "flow_rank",
            *(pl.lit(None, dtype=pl.String).alias(name) for name in ("feed_status", "feed_reason")),
            "change_kind",
            pl.when(fault == "closed_month_added").then(0)
            .when(fault.str.starts_with("closed_month_")).then("amount").alias("closed_amount"),
            pl.when(fault.str.starts_with("closed_month_")).then(date(2026, 6, 1)).alias("changed_on"),
            pl.when(fault.str.starts_with("closed_month_")).then(date(2026, 5, 31)).alias("period_end_on"),
            pl.lit("f").alias("file_hash"), pl.col("number").alias("row_number"),
        )
    )  # fmt: skip


def _billing(base: pl.DataFrame) -> pl.DataFrame:
    fault = pl.col("fault")
    absent = [*_NOT_SENT, "missing_in_billing", "location_unmapped"]
    rows = base.filter(~fault.is_in(absent)).with_columns(
        pl.when(fault == "patient_mismatch")
        .then(pl.format("Q{}", "number"))
        .otherwise("patient_id")
        .alias("patient_id"),
        pl.when(fault == "amount_changed").then(pl.col("amount") - 313).otherwise("amount").alias("amount"),
        pl.when(fault == "recorded_elsewhere")
        .then(pl.lit("other"))
        .otherwise("charge_type_key")
        .alias("charge_type_key"),
        pl.when(fault == "other_window")
        .then(2)
        .when(fault == "ambiguous_match")
        .then(1)
        .otherwise(0)
        .alias("shift"),
        (fault != "posted_by_hand").alias("is_integration"),
        (pl.col("has_id") & ~fault.is_in(["only_in_billing", "posted_by_hand"])).alias("has_id"),
    )
    copies = rows.filter(fault == "duplicate_import").with_columns(
        pl.format("{}-2", "billing_payment_id").alias("billing_payment_id")
    )
    others = rows.filter(fault == "ambiguous_match").with_columns(
        pl.format("{}-2", "billing_payment_id").alias("billing_payment_id"),
        pl.lit(-1, dtype=pl.Int32).alias("shift"),
    )
    rows = pl.concat([rows, copies, others.with_columns(pl.col("shift").cast(rows.schema["shift"]))])
    dated = pl.col("transaction_on").dt.offset_by(pl.format("{}d", "shift"))
    return rows.select(
        "billing_payment_id",
        pl.when("has_id").then("emr_payment_id").alias("emr_payment_id"),
        "patient_id", "location_id",
        *(dated.alias(f"{name}_on") for name in ("deposit", "posting", "clinic", "other")),
        "is_integration", "charge_type_key", "amount",
        pl.lit("f").alias("file_hash"), pl.col("number").alias("row_number"),
    )  # fmt: skip


def _truth(base: pl.DataFrame) -> pl.DataFrame:
    """(unit_key, truth): the standard view's class of every unit that differs."""
    fault = pl.col("fault")
    alone = fault == "only_in_billing"
    units = base.filter(fault != "").select(
        pl.when(alone)
        .then(pl.format("billing:{}", "billing_payment_id"))
        .when(fault == "duplicate_import")
        .then(pl.format("billing:{}-2", "billing_payment_id"))
        .otherwise(pl.format("emr:{}", "emr_payment_id"))
        .alias("unit_key"),
        fault.alias("truth"),
    )
    sides = [
        base.filter(fault == "ambiguous_match").select(
            pl.format(f"billing:{{}}{suffix}", "billing_payment_id").alias("unit_key"), fault.alias("truth")
        )
        for suffix in ("", "-2")
    ]
    return pl.concat([units, *sides])


class Matching:
    """The compiled models in the order of the graph."""

    def __init__(self, compiled: Path, database: str) -> None:
        self._database = database
        self._sql = {model: (compiled / f"{model}.sql").read_text() for model in MODELS}

    def run(self, systems: TwoSystems) -> duckdb.DuckDBPyConnection:
        """Match and class the payments; the caller closes the connection."""
        connection = self.loaded(systems)
        self.match(connection)
        return connection

    def loaded(self, systems: TwoSystems) -> duckdb.DuckDBPyConnection:
        """A database in memory with the payments of both sides; the caller closes it."""
        connection = duckdb.connect()
        connection.execute("set default_null_order = 'nulls_last'")
        connection.execute(f"attach ':memory:' as {self._database}; use {self._database}")
        connection.execute("create schema intermediate; create schema marts")
        for side, frame, day in (
            ("emr", systems.emr, "transaction_on"),
            ("billing", systems.billing, "deposit_on"),
        ):
            amounts = [name for name in ("amount", "closed_amount") if name in frame.columns]
            dollars = ", ".join(f"{IN_DOLLARS.format(cents=name)} as {name}" for name in amounts)
            connection.register("frame", frame.to_arrow())
            connection.execute(
                f"create table intermediate.int_balancing__{side}_payments as"
                f" select *, {EQUALITY_KEY.format(day=day)} as equality_key"
                f" from (select * replace ({dollars}) from frame)"
            )
            connection.unregister("frame")
        connection.execute(
            "create table intermediate.int_balancing__charge_types as"
            " select distinct charge_type_key, charge_type_key as charge_type from ("
            " select charge_type_key from intermediate.int_balancing__emr_payments union"
            " select charge_type_key from intermediate.int_balancing__billing_payments)"
        )
        return connection

    def match(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Build every model of the matching, once or over again."""
        for model, sql in self._sql.items():
            schema, name = model.split("/")[0], model.rsplit("/", maxsplit=1)[-1]
            connection.execute(f"create or replace table {schema}.{name} as {sql}")
