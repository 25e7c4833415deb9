"""The remittance marts on the public 835 files, against the same sums made in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.bronze_tables import x12_table_name
from ingestion.x12 import X12Refused, read_x12
from tests.warehouse.building import BRONZE, Warehouse
from tests.warehouse.practice import AS_OF

Record = dict[str, Any]
Place = tuple[Any, ...]
Bronze = dict[str, pl.DataFrame]

REMITTANCE = ("file_hash", "interchange_position", "transaction_position")
CLAIM = (*REMITTANCE, "claim_position")
LINE = (*CLAIM, "line_position")
TABLES = ("remittances", "claims", "service_lines", "adjustments", "provider_adjustments")


def read_folder(folder: Path) -> Bronze:
    """The era tables of bronze for every file of a folder that can be read, each file loaded once."""
    parts: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for data in sorted({path.read_bytes() for path in folder.iterdir()}):
        try:
            tables = read_x12(data).tables
        except X12Refused:
            continue
        file_hash = sha256(data).hexdigest()
        for table in TABLES:
            parts[x12_table_name(table)].append(
                tables[table].with_columns(
                    file_hash=pl.lit(file_hash),
                    row_number=pl.col("segment_number"),
                    load_id=pl.lit(file_hash[:16]),
                    loaded_on=pl.lit(date(2026, 5, 1)),
                )
            )
    return {table: pl.concat(frames).select(BRONZE[table].names()) for table, frames in parts.items()}


@pytest.fixture(scope="module")
def bronze(x12_samples: Path) -> Bronze:
    return read_folder(x12_samples / "835")


@pytest.fixture(scope="module")
def warehouse(folder: Path, bronze: Bronze) -> Warehouse:
    marts = "+era_remittances +era_balance_checks"
    return (
        Warehouse(folder, "remittances").fill(bronze).built("build", "--select", *marts.split(), as_of=AS_OF)
    )


def at(record: Record, key: Iterable[str]) -> Place:
    return tuple(record[column] for column in key)


def grouped(frame: pl.DataFrame, key: tuple[str, ...]) -> dict[Place, list[Record]]:
    groups: dict[Place, list[Record]] = defaultdict(list)
    for record in frame.iter_rows(named=True):
        groups[at(record, key)].append(record)
    return groups


def judged(terms: list[Decimal | None], actual: Decimal | None) -> tuple[str, Decimal | None]:
    """The first term less all the others, against what the file says."""
    if actual is None or any(term is None for term in terms):
        return "not_evaluable", None
    first, *others = (term for term in terms if term is not None)
    difference = actual - (first - sum(others, Decimal(0)))
    return ("mismatch" if difference else "balanced"), difference


def expected_checks(bronze: Bronze) -> dict[Place, tuple[str, Decimal | None]]:
    of_line = grouped(bronze["era_adjustments"], LINE)
    of_claim = grouped(bronze["era_adjustments"], CLAIM)
    paid = grouped(bronze["era_claims"], REMITTANCE)
    provider = grouped(bronze["era_provider_adjustments"], REMITTANCE)
    checks: dict[Place, tuple[str, Decimal | None]] = {}
    for line in bronze["era_service_lines"].iter_rows(named=True):
        adjustments = [adjustment["amount"] for adjustment in of_line[at(line, LINE)]]
        checks["line", *at(line, LINE)] = judged([line["charge_amount"], *adjustments], line["paid_amount"])
    for claim in bronze["era_claims"].iter_rows(named=True):
        place = at(claim, CLAIM)
        adjustments = [adjustment["amount"] for adjustment in of_claim[place]]
        checks["claim", *place, 0] = judged([claim["charge_amount"], *adjustments], claim["paid_amount"])
    for remittance in bronze["era_remittances"].iter_rows(named=True):
        place = at(remittance, REMITTANCE)
        amounts = [claim["paid_amount"] for claim in paid[place]]
        total = None if None in amounts else sum(amounts, Decimal(0))
        adjustments = [adjustment["amount"] for adjustment in provider[place]]
        checks["remittance", *place, 0, 0] = judged([total, *adjustments], remittance["payment_amount"])
    return checks


def test_every_balance_check_agrees_with_plain_python(warehouse: Warehouse, bronze: Bronze):
    found = {
        row[:6]: row[6:]
        for row in warehouse.query(
            "select check_level, file_hash, interchange_position, transaction_position, claim_position,"
            " line_position, outcome, mismatch_amount from marts.era_balance_checks"
            " inner join marts.era_remittances using (remittance_key)"
        )
    }
    assert found == expected_checks(bronze)
    outcomes = {outcome for outcome, _ in found.values()}
    assert {"balanced", "mismatch"} <= outcomes


def test_totals_and_counts_agree_with_plain_python(warehouse: Warehouse, bronze: Bronze):
    groups = {table: grouped(bronze[f"era_{table}"], REMITTANCE) for table in TABLES}

    def total(records: list[Record], column: str) -> Decimal:
        return sum((record[column] or Decimal(0) for record in records), Decimal(0))

    expected = {
        (md5("|".join(map(str, place)).encode()).hexdigest(), *place): (
            len(groups["claims"][place]),
            len(groups["service_lines"][place]),
            len(groups["adjustments"][place]),
            len(groups["provider_adjustments"][place]),
            total(groups["claims"][place], "charge_amount"),
            total(groups["claims"][place], "paid_amount"),
            total(groups["provider_adjustments"][place], "amount"),
            remittance["payment_amount"],
        )
        for place, (remittance,) in groups["remittances"].items()
    }
    found = warehouse.query(
        "select remittance_key, file_hash, interchange_position, transaction_position, claim_count,"
        " service_line_count, adjustment_count, provider_adjustment_count, claim_charge_amount,"
        " claim_paid_amount, provider_adjustment_amount, payment_amount from marts.era_remittances"
    )
    assert {row[:4]: row[4:] for row in found} == expected


def test_a_remittance_has_the_worst_outcome_of_its_checks(warehouse: Warehouse, bronze: Bronze):
    severity = ("balanced", "not_evaluable", "mismatch")
    worst: dict[Place, int] = defaultdict(int)
    for (_, *place), (outcome, _) in expected_checks(bronze).items():
        remittance = tuple(place[:3])
        worst[remittance] = max(worst[remittance], severity.index(outcome))
    found = warehouse.query(f"select {', '.join(REMITTANCE)}, balance_outcome from marts.era_remittances")
    assert {row[:3]: row[3] for row in found} == {place: severity[rank] for place, rank in worst.items()}
