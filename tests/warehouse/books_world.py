"""Random receipts and what was done with them, as bronze rows: seeded, the same in every run.

Belongs here: what happens. Does not belong here: what it adds up to (`books_oracle`).
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.warehouse.building import Row
from tests.warehouse.practice import receipt, row

FIRST_ON, AS_OF = date(2026, 1, 1), date(2026, 6, 30)
COLLECTOR = "AGENCY"

Tables = dict[str, list[Row]]


def day_after(chance: random.Random, day: date, most: int) -> date:
    """A day up to `most` days later, in one of ten cases a few days before."""
    return day + timedelta(days=chance.randint(0, most) if chance.random() < 0.9 else -chance.randint(1, 20))


def amount(chance: random.Random, most_cents: int) -> Decimal:
    return Decimal(chance.randint(1, most_cents)).scaleb(-2)


class BooksWorld:
    """One practice with its own ids, from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.name = f"W{seed}"
        self.tables: Tables = {
            table: []
            for table in ("receipts", "payments", "disbursements", "refunds", "claims", "claim_lines",
                          "journal_entries")
        }  # fmt: skip
        self._claims()
        for number in range(30):
            self._receipt(f"{self.name}-R{number}")
        # Money of receipts that never came: in no escrow and in no bridge.
        self._payment(f"{self.name}-R404", "patient_payment", self._day(), Decimal("5.00"))

    def _day(self) -> date:
        return FIRST_ON + timedelta(days=self.chance.randint(0, 200))

    def _claims(self) -> None:
        """Two claims of three lines; some lines, and the second claim, are voided on the way."""
        for number in (1, 2):
            claim_id = f"{self.name}-C{number}"
            voided_on = self._day() if number == 2 else None
            self.tables["claims"].append(
                row(FIRST_ON, claim_id=claim_id, patient_id=self.name, location_id=f"{self.name}-L1")
                | {"service_on": FIRST_ON, "created_on": FIRST_ON, "charge_amount": Decimal(300)}
                | {"voided_on": voided_on}
            )
            for line in (1, 2, 3):
                self.tables["claim_lines"].append(
                    row(FIRST_ON, claim_id=claim_id, line_number=line, charge_amount="100")
                    | {"is_copay_line": line == 1, "voided_on": self._day() if line == 3 else None}
                )

    def _receipt(self, receipt_id: str) -> None:
        chance, received_on, paid = self.chance, self._day(), amount(self.chance, 20_000)
        payer_class = chance.choice(("Patient", "Insurance", "Invoice"))
        facts: dict[str, Any] = {
            "payer_class": payer_class,
            "patient_id": self.name,
            "payer_id": chance.choice((COLLECTOR, "PAY01", None)),
            "location_id": f"{self.name}-L{chance.randint(1, 2)}",
            "posting_on": day_after(chance, received_on, 40) if chance.random() < 0.7 else None,
            "reference_batch_on": day_after(chance, received_on, 40) if chance.random() < 0.7 else None,
        }
        self.tables["receipts"].append(receipt(receipt_id, received_on, str(paid), **facts))
        for _ in range(chance.randint(0, 4)):
            kind = "patient_payment" if payer_class == "Patient" else "insurance_payment"
            cents = amount(chance, 6_000) * (1 if chance.random() < 0.75 else -1)
            self._payment(receipt_id, kind, day_after(chance, received_on, 90), cents)
        self._give_away(receipt_id, received_on)
        if chance.random() < 0.2:
            self._reverse(receipt_id, received_on, paid, facts)

    def _payment(self, receipt_id: str, entry_type: str, on: date, cents: Decimal) -> None:
        self.tables["payments"].append(
            row(FIRST_ON, payment_id=f"{self.name}-T{len(self.tables['payments'])}", receipt_id=receipt_id)
            | {"entry_type": entry_type, "posting_on": on, "amount": cents}
            | {
                "claim_id": f"{self.name}-C{self.chance.randint(1, 2)}",
                "line_number": self.chance.randint(1, 3),
            }
            | {"reference_batch_on": day_after(self.chance, on, 30) if self.chance.random() < 0.5 else None}
        )

    def _give_away(self, receipt_id: str, received_on: date) -> None:
        """Disburse, undo some of it, refund."""
        chance = self.chance
        if chance.random() < 0.3:
            on, code, cents = day_after(chance, received_on, 60), chance.choice("OEV"), amount(chance, 4_000)
            days = [(on, cents)] + ([(day_after(chance, on, 30), -cents)] if chance.random() < 0.5 else [])
            for day, signed in days:
                self.tables["disbursements"].append(
                    row(FIRST_ON, disbursement_id=f"{self.name}-D{len(self.tables['disbursements'])}")
                    | {"receipt_id": receipt_id, "disbursement_code": code, "disbursed_on": day}
                    | {"amount": signed}
                )
        if chance.random() < 0.2:
            self.tables["refunds"].append(
                row(FIRST_ON, refund_id=f"{self.name}-F{len(self.tables['refunds'])}", receipt_id=receipt_id)
                | {"refunded_on": day_after(chance, received_on, 60), "amount": amount(chance, 3_000)}
            )

    def _reverse(self, receipt_id: str, received_on: date, paid: Decimal, facts: dict[str, Any]) -> None:
        """By billing; or in the journal, where only the others' receipts are reversed as entered."""
        on = received_on + timedelta(days=self.chance.randint(0, 60))
        if facts["payer_class"] == "Patient":
            undated = facts | {"posting_on": None, "reference_batch_on": None}
            self.tables["receipts"].append(
                receipt(f"{receipt_id}-R", on, str(-paid), reversal_of_receipt_id=receipt_id, **undated)
            )
            return
        self.tables["journal_entries"].append(
            {"receipt_id": receipt_id, "action": "reverse", "entered_on": on, "person": "a.biller"}
        )


def books(seeds: range) -> Tables:
    """Several worlds beside each other; the entries of the journal get their numbers here."""
    worlds = [BooksWorld(seed) for seed in seeds]
    tables: Tables = {
        table: [each for world in worlds for each in world.tables[table]] for table in worlds[0].tables
    }
    tables["journal_entries"] = [
        {**entry, "entry_number": number} for number, entry in enumerate(tables["journal_entries"], start=1)
    ]
    tables["company_settings"] = [
        {"setting_name": "collection_payers", "effective_from": FIRST_ON, "item_number": 1}
        | {"setting_value": COLLECTOR}
    ]
    return tables
