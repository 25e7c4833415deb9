"""The books by hand: escrow, roll-forward and bridge from bronze rows, row after row, in plain Python.

It shares nothing with the SQL but the rules: no windows, no months in between, no joins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.books_world import AS_OF, COLLECTOR, Tables

ZERO = Decimal("0.00")
BASES = ("received", "posting", "reference_batch")


@dataclass(frozen=True)
class Money:
    """One receipt (kind `received`) or one entry."""

    kind: str
    receipt_id: str
    on: date
    reference_on: date
    amount: Decimal
    claim_id: str | None = None
    line_number: int | None = None


class Oracle:
    """All books of one set of tables as of `AS_OF`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.receipts = {r["receipt_id"]: dict(r) for r in tables["receipts"] if _received_on(r) <= AS_OF}
        self.entries = self._entries()
        self._reverse_in_the_journal()
        self.entries = [entry for entry in self.entries if entry.receipt_id in self.receipts]
        self.voided = self._voided_lines()

    def _entries(self) -> list[Money]:
        entries = []
        for table, kind, day in (
            ("payments", "applied", "posting_on"),
            ("disbursements", "disbursed", "disbursed_on"),
            ("refunds", "refunded", "refunded_on"),
        ):
            for r in self.tables[table]:
                if r[day] <= AS_OF:
                    reference_on = r.get("reference_batch_on") or r[day]
                    line = r.get("claim_id"), r.get("line_number")
                    entries.append(Money(kind, r["receipt_id"], r[day], reference_on, r["amount"], *line))
        return entries

    def _reverse_in_the_journal(self) -> None:
        """A negative receipt, and the negative of all that the receipt did by then."""
        for entry in self.tables["journal_entries"]:
            original, on = self.receipts.get(entry["receipt_id"]), entry["entered_on"]
            if original is None or on > AS_OF:
                continue
            standing: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
            for made in self.entries:
                if made.receipt_id == entry["receipt_id"] and made.on <= on:
                    standing[made.kind, made.claim_id, made.line_number] += made.amount
            for (kind, claim_id, line), total in standing.items():
                if total:
                    back = Money(kind, entry["receipt_id"], on, on, -total, claim_id, line)
                    self.entries.append(back)
            negative = {"amount": -original["amount"], "posting_on": on, "reference_batch_on": None}
            self.receipts[f"{entry['receipt_id']}-R"] = original | negative | {"received_at": on}

    def _voided_lines(self) -> dict[tuple[str, int], date]:
        claims = {claim["claim_id"]: claim["voided_on"] for claim in self.tables["claims"]}
        return {
            (line["claim_id"], line["line_number"]): min(
                day for day in (line["voided_on"], claims[line["claim_id"]], date.max) if day
            )
            for line in self.tables["claim_lines"]
        }

    def receipt_day(self, receipt_id: str, basis: str) -> date:
        r = self.receipts[receipt_id]
        days = {
            "received": [_received_on(r)],
            "posting": [r.get("posting_on"), _received_on(r)],
            "reference_batch": [r.get("reference_batch_on"), r.get("posting_on"), _received_on(r)],
        }[basis]
        return next(day for day in days if day)

    def movements(self, basis: str) -> list[tuple[str, date, str, Decimal]]:
        """Kind, day, receipt, amount: receipts and entries alike."""
        received = [
            ("received", self.receipt_day(key, basis), key, r["amount"]) for key, r in self.receipts.items()
        ]
        used = [
            (e.kind, e.reference_on if basis == "reference_batch" else e.on, e.receipt_id, e.amount)
            for e in self.entries
        ]
        return received + used

    def escrow_on(self, day: date) -> dict[str, Decimal]:
        """What each receipt holds at the end of a day; those that hold nothing are left out."""
        held: dict[str, Decimal] = defaultdict(Decimal)
        for kind, on, receipt_id, amount in self.movements("received"):
            if on <= day:
                held[receipt_id] += amount if kind == "received" else -amount
        return {key: amount for key, amount in held.items() if amount}

    def rollforward(self, basis: str, kind_of_window: str) -> dict[tuple[Any, ...], tuple[Decimal, ...]]:
        """(window, location, payer class) -> opening, received, applied, disbursed, refunded, closing.

        Only windows in which something moved.
        """
        moved: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for kind, on, receipt_id, amount in self.movements(basis):
            window = on.replace(day=1) if kind_of_window == "month" else on
            moved[*self._place(receipt_id), window][kind] += amount
        closing: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        result = {}
        for *place, window in sorted(moved):
            location, payer_class = place
            sums = moved[location, payer_class, window]
            parts = [sums.get(kind, ZERO) for kind in ("received", "applied", "disbursed", "refunded")]
            opening = closing[location, payer_class]
            closing[location, payer_class] = opening + parts[0] - sum(parts[1:])
            result[window, location, payer_class] = (opening, *parts, closing[location, payer_class])
        return result

    def bridge(self, basis: str) -> dict[tuple[Any, ...], tuple[int, Decimal]]:
        """(month, location, payer class, side, item) -> count and amount, items that are there only."""
        items: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
        for receipt_id, r in self.receipts.items():
            month, place = self.receipt_day(receipt_id, basis).replace(day=1), self._place(receipt_id)
            items[month, *place, "receipts", "receipts_of_period"].append(r["amount"])
        for receipt_id, held in self.escrow_on(date.max).items():
            month, place = self.receipt_day(receipt_id, basis).replace(day=1), self._place(receipt_id)
            items[month, *place, "receipts", "escrow"].append(held)
        for entry in self.entries:
            place = self._place(entry.receipt_id)
            of_receipt = self.receipt_day(entry.receipt_id, basis).replace(day=1)
            on = entry.reference_on if basis == "reference_batch" else entry.on
            of_entry = on.replace(day=1)
            items[of_receipt, *place, "receipts", self._item(entry, of_receipt, of_entry, 0)].append(
                entry.amount
            )
            if entry.kind == "applied":
                item = self._item(entry, of_receipt, of_entry, 1)
                items[of_entry, *place, "payments", item].append(entry.amount)
                items[of_entry, *place, "payments", "payments_of_period"].append(entry.amount)
        return {key: (len(amounts), sum(amounts, ZERO)) for key, amounts in items.items()}

    def _item(self, entry: Money, of_receipt: date, of_entry: date, side: int) -> str:
        if entry.kind != "applied":
            return entry.kind
        voided_on = self.voided.get((entry.claim_id or "", entry.line_number or 0), date.max)
        if entry.amount < 0 and voided_on <= entry.on:
            return "reversed_encounters"
        if self.receipts[entry.receipt_id].get("payer_id") == COLLECTOR:
            return "collections_payments"
        if of_entry == of_receipt:
            return ("payments_in_period", "from_receipts_of_period")[side]
        if of_entry > of_receipt:
            return ("payments_later", "from_earlier_receipts")[side]
        return ("payments_earlier", "from_later_receipts")[side]

    def _place(self, receipt_id: str) -> tuple[str, str]:
        r = self.receipts[receipt_id]
        return r["location_id"], r["payer_class"]


def _received_on(r: Any) -> date:
    at = r["received_at"]
    return at.date() if hasattr(at, "date") else at
