"""A small world for the examples: accounts written in one line each, posted by both engines at once."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from posting import AccountTables, PostingResult, PostingSettings, SettingsHistory, post
from posting.tables import SCHEMAS

YEAR = 2026


def day(text: str) -> date:
    """`01-05` is the fifth of January of the examples' year."""
    return date.fromisoformat(f"{YEAR}-{text}")


def assert_same(one: PostingResult, other: PostingResult) -> None:
    for field in dataclasses.fields(PostingResult):
        assert_frame_equal(getattr(one, field.name), getattr(other, field.name))


class World:
    """Rows by table. Every method returns the world, so that examples read as a list."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in SCHEMAS}

    def receipt(self, receipt_id: str, amount: str, on: str, kind: str = "Payment", **more: Any) -> World:
        row = {
            "receipt_id": receipt_id,
            "patient_id": "P1",
            "receipt_type": kind,
            "received_at": datetime.combine(day(on), time(9)),
            "received_on": day(on),
            "amount": Decimal(amount),
            "initial_status": "New",
        }
        self.rows["receipts"].append(row | more)
        return self

    def claim(
        self, claim_id: str, service: str, *lines: Any, created: str | None = None, **more: Any
    ) -> World:
        """Lines are amounts; a line `("25.00", "copay")` is flagged. `status` puts the claim there when
        created.
        """
        status = more.pop("status", None)
        created_on = day(created or service)
        row = {"claim_id": claim_id, "patient_id": "P1", "service_on": day(service), "created_on": created_on}
        self.rows["claims"].append(row | {name: _date(name, value) for name, value in more.items()})
        for number, line in enumerate(lines, start=1):
            amount, flags = (line, ()) if isinstance(line, str) else (line[0], line[1:])
            self.rows["claim_lines"].append(
                {
                    "claim_id": claim_id,
                    "line_number": number,
                    "charge_amount": Decimal(amount),
                    "is_copay": "copay" in flags,
                    "voided_on": next((day(flag) for flag in flags if flag != "copay"), None),
                }
            )
        if status is not None:
            self.status(claim_id, created or service, status)
        return self

    def status(self, claim_id: str, on: str, status: str | None = None, **more: Any) -> World:
        sequence = len(self.rows["claim_status_history"])
        row = {"claim_id": claim_id, "changed_on": day(on), "sequence": sequence, "status": status}
        self.rows["claim_status_history"].append(
            row | {name: _date(name, value) for name, value in more.items()}
        )
        return self

    def reduce(self, claim_id: str, line_number: int, on: str, amount: str) -> World:
        self.rows["reductions"].append(
            {
                "claim_id": claim_id,
                "line_number": line_number,
                "effective_on": day(on),
                "amount": Decimal(amount),
            }
        )
        return self

    def appointment(self, appointment_id: str, on: str, patient_id: str = "P1") -> World:
        self.rows["appointments"].append(
            {"appointment_id": appointment_id, "patient_id": patient_id, "starts_on": day(on)}
        )
        return self

    def entry(self, on: str, receipt_id: str, action: str, **more: Any) -> World:
        number = len(self.rows["entries"]) + 1
        row = {"entry_number": number, "entered_on": day(on), "receipt_id": receipt_id, "action": action}
        if "amount" in more:
            more["amount"] = Decimal(more["amount"])
        self.rows["entries"].append(row | {name: _date(name, value) for name, value in more.items()})
        return self

    def tables(self) -> AccountTables:
        return tables_of(self.rows)

    def post(self, as_of: str, history: SettingsHistory | None = None, **settings: Any) -> Told:
        """Post with both engines, which must agree, and return what they tell."""
        history = history or SettingsHistory.always(PostingSettings(**settings))
        tables = self.tables()
        plain = post(tables, history, day(as_of), engine="reference")
        assert_same(plain, post(tables, history, day(as_of), engine="kernel"))
        return Told(plain)


def _date(name: str, value: Any) -> Any:
    is_date = name.endswith(("_on", "_until")) and isinstance(value, str)
    return day(value) if is_date else value


def tables_of(rows: dict[str, list[dict[str, Any]]]) -> AccountTables:
    return AccountTables(
        **{table: pl.DataFrame(rows[table], schema=schema, orient="row") for table, schema in SCHEMAS.items()}
    )


class Told:
    """A result in short sentences."""

    def __init__(self, result: PostingResult) -> None:
        self.result = result

    def applied(self, receipt_id: str | None = None) -> list[tuple[str, str, str, str]]:
        """`(day, claim/line, amount, step)` in the order of events."""
        frame = self.result.applications
        if receipt_id is not None:
            frame = frame.filter(pl.col("receipt_id") == receipt_id)
        return [
            (
                f"{row['posted_on']:%m-%d}",
                f"{row['claim_id']}/{row['line_number']}",
                str(row["amount"]),
                row["step"],
            )
            for row in frame.iter_rows(named=True)
        ]

    def log(self, receipt_id: str) -> list[tuple[str, str, str]]:
        """`(day, status, code)` in the order of events."""
        frame = self.result.receipt_status_log.filter(pl.col("receipt_id") == receipt_id)
        return [
            (f"{row['changed_on']:%m-%d}", row["status"], row["code"]) for row in frame.iter_rows(named=True)
        ]

    def end(self, receipt_id: str) -> tuple[str, str, str]:
        """Status, code and unapplied amount at the end."""
        row = self.state(receipt_id)
        return row["status"], row["code"], str(row["unapplied_amount"])

    def state(self, receipt_id: str) -> dict[str, Any]:
        return self.result.receipts.row(by_predicate=pl.col("receipt_id") == receipt_id, named=True)

    def claims(self) -> list[tuple[str, str, str, str]]:
        """`(day, claim, status, reason)` of every claim status that a receipt caused."""
        return [
            (f"{row['changed_on']:%m-%d}", row["claim_id"], row["status"], row["reason"])
            for row in self.result.claim_status_changes.iter_rows(named=True)
        ]

    def refused(self) -> list[tuple[int, str]]:
        return list(self.result.refused_entries.select("entry_number", "code").iter_rows())
