"""Which source a header belongs to, and which field is which column.

Belongs here: comparing header spellings and deciding on the contract. Does not belong here: reading the
header out of a file (`ingestion.readers`). Spellings are compared without regard to case, blanks, underscores
and punctuation, and ``#`` reads as "number". Nothing is guessed: a header that fits two sources, names a
column twice, or lacks a required column is refused with a reason.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePosixPath

from ingestion.contracts import CONTRACTS, Contract
from ingestion.profiles import GENERIC, Profile

UNKNOWN_HEADER = "unknown_header"
AMBIGUOUS_HEADER = "ambiguous_header"
MISSING_COLUMN = "missing_required_column"
DUPLICATE_HEADER = "duplicate_header"

# How much of a source's required columns a header must have for us to say that it is this source, lacking a
# column.
_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """A header understood.

    ``fields`` maps canonical column to field position; the rest of the fields is ignored. ``profile`` is None
    where the header has the contract's own spellings. ``skips`` are positions and the texts, in lower case,
    of which one at that position leaves a row out.
    """

    contract: Contract
    fields: Mapping[str, int]
    ignored_columns: int
    profile: Profile | None = None
    skips: tuple[tuple[int, frozenset[str]], ...] = ()

    @property
    def profile_name(self) -> str:
        """Name of the profile, for the register."""
        return GENERIC if self.profile is None else self.profile.name


@dataclass(frozen=True, slots=True)
class HeaderRefusal:
    """A header refused.

    ``source`` is the source it most resembles, if any; ``column`` the column in question.
    """

    reason: str
    source: str | None = None
    column: str | None = None


@lru_cache(maxsize=8192)
def normalized(header: str) -> str:
    """``header`` as it is compared: lower case, letters and digits only, ``#`` read as "number"."""
    return re.sub(r"[\W_]+", "", header.replace("#", "number").casefold())


def match_header(names: Sequence[str], file_name: str) -> HeaderMatch | HeaderRefusal:
    """Find the contract that the header ``names`` fulfils in the contract's own spellings.

    When a header fits several sources, one is chosen only if it accounts for every field that the others do
    and more. The name of the file never decides; it only helps to say which source a header with a gap was
    meant to be.
    """
    header = tuple(normalized(name) for name in names)
    return _complete_match(header) or _nearest(header, file_name)


@lru_cache(maxsize=1024)
def _complete_match(header: tuple[str, ...]) -> HeaderMatch | HeaderRefusal | None:
    """The match of a header with all required columns of a source, or why it is none; else None.

    Remembered, because an export writes the same header into every one of its files.
    """
    complete = [
        (contract, fields)
        for contract in CONTRACTS.values()
        if set(contract.required) <= set(fields := _recognized(contract, header))
    ]
    if not complete:
        return None
    widest = max(complete, key=lambda candidate: len(_positions(candidate[1])))
    if not all(
        _positions(fields) < _positions(widest[1]) for _, fields in complete if fields is not widest[1]
    ):
        return HeaderRefusal(AMBIGUOUS_HEADER)
    contract, fields = widest
    repeated = next((column for column, positions in fields.items() if len(positions) > 1), None)
    if repeated is not None:
        return HeaderRefusal(DUPLICATE_HEADER, contract.source, repeated)
    return HeaderMatch(
        contract,
        {column: positions[0] for column, positions in fields.items()},
        ignored_columns=sum(1 for name in header if name) - len(fields),
    )


@cache
def _columns_by_spelling(source: str) -> Mapping[str, str]:
    contract = CONTRACTS[source]
    return {
        normalized(spelling): column for column in contract.columns for spelling in contract.spellings(column)
    }


def _recognized(contract: Contract, header: Sequence[str]) -> dict[str, list[int]]:
    """Canonical column to the positions of the fields that spell it, in contract order."""
    by_spelling = _columns_by_spelling(contract.source)
    found: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        column = by_spelling.get(name)
        if column is not None:
            found.setdefault(column, []).append(position)
    return {column: found[column] for column in contract.columns if column in found}


def _positions(fields: Mapping[str, Sequence[int]]) -> frozenset[int]:
    return frozenset(position for positions in fields.values() for position in positions)


def _nearest(header: Sequence[str], file_name: str) -> HeaderRefusal:
    """Say which column is missing, where the header resembles one source more than any other."""
    likeness = {
        source: len(set(contract.required) & set(_recognized(contract, header))) / len(contract.required)
        for source, contract in CONTRACTS.items()
    }
    best = max(likeness.values())
    nearest = [source for source, value in likeness.items() if value == best]
    if len(nearest) > 1:
        nearest = [source for source in nearest if source in PurePosixPath(file_name).name.casefold()]
    if best < _LIKENESS or len(nearest) != 1:
        return HeaderRefusal(UNKNOWN_HEADER)
    contract = CONTRACTS[nearest[0]]
    recognized = _recognized(contract, header)
    missing = next(column for column in contract.required if column not in recognized)
    return HeaderRefusal(MISSING_COLUMN, contract.source, missing)
