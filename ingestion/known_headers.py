"""Finding the header of a file among its first rows, and whose export it is.

Belongs here: profiles against headers, titles above a header. Does not belong here: the contracts' own
spellings (`ingestion.headers`). A practice's own profiles come first, then the shipped ones and the
contracts' own spellings, of which the one that accounts for more fields is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from ingestion.headers import (
    DUPLICATE_HEADER,
    MISSING_COLUMN,
    UNKNOWN_HEADER,
    HeaderMatch,
    HeaderRefusal,
    match_header,
    normalized,
)
from ingestion.profiles import Profile, shipped_profiles

AMBIGUOUS_PROFILE = "ambiguous_profile"
ROWS_SEARCHED = 20
_REMEMBERED = 1024  # headers


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """A header and its place among the rows that were searched, from 0."""

    place: int
    match: HeaderMatch


class KnownHeaders:
    """Every header that is known: by the practice's own profiles, the shipped ones, and the contracts."""

    def __init__(self, own: Sequence[Profile] = (), shipped: Sequence[Profile] | None = None) -> None:
        self.own = tuple(own)
        self.shipped = shipped_profiles() if shipped is None else tuple(shipped)
        # An export writes the same header into every one of its files.
        self._outcomes = lru_cache(maxsize=_REMEMBERED)(self._outcomes_of)
        self._matches: dict[tuple[str, ...], HeaderMatch] = {}

    def find(self, rows: Sequence[Sequence[str]], file_name: str) -> FoundHeader | HeaderRefusal:
        """The first of ``rows`` that is a header. Rows above it may be titles, but nothing wider.

        When none is, the refusal is that of the row which most resembles a header.
        """
        refusal = HeaderRefusal(UNKNOWN_HEADER)
        for place, row in enumerate(rows[:ROWS_SEARCHED]):
            if _filled(row) < 2:
                continue
            found = self.match(row, file_name)
            if isinstance(found, HeaderMatch):
                is_titled = all(2 * _filled(above) <= _filled(row) for above in rows[:place])
                return FoundHeader(place, found) if is_titled else refusal
            if refusal.reason == UNKNOWN_HEADER:
                refusal = found
        return refusal

    def match(self, names: Sequence[str], file_name: str) -> HeaderMatch | HeaderRefusal:
        """Whose export the header ``names`` is."""
        names = tuple(names)
        known = self._matches.get(names)
        if known is not None:
            return known
        header = tuple(normalized(name) for name in names)
        match = self._match(header, names, file_name)
        depends_on_the_name = any(
            profile.match.file_name for each in self._outcomes(header) for profile, _ in each
        )
        if isinstance(match, HeaderMatch) and not depends_on_the_name:
            if len(self._matches) >= _REMEMBERED:
                self._matches.clear()
            self._matches[names] = match
        return match

    def _match(
        self, header: tuple[str, ...], names: Sequence[str], file_name: str
    ) -> HeaderMatch | HeaderRefusal:
        base_name = file_name.rpartition("/")[2]
        for_own, for_shipped = self._outcomes(header)
        own = _chosen([each for profile, each in for_own if _may_be_named(profile, base_name)])
        if own is not None:
            return own
        shipped = _chosen([each for profile, each in for_shipped if _may_be_named(profile, base_name)])
        generic = match_header(names, file_name)
        if shipped is None:
            return generic
        if isinstance(generic, HeaderRefusal):
            return shipped
        if isinstance(shipped, HeaderRefusal) or _positions(shipped) < _positions(generic):
            return generic
        return shipped

    def _outcomes_of(
        self, header: tuple[str, ...]
    ) -> tuple[list[tuple[Profile, HeaderMatch | HeaderRefusal]], ...]:
        """For the own and for the shipped profiles: what each that claims the header makes of it."""
        return tuple(
            [
                (profile, outcome)
                for profile in profiles
                if (outcome := match_profile(profile, header)) is not None
            ]
            for profiles in (self.own, self.shipped)
        )


def match_profile(profile: Profile, header: Sequence[str]) -> HeaderMatch | HeaderRefusal | None:
    """What ``profile`` makes of a header in the spelling of `normalized`; None where it is not its export.

    A profile without headers to match by claims those that have all of its required columns.
    """
    by_spelling = {
        normalized(spelling): name for name, column in profile.columns.items() for spelling in column.header
    }
    found: dict[str, list[int]] = {}
    for position, spelled in enumerate(header):
        if spelled in by_spelling:
            found.setdefault(by_spelling[spelled], []).append(position)
    missing = next(
        (
            name
            for name in profile.contract.required
            if profile.columns[name].constant is None and name not in found
        ),
        None,
    )
    if profile.match.headers:
        if not {normalized(name) for name in profile.match.headers} <= set(header):
            return None
        if missing is not None:
            return HeaderRefusal(MISSING_COLUMN, profile.source, missing)
    elif missing is not None:
        return None
    repeated = next((name for name, positions in found.items() if len(positions) > 1), None)
    if repeated is not None:
        return HeaderRefusal(DUPLICATE_HEADER, profile.source, repeated)
    skips = []
    for skip in profile.skip:
        if normalized(skip.header) not in header:
            return HeaderRefusal(MISSING_COLUMN, profile.source, skip.header)
        values = frozenset(value.strip().lower() for value in skip.values)
        skips.append((header.index(normalized(skip.header)), values))
    return HeaderMatch(
        profile.contract,
        {name: found[name][0] for name in profile.contract.columns if name in found},
        ignored_columns=sum(1 for name in header if name) - len(found),
        profile=profile,
        skips=tuple(skips),
    )


def _chosen(outcomes: Sequence[HeaderMatch | HeaderRefusal]) -> HeaderMatch | HeaderRefusal | None:
    """The match that accounts for most fields; a refusal where two do, or where there is no match."""
    matches = [outcome for outcome in outcomes if isinstance(outcome, HeaderMatch)]
    if not matches:
        return next(iter(outcomes), None)
    widest = max(len(match.fields) for match in matches)
    best = [match for match in matches if len(match.fields) == widest]
    if len(best) == 1:
        return best[0]
    named = [match for match in best if match.profile is not None and match.profile.match.file_name]
    return named[0] if len(named) == 1 else HeaderRefusal(AMBIGUOUS_PROFILE, best[0].contract.source)


def _may_be_named(profile: Profile, base_name: str) -> bool:
    pattern = profile.match.file_name
    return pattern is None or fnmatchcase(base_name.casefold(), pattern.casefold())


def _positions(match: HeaderMatch) -> frozenset[int]:
    return frozenset(match.fields.values())


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())
