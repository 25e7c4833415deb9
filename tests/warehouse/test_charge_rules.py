"""Every rule on charges fires on its planted charges, and on no other charge of the same world."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.building import PROJECT, Warehouse, frames
from tests.warehouse.charges_world import AS_OF, CODES, FEE, ChargesWorld, charges_world

# What the rules read of other models: balances stand in the place of the posting of receipts.
_BUILT = (
    "path:models/staging", "int_claims__repeated_interchanges", "int_charges__*", "charge_rule_coverage",
    "failed_charge_reasons",
)  # fmt: skip
_BALANCES = """
create table intermediate.int_claims__line_balances (
    claim_id varchar, line_number bigint, charge_amount decimal(18, 2), insurance_paid_amount decimal(18, 2),
    adjustment_amount decimal(18, 2), patient_paid_amount decimal(18, 2)
)"""


CHANGED = date(2026, 3, 9)


def rules() -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "charge_rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DECIDABLE = [rule["rule_id"] for rule in rules() if rule["condition_name"]]


@pytest.fixture(scope="module")
def world() -> ChargesWorld:
    return charges_world()


@pytest.fixture(scope="module")
def built(folder: Path, world: ChargesWorld) -> Warehouse:
    """The world's charges with every rule on them, and a practice's own fees, payers and procedures."""
    warehouse = Warehouse(folder, "charges").fill(frames(world.tables))
    warehouse.built("seed", as_of=AS_OF)
    with duckdb.connect(str(warehouse.path)) as connection:
        fees = [(code, FEE) for code in CODES]
        connection.executemany("insert into seeds.practice_fees values (?, '2018-01-01', null, ?)", fees)
        connection.execute(
            "insert into seeds.practice_payer_rules by name select 'MID' as payer_id,"
            " '2020-01-01' as effective_from, 'midpoint' as counting_method, 'W[0-9]{8}' as member_id_pattern"
        )
        connection.execute(
            "insert into seeds.practice_procedure_rules by name select '97112' as procedure_code,"
            " '2020-01-01' as effective_from, true as is_timed, true as is_therapy, 4 as max_units"
        )
        connection.execute(
            "insert into seeds.practice_allowed_amounts values"
            " (null, 'Medicare', '97140', '2026-01-01', null, 35.00, 30.00),"
            " ('COM', null, '97140', '2026-01-01', null, 1.00, null)"
        )
        # From March 9 on the rule on fees has another version, which warns no longer but holds.
        connection.execute(
            "update seeds.charge_rules set effective_until = ? where rule_id = 'FC34'", [CHANGED]
        )
        connection.execute(
            "insert into seeds.charge_rules select * replace (2 as version, ? as effective_from,"
            " null as effective_until, 'hold' as severity) from seeds.charge_rules where rule_id = 'FC34'",
            [CHANGED],
        )
        connection.execute("create schema if not exists intermediate")
        connection.execute(_BALANCES)
        rows = [(*balance, Decimal(0)) for balance in world.balances]
        connection.executemany(
            "insert into intermediate.int_claims__line_balances values (?, ?, ?, ?, ?, ?)", rows
        )
    return warehouse.built("run", "--select", *_BUILT, as_of=AS_OF)


def keys(rows: list[tuple[str, int]]) -> set[tuple[str, int]]:
    return {(claim_id, number) for claim_id, number in rows}


@pytest.mark.parametrize("rule", DECIDABLE)
def test_a_rule_fires_on_its_charges_and_on_no_other(
    built: Warehouse, world: ChargesWorld, rule: str
) -> None:
    assert world.broken[rule]
    found = built.query(
        f"select claim_id, line_number from intermediate.int_charges__rule_failures where rule_id = '{rule}'"
    )
    assert keys(found) == world.broken[rule]


def undecided() -> Iterator[tuple[str, str, int]]:
    for rule, charges in sorted(charges_world().undecided.items()):
        for claim_id, number in sorted(charges):
            yield rule, claim_id, number


def test_what_the_sources_do_not_tell_is_not_passed(built: Warehouse) -> None:
    passed = [
        (rule, claim_id, number)
        for rule, claim_id, number in undecided()
        if built.query(
            f"select {rule} from intermediate.int_charges__rule_conditions"
            f" where claim_id = '{claim_id}' and line_number = {number}"
        )
        != [(None,)]
    ]
    assert passed == []


def test_every_charge_is_counted_once_by_every_rule(built: Warehouse, world: ChargesWorld) -> None:
    charges = len(world.balances)
    assert built.query(
        "select count(*), min(charge_count), max(charge_count), min(amount), max(amount),"
        " bool_and(charge_count = out_of_scope_count + evaluated_count + not_evaluable_count),"
        " bool_and(evaluated_count = failed_count + passed_count) from marts.charge_rule_coverage"
    ) == [
        (
            len(rules()) + 1,
            charges,
            charges,
            sum(charge for _, _, charge, _, _ in world.balances),
            sum(charge for _, _, charge, _, _ in world.balances),
            True,
            True,
        )
    ]
    assert built.query(
        "select rule_id, version, failed_count, failed_amount from marts.charge_rule_coverage"
        " where failed_count > 0 order by 1, 2"
    ) == built.query(
        "select rule_id, rule_version, count(*), sum(amount) from intermediate.int_charges__rule_failures"
        " group by 1, 2 order by 1, 2"
    )


def test_every_result_carries_the_version_of_its_day(built: Warehouse) -> None:
    assert built.query(
        "select claim_id, rule_version, severity from intermediate.int_charges__rule_failures"
        " where rule_id = 'FC34' and claim_id in ('other-fee', 'other-fee-before') order by 1"
    ) == [("other-fee", 2, "hold"), ("other-fee-before", 1, "warn")]


def test_a_rule_says_what_it_leaves_open(built: Warehouse) -> None:
    found = built.query(
        "select rule_id from marts.charge_rule_coverage"
        " where not_evaluable_count > 0 and not_evaluable_when is null order by 1"
    )
    assert found == []


def test_a_rule_without_a_source_decides_nothing(built: Warehouse) -> None:
    assert set(
        built.query(
            "select rule_id, evaluated_count, not_evaluable_count > 0 from marts.charge_rule_coverage"
            " where not is_decidable"
        )
    ) == {("FC21", 0, True), ("FC23", 0, True), ("FC33", 0, True), ("FC35", 0, True)}


def test_a_rejection_is_a_reason_of_its_own_origin(built: Warehouse, world: ChargesWorld) -> None:
    found = built.query(
        "select distinct reason_code from marts.failed_charge_reasons where origin = 'acknowledgement'"
    )
    assert found == [("FC31",)]
    assert built.query(
        "select oldest_failure_on, load_id is not null from marts.failed_charge_reasons"
        " where charge_record_id = 'rejected-in-time-1' and reason_code = 'FC31'"
    ) == [(AS_OF.replace(month=1, day=5), True)]


def test_the_seed_names_every_condition_once(built: Warehouse) -> None:
    columns = built.query(
        "select column_name from information_schema.columns"
        " where table_name = 'int_charges__rule_conditions' and column_name like 'fc%'"
    )
    assert sorted(name for (name,) in columns) == sorted({rule.lower() for rule in DECIDABLE})
