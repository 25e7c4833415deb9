"""Which receipts a person means: by number, or by what they have in common."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFilter:
    """A receipt must fit every part that is given; an empty part fits all."""

    receipt_ids: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    receipt_types: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    received_from: date | None = None
    received_to: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it would take every receipt there is."""
        return self == ReceiptFilter()
