"""Account tables cut into parts of whole accounts, so that memory does not grow with the practice.

Belongs here: which rows an account needs. Does not belong here: what the rules make of them. No account
touches another, so the results of the parts together are the result of the whole, on one machine or many.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from posting.tables import AccountTables

#: Enough that the work around a part does not count, few enough that a part stays in the processor's caches.
RECEIPTS_A_PART = 25_000


def parts_of(tables: AccountTables, receipts_a_part: int = RECEIPTS_A_PART) -> Iterator[AccountTables]:
    """Yield the accounts in the order of patient ids, about ``receipts_a_part`` receipts at a time.

    A receipt without a patient is an account by itself. Rows of patients without receipts and entries that
    name no receipt come along with one of the parts; there is always at least one.
    """
    first_ids = _first_ids(tables.receipts, receipts_a_part)
    if len(first_ids) <= 1:
        yield tables
        return
    part = _Places(first_ids)
    receipts = tables.receipts.with_columns(part=part.of(_account()))
    claims = tables.claims.with_columns(part=part.of(pl.col("patient_id")))
    of_claim = claims.select("claim_id", "part")
    of_receipt = receipts.select("receipt_id", "part")
    sorted_by_part = {
        "receipts": _SortedByPart(receipts),
        "claims": _SortedByPart(claims),
        "claim_lines": _SortedByPart(_beside(tables.claim_lines, of_claim, "claim_id")),
        "reductions": _SortedByPart(_beside(tables.reductions, of_claim, "claim_id")),
        "claim_status_history": _SortedByPart(_beside(tables.claim_status_history, of_claim, "claim_id")),
        "entries": _SortedByPart(_beside(tables.entries, of_receipt, "receipt_id", _cancelled_receipt())),
    }
    for number in range(len(first_ids)):
        rows = {name: table.part(number) for name, table in sorted_by_part.items()}
        yield AccountTables(**rows, appointments=_named(tables.appointments, rows))


class _SortedByPart:
    """A table whose parts lie one behind the other, so that taking one costs nothing for the others."""

    def __init__(self, placed: pl.DataFrame) -> None:
        self._rows = placed.sort("part")
        self._parts = self._rows.drop_in_place("part")

    def part(self, number: int) -> pl.DataFrame:
        first = self._parts.search_sorted(number, side="left")
        end = self._parts.search_sorted(number, side="right")
        return self._rows.slice(first, end - first)


class _Places:
    """Which part an id belongs to: parts begin at ``first_ids``, which ascend."""

    def __init__(self, first_ids: pl.Series) -> None:
        self._first_ids = first_ids

    def of(self, ids: pl.Expr) -> pl.Expr:
        def place(values: pl.Series) -> pl.Series:
            places = self._first_ids.search_sorted(values, side="right").cast(pl.Int64) - 1
            return places.clip(0)

        return ids.map_batches(place, return_dtype=pl.Int64)


def _account() -> pl.Expr:
    return pl.coalesce("patient_id", "receipt_id")


def _first_ids(receipts: pl.DataFrame, receipts_a_part: int) -> pl.Series:
    """The id with which each part begins."""
    accounts = receipts.select(account=_account()).to_series().sort()
    return accounts.gather_every(max(receipts_a_part, 1)).unique().sort()


def _cancelled_receipt() -> pl.Expr:
    """The receipt that an entry speaks of, where it names the negative one of a reversal."""
    return pl.col("receipt_id").str.strip_suffix("-R")


def _beside(
    frame: pl.DataFrame, placed: pl.DataFrame, key: str, otherwise: pl.Expr | None = None
) -> pl.DataFrame:
    """The rows with the part of what they belong to; part 0 where that is unknown."""
    found = frame.join(placed, on=key, how="left", maintain_order="left")
    if otherwise is not None:
        found = found.with_columns(other=otherwise).join(
            placed.select(other=key, part_of_other="part"), on="other", how="left", maintain_order="left"
        )
        found = found.with_columns(part=pl.coalesce("part", "part_of_other")).drop("other", "part_of_other")
    return found.with_columns(pl.col("part").fill_null(0))


def _named(appointments: pl.DataFrame, rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The appointments that anything of a part names, whoever's they are."""
    names = pl.concat([rows[table].select("appointment_id") for table in ("receipts", "claims", "entries")])
    return appointments.join(names.drop_nulls().unique(), on="appointment_id", how="semi")
