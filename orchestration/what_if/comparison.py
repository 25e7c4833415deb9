"""What differs between two postings of the same accounts.

Amounts are int64 cents inside and Decimals outside.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from ingestion.money import cents_expression, decimal_of
from posting.results import PostingResult

MOVERS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure under both settings."""

    name: str
    count_before: int
    count_after: int
    amount_before: Decimal
    amount_after: Decimal

    def as_json(self) -> dict[str, Any]:
        """For machines: amounts as text."""
        return {
            "name": self.name,
            "count_before": self.count_before,
            "count_after": self.count_after,
            "amount_before": str(self.amount_before),
            "amount_after": str(self.amount_after),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A receipt whose money would go elsewhere: how much of it, and how it would stand."""

    receipt_id: str
    moved_amount: Decimal
    before: str
    after: str

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "receipt_id": self.receipt_id,
            "moved_amount": str(self.moved_amount),
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Figures with receipts behind them, the patients touched, and the receipts that move most."""

    figures: tuple[Figure, ...]
    receipts_changed: int
    patients_touched: int
    movers: tuple[Mover, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "figures": [figure.as_json() for figure in self.figures],
            "receipts_changed": self.receipts_changed,
            "patients_touched": self.patients_touched,
            "biggest_movers": [mover.as_json() for mover in self.movers],
        }


def compare(before: PostingResult, after: PostingResult) -> Comparison:
    """What changes from one posting to the other. Both are of the same accounts as of the same date."""
    receipts = _receipt_changes(before, after)
    changed = receipts.filter(
        (pl.col("before") != pl.col("after")) | (pl.col("moved") != 0) | (pl.col("unapplied_change") != 0)
    )
    accounts = changed.select(pl.coalesce("patient_id", "receipt_id").n_unique()).item()
    top = changed.sort(["moved", "receipt_id"], descending=[True, False]).head(MOVERS_SHOWN)
    return Comparison(
        figures=_figures(before, after),
        receipts_changed=changed.height,
        patients_touched=accounts,
        movers=tuple(
            Mover(
                receipt_id=row["receipt_id"],
                moved_amount=decimal_of(row["moved"]),
                before=row["before"],
                after=row["after"],
            )
            for row in top.iter_rows(named=True)
        ),
    )


def _figures(before: PostingResult, after: PostingResult) -> tuple[Figure, ...]:
    sums = [
        {**_status_sums(result), **_credit_sums(result), **_escrow_sums(result)} for result in (before, after)
    ]
    nothing = (0, 0)
    return tuple(
        Figure(
            name=name,
            count_before=sums[0].get(name, nothing)[0],
            count_after=sums[1].get(name, nothing)[0],
            amount_before=decimal_of(sums[0].get(name, nothing)[1]),
            amount_after=decimal_of(sums[1].get(name, nothing)[1]),
        )
        for name in sorted(set(sums[0]) | set(sums[1]))
    )


def _escrow_sums(result: PostingResult) -> dict[str, tuple[int, int]]:
    open_receipts = result.receipts.filter(pl.col("unapplied_amount") != 0)
    return {"escrow": (open_receipts.height, _cents(open_receipts, "unapplied_amount"))}


def _credit_sums(result: PostingResult) -> dict[str, tuple[int, int]]:
    credited = result.applications.filter(pl.col("step") == "credit")
    return {"credits": (credited["receipt_id"].n_unique(), _cents(credited, "amount"))}


def _status_sums(result: PostingResult) -> dict[str, tuple[int, int]]:
    """Receipts on Hold and in Error by code, and those that are done, with their unapplied money."""
    named = result.receipts.with_columns(
        name=pl.when(pl.col("status").is_in(["Error", "Hold"]))
        .then(pl.format("{} {}", "status", "code"))
        .otherwise("status"),
        cents=cents_expression(pl.col("unapplied_amount")),
    )
    grouped = named.group_by("name").agg(pl.len(), pl.col("cents").sum()).sort("name")
    return {name: (count, cents) for name, count, cents in grouped.iter_rows()}


def _cents(frame: pl.DataFrame, column: str) -> int:
    return int(frame.select(cents_expression(pl.col(column)).sum()).item())


def _receipt_changes(before: PostingResult, after: PostingResult) -> pl.DataFrame:
    """A row per receipt: how it stands under both settings, and the cents that go elsewhere."""
    sides = [
        result.receipts.select(
            "receipt_id",
            "patient_id",
            pl.format("{} {}", "status", "code").alias(side),
            cents_expression(pl.col("unapplied_amount")).alias(f"unapplied_{side}"),
        )
        for side, result in (("before", before), ("after", after))
    ]
    joined = sides[0].join(sides[1].drop("patient_id"), on="receipt_id", how="left")
    moved = (
        pl.concat([_by_line(before).with_columns(-pl.col("cents")), _by_line(after)])
        .group_by("receipt_id", "claim_id", "line_number")
        .agg(pl.col("cents").sum())
        .group_by("receipt_id")
        .agg(
            came=pl.col("cents").filter(pl.col("cents") > 0).sum(),
            left=-pl.col("cents").filter(pl.col("cents") < 0).sum(),
        )
        .select("receipt_id", moved=pl.max_horizontal("came", "left"))
    )
    return joined.join(moved, on="receipt_id", how="left").with_columns(
        pl.col("moved").fill_null(0),
        unapplied_change=pl.col("unapplied_after") - pl.col("unapplied_before"),
    )


def _by_line(result: PostingResult) -> pl.DataFrame:
    """The net cents that each receipt has on each line."""
    return (
        result.applications.with_columns(cents=cents_expression(pl.col("amount")))
        .group_by("receipt_id", "claim_id", "line_number")
        .agg(pl.col("cents").sum())
    )
