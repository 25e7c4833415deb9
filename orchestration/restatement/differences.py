"""Two published files, mart by mart: rows added, removed and changed, with exact sums.

A row is the same row when its key is. What tells only where a row was read, or what grows older by itself,
does not make it a changed one.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.run.tables import Table, public_tables, quote

PROVENANCE = {"file_hash", "row_number", "load_id"}
AGEING = {
    "age_bucket",
    "age_days",
    "days_in_escrow",
    "days_since_oldest_failure",
    "days_to_filing_limit",
    "last_seen_on",
    "times_seen",
}

DATED_BY = {
    "marts.receipts": "received_on",
    "marts.claims": "created_on",
    "marts.payment_balancing": "window_start_on",
    "marts.balancing_differences": "balanced_on",
    "marts.escrow_rollforward": "window_start_on",
    "marts.era_remittances": "payment_on",
    "marts.receipt_applications": "posted_on",
    "marts.receipt_status_log": "changed_on",
    "marts.disbursements": "disbursed_on",
    "marts.refunds": "refunded_on",
    "marts.failed_charges": "oldest_failure_on",
    "marts.formatter_runs": "run_on",
}
"""The business date of a row: one that is not after the earlier as-of date restates the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountBridge:
    """One amount column from the earlier file's sum to the later one's."""

    column: str
    before: Decimal
    added: Decimal
    removed: Decimal
    changed: Decimal
    after: Decimal

    @property
    def remainder(self) -> Decimal:
        """0.00: the rows explain the whole difference of the sums."""
        return self.after - self.before - self.added - self.removed - self.changed

    def as_json(self) -> dict[str, str]:
        """For machines."""
        parts = ("before", "added", "removed", "changed", "after", "remainder")
        return {"column": self.column, **{part: str(getattr(self, part)) for part in parts}}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadShare:
    """How many rows of a mart one load brought, and how many it brought anew with other values."""

    load_id: str
    file_name: str | None
    loaded_on: date | None
    rows_added: int
    rows_changed: int

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        loaded_on = self.loaded_on.isoformat() if self.loaded_on else None
        return {
            "load_id": self.load_id,
            "file_name": self.file_name,
            "loaded_on": loaded_on,
            "rows_added": self.rows_added,
            "rows_changed": self.rows_changed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MartDifference:
    """What one mart says differently. ``rows_restated`` are the rows added, removed or changed whose business
    date is not after the earlier as-of date; None where the mart's rows have no such date.
    """

    table: str
    rows_added: int
    rows_removed: int
    rows_changed: int
    rows_restated: int | None
    amounts: tuple[AmountBridge, ...]
    loads: tuple[LoadShare, ...]

    @property
    def rows_changed_indirectly(self) -> int:
        """Rows whose own load is the same as before: rows of other sources changed what they say."""
        return self.rows_changed - sum(load.rows_changed for load in self.loads)

    @property
    def is_different(self) -> bool:
        """Whether any row is."""
        return bool(self.rows_added or self.rows_removed or self.rows_changed)

    def as_json(self) -> dict[str, Any]:
        """For machines: amounts and dates as text."""
        return {
            "table": self.table,
            "rows_added": self.rows_added,
            "rows_removed": self.rows_removed,
            "rows_changed": self.rows_changed,
            "rows_changed_indirectly": self.rows_changed_indirectly,
            "rows_restated": self.rows_restated,
            "amounts": [bridge.as_json() for bridge in self.amounts],
            "loads": [load.as_json() for load in self.loads],
        }


def differences(earlier: Path, later: Path, earlier_as_of: date) -> list[MartDifference]:
    """Every mart that both files have, by name. The files are only read."""
    with duckdb.connect() as connection:
        for name, path in (("earlier", earlier), ("later", later)):
            connection.execute(f"attach {_literal(str(path))} as {name} (read_only)")
        connection.execute("set enable_external_access = false")
        tables = {name: _marts(connection, name) for name in ("earlier", "later")}
        return [
            _difference(connection, table, tables["later"][name], earlier_as_of)
            for name, table in tables["earlier"].items()
            if name in tables["later"]
        ]


def _marts(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Table]:
    connection.execute(f"use {database}")
    return {table.full_name: table for table in public_tables(connection) if table.schema == "marts"}


def _difference(
    connection: duckdb.DuckDBPyConnection, earlier: Table, later: Table, as_of: date
) -> MartDifference:
    shared = [name for name, _, _ in earlier.columns if name in {name for name, _, _ in later.columns}]
    kinds = {name: kind for name, kind, _ in later.columns}
    amounts = [name for name in shared if name.endswith("_amount") or name == "amount"]
    amounts = [name for name in amounts if kinds[name].startswith("DECIMAL")]
    connection.execute(_joined(later, shared))
    counted = _counts(connection, DATED_BY.get(later.full_name), as_of)
    return MartDifference(
        table=later.full_name,
        rows_added=counted["added"][0],
        rows_removed=counted["removed"][0],
        rows_changed=counted["changed"][0],
        rows_restated=(
            sum(restated for _, restated in counted.values()) if later.full_name in DATED_BY else None
        ),
        amounts=tuple(_bridge(connection, later, column) for column in amounts),
        loads=_loads(connection) if "load_id" in shared else (),
    )


def _joined(table: Table, columns: list[str]) -> str:
    """SQL that makes the temporary table ``joined``: both sides of each row, and what became of it.

    Equal rows of a mart without a key are told apart by a running number.
    """
    key = [quote(name) for name in table.key if name in columns]
    listed = ", ".join(quote(name) for name in columns)
    grouped = ", ".join(key)
    side = (
        f"select {listed}, row_number() over (partition by {grouped} order by {grouped}) as copy_number"  # noqa: S608
        f" from {{database}}.{table.quoted}"
    )
    on = " and ".join(f"e.{name} is not distinct from l.{name}" for name in [*key, "copy_number"])
    compared = [quote(name) for name in columns if name not in PROVENANCE | AGEING | set(table.key)]
    is_changed = " or ".join(f"e.{name} is distinct from l.{name}" for name in compared) or "false"
    return f"""
        create or replace temporary table joined as
        select e, l, case when e.copy_number is null then 'added' when l.copy_number is null then 'removed'
            when {is_changed} then 'changed' else 'same' end as what
        from ({side.format(database="earlier")}) as e
        full join ({side.format(database="later")}) as l on {on}"""  # noqa: S608


def _counts(
    connection: duckdb.DuckDBPyConnection, day: str | None, as_of: date
) -> dict[str, tuple[int, int]]:
    """What became of rows -> how many, and how many of them are dated by ``as_of``."""
    dated = f"least(e.{day}, l.{day}) <= $as_of" if day else "$as_of is null"
    rows = connection.execute(
        f"select what, count(*), count(*) filter (where {dated}) from joined"  # noqa: S608
        " where what <> 'same' group by what",
        {"as_of": as_of},
    ).fetchall()
    return {"added": (0, 0), "removed": (0, 0), "changed": (0, 0)} | {
        what: (count, restated) for what, count, restated in rows
    }


def _bridge(connection: duckdb.DuckDBPyConnection, table: Table, column: str) -> AmountBridge:
    """The sums before and after come from the marts themselves, the steps between from the compared rows."""
    name = quote(column)
    total = f"select coalesce(sum({name}), 0)::decimal(38, 2) from {{}}.{table.quoted}"  # noqa: S608
    before, after = (connection.execute(total.format(side)).fetchall()[0][0] for side in ("earlier", "later"))
    steps = dict(
        connection.execute(
            f"select what, sum(coalesce(l.{name}, 0) - coalesce(e.{name}, 0))::decimal(38, 2)"  # noqa: S608
            " from joined group by what"
        ).fetchall()
    )
    nothing = Decimal("0.00")
    return AmountBridge(
        column=column,
        before=before,
        added=steps.get("added", nothing),
        removed=steps.get("removed", nothing),
        changed=steps.get("changed", nothing),
        after=after,
    )


def _loads(connection: duckdb.DuckDBPyConnection) -> tuple[LoadShare, ...]:
    rows = connection.execute(
        """
        select shares.load_id, loads.file_name, loads.loaded_on, shares.rows_added, shares.rows_changed
        from (
            select l.load_id as load_id, count(*) filter (where what = 'added') as rows_added,
                count(*) filter (where what = 'changed') as rows_changed
            from joined
            where l.load_id is not null
                and (what = 'added' or (what = 'changed' and e.load_id is distinct from l.load_id))
            group by 1) as shares
        left join later.marts.loads as loads on shares.load_id = loads.load_id
        order by loads.loaded_on, loads.file_name, shares.load_id"""
    ).fetchall()
    return tuple(
        LoadShare(load_id=row[0], file_name=row[1], loaded_on=row[2], rows_added=row[3], rows_changed=row[4])
        for row in rows
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
