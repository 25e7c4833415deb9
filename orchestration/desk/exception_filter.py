"""Which exceptions a person means: by id, or by what they have in common."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFilter:
    """An exception must fit every part that is given; an empty part fits all.

    ``exception_ids`` are whole ids, or their beginnings as far as they are unique. ``older_than`` counts the
    days since it was first seen; ``amount_from`` and ``amount_to`` include their ends, and leave out what has
    no amount. ``text`` stands somewhere in the finding or in a key. ``root_ids`` are the ids of roots: they
    mean what is there only because of them. ``assignees`` are people; ``is_unassigned`` means nobody's.
    """

    exception_ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    is_unassigned: bool = False
    root_ids: tuple[str, ...] = ()
    older_than: int | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    text: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it would take every exception there is."""
        return self == ExceptionFilter()
