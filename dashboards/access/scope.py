"""Which rows a person may see: everything, or the rows of some locations.

A scope is a set of location ids by the time a query is built; practices are turned into their locations with
what is published. Rows without a location are seen by people with full scope only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account was given: nothing named means everything."""

    practices: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is held back."""
        return not self.practices and not self.locations

    def within(self, locations_of_practice: Mapping[str, Iterable[str]]) -> "Scope":
        """The grant as locations. A practice that nothing is published of gives none."""
        if self.is_everything:
            return Scope(None)
        found = set(self.locations)
        for practice in self.practices:
            found.update(locations_of_practice.get(practice, ()))
        return Scope(tuple(sorted(found)))

    def __str__(self) -> str:
        if self.is_everything:
            return "everything"
        practices = [f"practice {name}" for name in sorted(self.practices)]
        return ", ".join(practices + [f"location {name}" for name in sorted(self.locations)])


@dataclass(frozen=True, slots=True)
class Scope:
    """``locations`` are the location ids that may be seen, sorted; None is full scope."""

    locations: tuple[str, ...] | None

    @property
    def is_full(self) -> bool:
        """Whether every row may be seen, those without a location too."""
        return self.locations is None

    def has(self, location_id: str | None) -> bool:
        """Whether rows of that location may be seen."""
        return self.locations is None or location_id in self.locations
