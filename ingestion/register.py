"""The register of loads: what was taken before, so that nothing is taken twice.

Belongs here: looking up earlier loads, and the shape of a new entry. Does not belong here: deciding about a
file's content. A load is one file's bytes under one name; the same bytes under another name are a duplicate
of the first.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter

import polars as pl

from ingestion.bronze import BronzeStore
from ingestion.bronze_tables import LOADS

LOADED = "loaded"
DUPLICATE = "duplicate"
SET_ASIDE = "set_aside"

# Why a file was set aside that is whole, and that nobody could say how to read.
MENDED_BY_A_PROFILE = frozenset(
    {
        "ambiguous_header",
        "ambiguous_profile",
        "ambiguous_sheet",
        "duplicate_header",
        "missing_required_column",
        "unknown_header",
    }
)

_NOTHING = Decimal("0.00")


@dataclass(slots=True)
class Load:
    """A row of ``bronze.loads``; amounts are dollars of the source's control column."""

    load_id: str
    file_hash: str
    file_name: str
    file_size: int
    loaded_on: date
    verdict: str
    source: str | None = None
    record_unit: str = "row"
    reason: str | None = None
    duplicate_of_load_id: str | None = None
    records_read: int = 0
    records_kept: int = 0
    records_quarantined: int = 0
    control_amount_read: Decimal = _NOTHING
    control_amount_kept: Decimal = _NOTHING
    control_amount_quarantined: Decimal = _NOTHING
    records_without_readable_amount: int = 0
    profile: str | None = None
    export_id: str | None = None
    skips: dict[str, int] = field(default_factory=dict)

    def skip(self, reason: str, records: int) -> None:
        """Account for ``records`` that were read and are no records of the source, and say why."""
        if records:
            self.skips[reason] = self.skips.get(reason, 0) + records
            self.records_read += records

    def refuse_skipped(self, reason: str, records: int) -> None:
        """Count ``records`` that were left out for ``reason`` as refused instead."""
        self.skips[reason] -= records
        if not self.skips[reason]:
            del self.skips[reason]
        self.records_quarantined += records

    @property
    def records_skipped(self) -> int:
        """How many records were left out."""
        return sum(self.skips.values())

    @property
    def skipped_reasons(self) -> str | None:
        """Why records were left out, with how many for each reason: ``above_header 2, blank 1``."""
        if not self.skips:
            return None
        return ", ".join(f"{reason} {self.skips[reason]}" for reason in sorted(self.skips))


@dataclass(frozen=True, slots=True)
class FirstLoad:
    """The load that took some bytes first."""

    load_id: str
    source: str | None
    record_unit: str


class LoadRegister:
    """Every load so far: those of committed runs and those that this run adds."""

    def __init__(self, bronze: BronzeStore) -> None:
        earlier = (
            bronze.scan("loads")
            .select("load_id", "file_hash", "verdict", "source", "record_unit", "reason")
            .collect()
        )
        self._known: set[str] = set(earlier["load_id"])
        self._loaded: dict[str, FirstLoad] = {}
        self._not_understood: set[str] = set()
        for load_id, file_hash, verdict, source, record_unit, reason in earlier.iter_rows():
            if verdict == SET_ASIDE and (reason or "").partition(":")[0] in MENDED_BY_A_PROFILE:
                self._not_understood.add(load_id)
            if verdict == LOADED:
                self._loaded.setdefault(file_hash, FirstLoad(load_id, source, record_unit))
        self.added: list[Load] = []

    def is_known(self, load_id: str) -> bool:
        """Whether these bytes under this name are in the register already."""
        return load_id in self._known

    def is_worth_another_look(self, load_id: str) -> bool:
        """Whether a file was set aside for a header that a profile made since may explain."""
        return load_id in self._not_understood

    def first_load_of(self, file_hash: str) -> FirstLoad | None:
        """The load that took these bytes, None when none did; a file that was set aside took nothing."""
        return self._loaded.get(file_hash)

    def add(self, load: Load) -> None:
        """Enter a new load. Raises ValueError when it is known already."""
        if load.load_id in self._known:
            raise ValueError(f"load {load.load_id} is in the register already")
        self._known.add(load.load_id)
        if load.verdict == LOADED:
            self._loaded.setdefault(load.file_hash, FirstLoad(load.load_id, load.source, load.record_unit))
        self.added.append(load)

    def new_rows(self) -> pl.DataFrame:
        """What this run added, as rows for ``bronze.loads``, sorted by file name."""
        loads = sorted(self.added, key=lambda load: load.file_name)
        if not loads:
            return pl.DataFrame(schema=LOADS)
        columns = zip(*map(attrgetter(*LOADS), loads), strict=True)
        return pl.DataFrame(dict(zip(LOADS, map(list, columns), strict=True)), schema=LOADS)
