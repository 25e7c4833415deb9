"""The practice's posting settings and their history.

Belongs here: the settings table of the posting rules, its defaults, and which values are in force on a date.
Does not belong here: where the settings are stored or read from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from posting.vocabulary import Order

DISBURSEMENT_ORDERS = tuple(order.label for order in Order if order <= Order.PRO_RATA)


@dataclass(frozen=True, slots=True)
class PostingSettings:
    """The values of the settings table that are in force together.

    `statement_statuses` and `skip_statuses` hold claim statuses; one that ends in `*` stands for every status
    that starts so. An empty `claim_done_status` or `credit_claim_status` leaves the claim's status alone.
    """

    copay_hold_days: int = 7
    credit_hold_days: int = 30
    copay_procedures_only: bool = False
    copay_multiple_procedures: bool = False
    copay_overflow_is_general: bool = True
    receipt_disbursement: str = "oldest_first"
    credit_claim_status: str = "Refund"
    prepay_types: tuple[str, ...] = ("Pre-Pay",)
    statement_statuses: tuple[str, ...] = ("Statement*",)
    skip_statuses: tuple[str, ...] = ()
    claim_done_status: str = "Done"

    def __post_init__(self) -> None:
        if self.copay_hold_days < 0 or self.credit_hold_days < 0:
            raise ValueError("hold days must not be negative")
        if self.receipt_disbursement not in DISBURSEMENT_ORDERS:
            raise ValueError(f"receipt_disbursement must be one of {', '.join(DISBURSEMENT_ORDERS)}")
        for name in ("prepay_types", "statement_statuses", "skip_statuses"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise ValueError(f"{name} must be a list, not a single text")
            object.__setattr__(self, name, tuple(value))

    @property
    def order(self) -> Order:
        """`receipt_disbursement` as a word of the vocabulary."""
        return Order[self.receipt_disbursement.upper()]

    def is_statement_status(self, status: str) -> bool:
        """Whether a claim with this status is collectable from the patient."""
        return _matches(status, self.statement_statuses)

    def is_skip_status(self, status: str) -> bool:
        """Whether a claim with this status is never touched automatically."""
        return _matches(status, self.skip_statuses)


def _matches(status: str, patterns: tuple[str, ...]) -> bool:
    """A claim without a status matches nothing, not even a bare `*`."""
    return status != "" and any(
        status.startswith(pattern[:-1]) if pattern.endswith("*") else status == pattern
        for pattern in patterns
    )


@dataclass(frozen=True, slots=True)
class SettingsHistory:
    """Settings by the date from which they are in force, oldest first.

    A date before the first entry takes the defaults, which are version 0; the entries are versions 1, 2, …
    """

    effective: tuple[tuple[date, PostingSettings], ...] = ()

    def __post_init__(self) -> None:
        dates = [effective_on for effective_on, _ in self.effective]
        if dates != sorted(set(dates)):
            raise ValueError("settings must be listed by date, one set of values a date")

    @classmethod
    def always(cls, settings: PostingSettings) -> SettingsHistory:
        """The same values for all time."""
        return cls(((date.min, settings),))

    @classmethod
    def from_changes(cls, changes: Iterable[tuple[date, str, Any]]) -> SettingsHistory:
        """History from single changes `(effective_on, setting, value)`, in any order.

        A setting keeps its value until it is changed again. Raises `ValueError` for an unknown setting.
        """
        by_date: dict[date, dict[str, Any]] = {}
        for effective_on, name, value in changes:
            by_date.setdefault(effective_on, {})[name] = value
        return cls.from_mapping(by_date)

    @classmethod
    def from_mapping(cls, changes: Mapping[date, Mapping[str, Any]]) -> SettingsHistory:
        """History from the settings that change on each date; unnamed settings keep their value."""
        known = {field.name for field in fields(PostingSettings)}
        current = PostingSettings()
        versions: list[tuple[date, PostingSettings]] = []
        for effective_on in sorted(changes):
            unknown = sorted(set(changes[effective_on]) - known)
            if unknown:
                raise ValueError(f"unknown settings: {', '.join(unknown)}")
            current = replace(current, **changes[effective_on])
            versions.append((effective_on, current))
        return cls(tuple(versions))

    def versions(self) -> tuple[tuple[date, PostingSettings], ...]:
        """Every version with its first date; version 0 is the defaults since the beginning of time."""
        return ((date.min, PostingSettings()), *self.effective)

    def in_force(self, on: date) -> tuple[int, PostingSettings]:
        """Version number and values in force on a date."""
        version = bisect_right([effective_on for effective_on, _ in self.effective], on)
        return version, self.versions()[version][1]
