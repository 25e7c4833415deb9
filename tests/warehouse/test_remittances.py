"""The remittance marts on the public 835 files and on a world of known truth, against plain Python."""

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
from tests.warehouse import remittance_page
from tests.warehouse.building import BRONZE, Warehouse
from tests.warehouse.practice import AS_OF
from tests.warehouse.remittance_world import CARRIED_CENTS, PAYERS, RemittanceWorld, remittance_world

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
def world() -> RemittanceWorld:
    return remittance_world(2_000)


@pytest.fixture(scope="module")
def bronze(x12_samples: Path, world: RemittanceWorld) -> Bronze:
    """The public samples, the invented practice and the check of the page, for one warehouse of them all."""
    together: Bronze = {}
    for part in (read_folder(x12_samples / "835"), world.bronze, remittance_page.bronze()):
        for table, frame in part.items():
            together[table] = pl.concat([together[table], frame]) if table in together else frame
    return together


@pytest.fixture(scope="module")
def warehouse(folder: Path, bronze: Bronze) -> Warehouse:
    marts = "+era_dashboard era_payer_totals era_balance_checks provider_adjustment_ledger"
    return (
        Warehouse(folder, "remittances")
        .fill(bronze)
        .built(
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--indirect-selection",
            "cautious",
            "--select",
            *marts.split(),
            as_of=AS_OF,
        )
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


def test_the_pieces_of_every_check_add_up_to_it(warehouse: Warehouse, bronze: Bronze):
    """Applied, disbursed, unapplied and provider-level money, each summed here from the rows of the files."""
    claims = grouped(bronze["era_claims"], REMITTANCE)
    provider = grouped(bronze["era_provider_adjustments"], REMITTANCE)
    pieces: dict[Place, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for *place, outcome, position, applied, disbursed, unapplied in warehouse.query(
        f"select {', '.join(f'claims.{name}' for name in REMITTANCE)}, outcome, claim_position,"
        " applied_amount, disbursed_amount, unapplied_amount from marts.era_claims"
        " inner join intermediate.int_era__claim_payments as claims"
        " using (claim_payment_key, claim_position)"
    ):
        (claim,) = (row for row in claims[tuple(place)] if row["claim_position"] == position)
        assert applied + disbursed + unapplied == (claim["paid_amount"] or 0)
        assert outcome == "matched" or not applied
        assert outcome == "legacy" or not disbursed
        sums = pieces[tuple(place)]
        pieces[tuple(place)] = [
            total + part for total, part in zip(sums, (applied, disbursed, unapplied), strict=True)
        ]
    found = warehouse.query(
        f"select {', '.join(f'places.{name}' for name in REMITTANCE)}, standing, check_amount,"
        " applied_amount, disbursed_amount,"
        " dashboard.unapplied_amount, provider_level_amount, amount_to_post_in_legacy"
        " from marts.era_dashboard as dashboard"
        " inner join intermediate.int_era__standings as places using (remittance_key, standing)"
    )
    assert len(found) == bronze["era_remittances"].height
    for *place, standing, check, applied, disbursed, unapplied, provider_level, to_post in found:
        place = tuple(place)
        assert check == applied + disbursed + unapplied + provider_level
        if standing != "counted":
            assert (applied, disbursed, provider_level, to_post) == (0, 0, 0, 0)
            continue
        effect = -sum((row["amount"] or Decimal(0) for row in provider[place]), Decimal(0))
        paid = sum((row["paid_amount"] or Decimal(0) for row in claims[place]), Decimal(0))
        assert (applied, disbursed) == (pieces[place][0], pieces[place][1])
        assert (provider_level, to_post) == (effect, disbursed)
        # What neither claims nor adjustments explain is open, and nowhere else.
        assert unapplied - pieces[place][2] == check - paid - effect


def test_the_check_on_the_page_falls_into_the_pieces_on_the_page(warehouse: Warehouse):
    pieces = remittance_page.pieces()
    assert len(pieces) == 4
    assert sum(pieces.values()) == remittance_page.check_amount()
    assert warehouse.query(
        f"select check_amount, {', '.join(pieces)}, amount_to_post_in_legacy, unexplained_amount, standing"
        f" from marts.era_dashboard where trace_number = '{remittance_page.TRACE}'"
    ) == [
        (
            remittance_page.check_amount(),
            *pieces.values(),
            pieces["disbursed_amount"],
            Decimal(0),
            "counted",
        )
    ]


def test_every_claim_payment_ends_in_exactly_one_of_three(warehouse: Warehouse, bronze: Bronze):
    rows = warehouse.query(
        "select claims.file_hash, interchange_position, transaction_position, claims.claim_position,"
        " count(*), min(outcome), max(outcome) from marts.era_claims as claims"
        " inner join intermediate.int_era__standings using (remittance_key) group by all"
    )
    assert {row[:4] for row in rows} == {at(row, CLAIM) for row in bronze["era_claims"].iter_rows(named=True)}
    assert {row[4] for row in rows} == {1}
    assert {row[5:] for row in rows} <= {(name, name) for name in ("matched", "legacy", "unmatched")}


def test_no_cent_of_the_known_world_is_at_a_wrong_line(warehouse: Warehouse, world: RemittanceWorld):
    found = warehouse.frame(
        "select file_hash, claim_position, line_position, outcome, claim_id, line_number, match_method,"
        " paid_amount from marts.era_service_lines where starts_with(file_hash, '0000000000')"
    )
    compared = world.truth.join(
        found, on=["file_hash", "claim_position", "line_position"], how="full", suffix="_found", coalesce=True
    )
    wrong = compared.filter(
        pl.col("outcome").ne_missing(pl.col("outcome_found"))
        | pl.col("claim_id").ne_missing(pl.col("claim_id_found"))
        | pl.col("line_number").ne_missing(pl.col("line_number_found"))
    )
    assert wrong.rows() == []
    assert compared["paid_amount"].null_count() == 0
    methods = set(found["match_method"].drop_nulls())
    assert {"line_control_number", "procedure_modifiers_charge", "procedure_charge"} <= methods
    assert "original_procedure_charge" in methods


def test_an_unmatched_claim_payment_says_why(warehouse: Warehouse):
    unmatched = warehouse.query(
        "select distinct unmatched_reason is not null from marts.era_claims where outcome = 'unmatched'"
    )
    assert unmatched == [(True,)]


def test_reversals_and_corrections_apart_are_paired(warehouse: Warehouse):
    roles = dict(
        warehouse.query(
            "select reversal_role, count(*) from marts.era_claims"
            " where starts_with(file_hash, '0000000000') and reversal_role is not null group by all"
        )
    )
    assert roles == {"paired": 40, "reversed": 40, "correction": 40}
    wrong = warehouse.query(
        "select reversals.claim_payment_key from marts.era_claims as reversals"
        " left join marts.era_claims as originals on reversals.reverses_key = originals.claim_payment_key"
        " left join marts.era_claims as later on reversals.correction_key = later.claim_payment_key"
        " where reversals.reversal_role = 'paired' and not ("
        " originals.claim_id = reversals.claim_id and later.claim_id = reversals.claim_id"
        " and originals.paid_amount = -reversals.paid_amount and later.paid_amount > 0)"
    )
    assert wrong == []


def test_what_is_carried_forward_settles_with_the_next_remittance(warehouse: Warehouse):
    items = warehouse.query(
        "select item_status, count(*), sum(still_to_come_amount) from marts.provider_adjustment_ledger"
        " where ledger_kind = 'forward_balance' and starts_with(file_hash, '0000000000') group by all"
    )
    assert sorted(items) == [
        ("open", PAYERS, PAYERS * Decimal(CARRIED_CENTS).scaleb(-2)),
        ("settled", 25, Decimal("0.00")),
    ]


def test_a_remittance_that_comes_again_adds_nothing(warehouse: Warehouse, world: RemittanceWorld):
    remittances = world.bronze["era_remittances"]
    expected = remittances.filter(pl.col("file_hash").str.starts_with("0"))["payment_amount"].sum()
    assert remittances["payment_amount"].sum() != expected
    ours = "payer_key in (select payer_key from marts.era_claims where starts_with(file_hash, '0000000000'))"
    ((counted, held),) = warehouse.query(
        f"select sum(check_amount), sum(held_remittance_count) from marts.era_payer_totals where {ours}"
    )
    assert (counted, held) == (expected, 0)
    again = warehouse.query(f"from marts.era_dashboard where standing = 'duplicate' and {ours}")
    assert len(again) == 2
