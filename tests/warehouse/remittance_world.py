"""Remittances of which the truth is known: bronze tables of any size, and what each service line answers.

Belongs here: what the tests of remittances and their benchmark share. Does not belong here: what is expected.

Every twentieth claim is answered in the same way: under its number, in small letters, with a suffix, cut
off, in two parts, with other codes, without control numbers. Some answers are of the old system, and some of
nobody. One claim in fifty is reversed and corrected later, each remittance carries a balance forward, and
some come twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from tests.warehouse.building import BRONZE

FIRST_ON = date(2025, 1, 1)
CLAIMS_PER_REMITTANCE = 100
PAYERS = 5
CARRIED_CENTS = 125
_LEGACY, _UNKNOWN, _SPLIT = 16, 17, 18
_REMITTANCE = ("file_hash", "interchange_position", "transaction_position")


@dataclass(frozen=True)
class RemittanceWorld:
    """Bronze tables, and per service line of a file: its outcome, and the claim and line it answers."""

    bronze: dict[str, pl.DataFrame]
    truth: pl.DataFrame


def remittance_world(claims: int) -> RemittanceWorld:
    """A world of so many claims, and a few more claim payments, as some are answered several times."""
    billed = _billed(claims)
    ours = _our_lines(billed)
    lines = _answered(billed, ours)
    heads = _heads(lines)
    remittances = _remittances(heads)
    carried = _carried(remittances)
    remittances = remittances.join(
        carried.group_by("remittance").agg(pl.col("amount_cents").sum().alias("carried_cents")),
        on="remittance",
        how="left",
        maintain_order="left",
    )
    again = pl.col("remittance") % 20 == 7
    tables = {
        "claims": _claims(billed),
        "claim_lines": _claim_lines(ours),
        "era_remittances": _twice(_remittance_rows(remittances), again),
        "era_claims": _twice(_claim_rows(heads), again),
        "era_service_lines": _twice(_line_rows(lines), again),
        "era_adjustments": _twice(_adjustment_rows(lines), again),
        "era_provider_adjustments": _twice(_provider_rows(carried), again),
    }
    truth = lines.select(
        _file("remittance"),
        "claim_position",
        "line_position",
        pl.when("is_known").then("claim_id").alias("claim_id"),
        pl.when("is_known").then("line_number").alias("line_number"),
        pl.when(pl.col("form") == _LEGACY)
        .then(pl.lit("legacy"))
        .when("is_known")
        .then(pl.lit("matched"))
        .otherwise(pl.lit("unmatched"))
        .alias("outcome"),
    )
    return RemittanceWorld(tables, truth)


def _billed(claims: int) -> pl.DataFrame:
    number = pl.col("number")
    return pl.DataFrame({"number": pl.int_range(claims, eager=True)}).select(
        number,
        (number % 20).alias("form"),
        pl.format("{}E{}", 100_000 + number // 3, 1_000_000 + number).alias("claim_id"),
        (100_000 + number // 3).cast(pl.String).alias("patient_id"),
        (pl.lit(FIRST_ON) + pl.duration(days=number % 300)).alias("service_on"),
    )


def _our_lines(billed: pl.DataFrame) -> pl.DataFrame:
    """Two lines a claim; of form 10 they are equal."""
    first = 5_000 + pl.col("number") * 37 % 9_000
    is_equal = pl.col("form") == 10
    parts = [
        billed.select(
            "number",
            "form",
            "claim_id",
            pl.lit(1, dtype=pl.Int64).alias("line_number"),
            pl.lit("97110").alias("procedure_code"),
            pl.lit("GP").alias("modifiers"),
            first.alias("cents"),
        ),
        billed.select(
            "number",
            "form",
            "claim_id",
            pl.lit(2, dtype=pl.Int64).alias("line_number"),
            pl.when(is_equal).then(pl.lit("97110")).otherwise(pl.lit("97140")).alias("procedure_code"),
            pl.when(is_equal).then(pl.lit("GP")).otherwise(pl.lit("GP:59")).alias("modifiers"),
            pl.when(is_equal).then(first).otherwise(4_000 + pl.col("number") * 53 % 7_000).alias("cents"),
        ),
    ]
    return pl.concat(parts).sort("number", "line_number")


def _answered(billed: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """The service lines of all answers, placed in their remittances."""
    form = pl.col("form")
    base = ours.join(billed.select("number", "service_on"), on="number", maintain_order="left")
    identifier = (
        pl.when(form == 12)
        .then(pl.col("claim_id").str.to_lowercase())
        .when(form == 13)
        .then(pl.format("{}-1", "claim_id"))
        .when(form == 14)
        .then(pl.col("claim_id").str.slice(0, 12))
        .when(form == 15)
        .then(pl.format("{}A", "claim_id"))
        .when(form == _LEGACY)
        .then(pl.format("PM-{}", "number"))
        .when(form == _UNKNOWN)
        .then(pl.format("9{}E9", "number"))
        .otherwise("claim_id")
    )
    changed = (form == 19) & (pl.col("line_number") == 2)
    lines = base.with_columns(
        identifier.alias("identifier"),
        form.is_in([_LEGACY, _UNKNOWN]).not_().alias("is_known"),
        pl.when(form.is_in([9, 10, 11, _SPLIT, 19]))
        .then(None)
        .otherwise(pl.col("line_number").cast(pl.String))
        .alias("line_control_number"),
        pl.when(form == 9).then(None).otherwise(pl.col("modifiers")).alias("modifiers"),
        pl.when(changed).then(pl.lit("97530")).otherwise("procedure_code").alias("procedure_code"),
        pl.when(changed).then("procedure_code").alias("original_procedure_code"),
        pl.lit(0, dtype=pl.Int64).alias("part"),
        pl.lit("1").alias("status_code"),
        pl.lit(1, dtype=pl.Int64).alias("sign"),
        (pl.col("number") // CLAIMS_PER_REMITTANCE).alias("remittance"),
    )
    # The payer answers a claim in two claim payments, a line in each.
    lines = lines.with_columns(
        pl.when(form == _SPLIT).then(pl.col("line_number") - 1).otherwise("part").alias("part")
    )
    taken_back = lines.filter(pl.col("number") % 50 == 3)
    reversals = taken_back.with_columns(
        pl.lit("22").alias("status_code"),
        pl.lit(-1, dtype=pl.Int64).alias("sign"),
        pl.col("remittance") + PAYERS,
        pl.lit(2, dtype=pl.Int64).alias("part"),
    )
    corrections = taken_back.with_columns(
        pl.col("remittance") + 2 * PAYERS, pl.lit(3, dtype=pl.Int64).alias("part")
    )
    placed = pl.concat([lines, reversals, corrections]).sort("remittance", "part", "number", "line_number")
    percent = pl.when(pl.col("part") == 3).then(70).otherwise(60)
    claim = pl.struct("number", "part")
    return (
        placed.with_columns(
            (pl.col("cents") * pl.col("sign")).alias("charge_cents"),
            (pl.col("cents") * percent // 100 * pl.col("sign")).alias("paid_cents"),
            (pl.col("cents") // 10 * pl.col("sign")).alias("patient_cents"),
            claim.rle_id().over("remittance").cast(pl.Int32).alias("claim_position") + 1,
        )
        .with_columns(
            (pl.col("charge_cents") - pl.col("paid_cents") - pl.col("patient_cents")).alias(
                "written_off_cents"
            ),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
            .over("remittance", "claim_position")
            .alias("line_position"),
        )
        .with_columns(pl.int_range(1, pl.len() + 1).over("remittance").alias("place"))
    )


def _heads(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by("remittance", "claim_position", maintain_order=True).agg(
        pl.col("number", "identifier", "status_code", "service_on", "place").first(),
        pl.col("charge_cents", "paid_cents").sum(),
    )


def _remittances(heads: pl.DataFrame) -> pl.DataFrame:
    return (
        heads.group_by("remittance", maintain_order=True).agg(pl.col("paid_cents").sum()).sort("remittance")
    )


def _carried(remittances: pl.DataFrame) -> pl.DataFrame:
    """Each remittance puts off an amount, and takes what the payer's last one put off."""
    numbers = remittances.select("remittance")
    put_off = numbers.with_columns(
        pl.format("F{}", "remittance").alias("reference"), amount_cents=-CARRIED_CENTS, pair_position=1
    )
    taken = numbers.filter(pl.col("remittance") >= PAYERS).with_columns(
        pl.format("F{}", pl.col("remittance") - PAYERS).alias("reference"),
        amount_cents=CARRIED_CENTS,
        pair_position=2,
    )
    return pl.concat([put_off, taken]).sort("remittance", "pair_position")


