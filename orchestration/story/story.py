"""What a story is made of."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened. ``order`` tells facts of one day apart; ``rule`` and ``setting`` say why it
    happened so, ``file_name`` and ``row_number`` where it is written.
    """

    on: date | None
    what: str
    amount: Decimal | None = None
    rule: str | None = None
    setting: str | None = None
    file_name: str | None = None
    row_number: int | None = None
    order: tuple[int, int] = (0, 0)

    def as_json(self) -> dict[str, Any]:
        """For machines: dates and amounts as text, what is unknown as null."""
        return {
            "on": self.on.isoformat() if self.on else None,
            "what": self.what,
            "amount": None if self.amount is None else str(self.amount),
            "rule": self.rule,
            "setting": self.setting,
            "file_name": self.file_name,
            "row_number": self.row_number,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A total and the places where all of it is. ``remainder`` is 0.00 unless a mart is broken."""

    title: str
    total: Decimal
    places: tuple[tuple[str, Decimal], ...]

    @property
    def remainder(self) -> Decimal:
        """What the places leave unexplained."""
        return self.total - sum((amount for _, amount in self.places), Decimal("0.00"))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "title": self.title,
            "total": str(self.total),
            "places": [{"place": place, "amount": str(amount)} for place, amount in self.places],
            "remainder": str(self.remainder),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Facts by date, then where every cent is. ``silences`` say what the published file cannot tell."""

    title: str
    as_of: date
    facts: tuple[Fact, ...]
    accounts: tuple[Account, ...] = ()
    silences: tuple[str, ...] = ()
    told_with: tuple["Story", ...] = field(default=())
    """Stories of what this one is about, such as the receipt of an exception."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "title": self.title,
            "as_of": self.as_of.isoformat(),
            "facts": [fact.as_json() for fact in self.facts],
            "accounts": [account.as_json() for account in self.accounts],
            "silences": list(self.silences),
            "told_with": [story.as_json() for story in self.told_with],
        }


def in_order(facts: list[Fact]) -> tuple[Fact, ...]:
    """By date, then by their order on that day; what has no date comes last."""
    return tuple(sorted(facts, key=lambda fact: (fact.on or date.max, fact.order)))
