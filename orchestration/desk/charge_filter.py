"""Which failed charges a person means: by number, or by what they have in common."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFilter:
    """A charge must fit every part that is given; an empty part fits all.

    ``charge_ids`` are charge record ids, or keys with the company before a bar. ``older_than`` counts the
    days since the oldest failure.
    """

    charge_ids: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    run_numbers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    filing: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    older_than: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it would take every charge there is."""
        return self == ChargeFilter()
