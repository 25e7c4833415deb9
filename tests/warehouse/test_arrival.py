"""Whatever the order in which files arrive, the state in the end is the same.

Two hundred small histories stand side by side in one warehouse, each with keys of its own: the same files, in
folders dated by their day, arrive in their order in one history and in a drawn order in the other.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.building import Row, Warehouse, frames

HISTORIES = 200
FILES, KEYS = 6, 3
FIRST = date(2026, 5, 1)
AS_OF = FIRST + timedelta(days=30)


def contents(chance: random.Random) -> list[list[tuple[int, int | None, int]]]:
    """The rows of each day: key, hour of the change or none, cents. A key is there or not, as it comes."""
    return [
        [
            (key, chance.choice([None, chance.randrange(4 * day, 4 * day + 8)]), chance.randrange(1, 5) * 100)
            for key in range(KEYS)
            if chance.random() < 0.7
        ]
        for day in range(FILES)
    ]


def history(
    name: str, files: list[list[tuple[int, int | None, int]]], arrivals: list[int]
) -> dict[str, list[Row]]:
    """The loads and rows of ``files`` when the file of each day arrives on the given day."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for day, (rows, arrival) in enumerate(zip(files, arrivals, strict=True)):
        folder = FIRST + timedelta(days=day)
        loaded_on = FIRST + timedelta(days=arrival)
        load = {"load_id": f"{name}-{day}", "file_hash": f"{name}-{day}", "loaded_on": loaded_on}
        total = sum((Decimal(cents).scaleb(-2) for _, _, cents in rows), Decimal("0.00"))
        tables["loads"].append(
            load
            | {
                "file_name": f"{folder}/refunds.csv",
                "source": "refunds",
                "record_unit": "row",
                "verdict": "loaded",
            }
            | {"records_read": len(rows), "records_kept": len(rows), "control_amount_kept": total}
        )
        for number, (key, hour, cents) in enumerate(rows, start=2):
            changed = None if hour is None else datetime(2026, 5, 1) + timedelta(hours=hour)
            tables["refunds"].append(
                load
                | {"refund_id": f"{name}-{key}", "amount": Decimal(cents).scaleb(-2), "row_number": number}
                | {"last_modified_at": changed, "refunded_on": FIRST}
            )
    return tables


@pytest.fixture(scope="module")
def states(folder: Path) -> dict[str, list[tuple[str, Decimal]]]:
    """The refunds that count in each history."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for number in range(HISTORIES):
        chance = random.Random(number)
        files = contents(chance)
        in_order = list(range(FILES))
        drawn = [chance.randrange(day, 20) for day in in_order]
        for name, arrivals in ((f"{number}-ordered", in_order), (f"{number}-drawn", drawn)):
            for table, rows in history(name, files, arrivals).items():
                tables[table] += rows
    warehouse = Warehouse(folder, "arrival").fill(frames(tables))
    warehouse.built("run", "--select", "+stg_billing__refunds", as_of=AS_OF)
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    current = warehouse.frame("select refund_id, amount from staging.stg_billing__refunds order by refund_id")
    for refund_id, amount in current.iter_rows():
        name, _, key = refund_id.rpartition("-")
        found[name].append((key, amount))
    return found


def test_the_order_of_arrival_does_not_matter(states: dict[str, list[tuple[str, Decimal]]]):
    assert len(states) == 2 * HISTORIES
    different = [
        number for number in range(HISTORIES) if states[f"{number}-ordered"] != states[f"{number}-drawn"]
    ]
    assert different == []


def test_the_histories_are_not_all_alike(states: dict[str, list[tuple[str, Decimal]]]):
    assert len({tuple(state) for state in states.values()}) > HISTORIES // 4
    assert isinstance(
        pl.Series([amount for state in states.values() for _, amount in state]).dtype, pl.Decimal
    )