def _dollars(cents: str) -> pl.Expr:
    return (pl.col(cents).cast(pl.Decimal(18, 2)) * pl.lit(Decimal("0.01"))).cast(pl.Decimal(18, 2))


def _file(remittance: str) -> pl.Expr:
    return pl.col(remittance).cast(pl.String).str.zfill(64).alias("file_hash")


def _loaded(rows: pl.DataFrame, table: str, number: str) -> pl.DataFrame:
    """Rows with every column of the bronze table, in its order, after the number of the remittance."""
    schema = BRONZE[table]
    placed = rows.with_columns(
        _file("remittance"),
        pl.col(number).cast(pl.Int64).alias("segment_number"),
        pl.col(number).cast(pl.Int64).alias("row_number"),
        ("load" + pl.col("remittance").cast(pl.String).str.zfill(8)).alias("load_id"),
        (pl.lit(FIRST_ON) + pl.duration(days=310)).alias("loaded_on"),
        interchange_position=1,
        transaction_position=1,
    )
    return placed.select(
        "remittance",
        *(
            (pl.col(name) if name in placed.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in schema.items()
        ),
    )


def _twice(rows: pl.DataFrame, again: pl.Expr) -> pl.DataFrame:
    """The rows, and those of the remittances that come again as they are in another file."""
    copies = rows.filter(again).with_columns(
        ("c" + pl.col("file_hash").str.slice(1)).alias("file_hash"),
        (pl.col("load_id") + "again").alias("load_id"),
    )
    return pl.concat([rows, copies]).drop("remittance")


def _remittance_rows(remittances: pl.DataFrame) -> pl.DataFrame:
    return _loaded(
        remittances.with_columns(
            (pl.col("paid_cents") - pl.col("carried_cents")).alias("payment_cents"),
            pl.format("T{}", "remittance").alias("trace_number"),
            pl.format("1{}", 900_000_000 + pl.col("remittance") % PAYERS).alias("payer_identifier"),
            # After all service dates, one day a round of the payers.
            (pl.lit(FIRST_ON) + pl.duration(days=301 + pl.col("remittance") // 1_000)).alias("payment_on"),
            pl.lit("C").alias("credit_debit_code"),
            pl.lit("I").alias("handling_code"),
            pl.lit("ACH").alias("payment_method_code"),
            place=2,
        ).with_columns(_dollars("payment_cents").alias("payment_amount")),
        "era_remittances",
        "place",
    )


def _claim_rows(heads: pl.DataFrame) -> pl.DataFrame:
    return _loaded(
        heads.with_columns(
            pl.col("identifier").alias("claim_identifier"),
            _dollars("charge_cents").alias("charge_amount"),
            _dollars("paid_cents").alias("paid_amount"),
            pl.format("I{}", "number").alias("payer_claim_control_number"),
            pl.col("service_on").alias("service_from_on"),
            (pl.col("place") * 10).alias("place"),
        ),
        "era_claims",
        "place",
    )


def _line_rows(lines: pl.DataFrame) -> pl.DataFrame:
    modifiers = pl.col("modifiers").str.split(":")
    return _loaded(
        lines.with_columns(
            modifiers.list.get(0, null_on_oob=True).alias("modifier_1"),
            modifiers.list.get(1, null_on_oob=True).alias("modifier_2"),
            _dollars("charge_cents").alias("charge_amount"),
            _dollars("paid_cents").alias("paid_amount"),
            (pl.col("place") * 10 + 1).alias("place"),
        ),
        "era_service_lines",
        "place",
    )


def _adjustment_rows(lines: pl.DataFrame) -> pl.DataFrame:
    parts = [
        lines.with_columns(
            _dollars(cents).alias("amount"),
            pl.lit(group).alias("group_code"),
            pl.lit(reason).alias("reason_code"),
            pl.lit("line").alias("level"),
            (pl.col("place") * 10 + offset).alias("place"),
            triplet_position=1,
        )
        for group, reason, cents, offset in (
            ("CO", "45", "written_off_cents", 2),
            ("PR", "2", "patient_cents", 3),
        )
    ]
    return _loaded(pl.concat(parts), "era_adjustments", "place")


def _provider_rows(carried: pl.DataFrame) -> pl.DataFrame:
    return _loaded(
        carried.with_columns(
            _dollars("amount_cents").alias("amount"), pl.lit("FB").alias("reason_code"), place=10_000_000
        ),
        "era_provider_adjustments",
        "place",
    )


def _origin(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    schema = BRONZE[table]
    placed = rows.with_columns(
        pl.lit("b" * 64).alias("file_hash"),
        pl.lit("billing").alias("load_id"),
        pl.lit(FIRST_ON).alias("loaded_on"),
        pl.int_range(2, pl.len() + 2).alias("row_number"),
    )
    return placed.select(
        (pl.col(name) if name in placed.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def _claims(billed: pl.DataFrame) -> pl.DataFrame:
    totals = _our_lines(billed).group_by("claim_id", maintain_order=True).agg(pl.col("cents").sum())
    return _origin(
        billed.join(totals, on="claim_id", maintain_order="left").with_columns(
            pl.col("service_on").alias("created_on"),
            pl.lit("L1").alias("location_id"),
            _dollars("cents").alias("charge_amount"),
        ),
        "claims",
    )


def _claim_lines(ours: pl.DataFrame) -> pl.DataFrame:
    return _origin(
        ours.with_columns(
            _dollars("cents").alias("charge_amount"),
            pl.lit(False).alias("is_copay_line"),
            pl.lit(1).alias("units"),
        ),
        "claim_lines",
    )
