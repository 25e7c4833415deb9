"""What a practice group says about the files it gets: which are whole extracts, and when each is due.

Belongs here: the names, defaults and checks of these settings, and the text in which the warehouse reads
them. Does not belong here: judging whether a file came (`marts.expected_files`).

    extracts: {locations: full}        # a key that a later extract lacks was deleted; delta where not named
    expected_files:
      - source: receipts
        schedule: weekdays             # daily, weekdays, weekly:<day> or monthly:<day of the month>
        due_within_days: 1             # still on time that many days after
        smallest_share_of_usual: 20    # percent of the usual number of records
        from: 2026-01-05
      - {source: claims, location_id: L01, schedule: weekly:monday}
"""

import json
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PLACES = ("location_id", "emr_location_id", "billing_location_id")
"""Columns that say which location a row belongs to, by our name or that of its system."""

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"


def _source_of_rows(name: str) -> str:
    # The contracts load their engine, which a command that names no source need not wait for.
    from ingestion.contracts import CONTRACTS

    if name not in CONTRACTS:
        raise ValueError("is not a source of rows; docs/reference/sources.md lists them")
    return name


def _source(name: str) -> str:
    from ingestion.contracts import CONTRACTS
    from ingestion.x12 import SETS

    if name not in CONTRACTS and name not in {each.source for each in SETS.values()}:
        raise ValueError("is not a source; docs/reference/sources.md lists them")
    return name


Extracts = dict[Annotated[str, AfterValidator(_source_of_rows)], Literal["full", "delta"]]


class ExpectedFile(BaseModel):
    """One file that is expected again and again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[str, AfterValidator(_source)]
    location_id: Annotated[str, Field(min_length=1)] | None = None
    schedule: Annotated[
        str, Field(pattern=rf"^(daily|weekdays|weekly:({_DAYS})|monthly:([1-9]|[12]\d|3[01]))$")
    ]
    due_within_days: Annotated[int, Field(ge=0, le=366, strict=True)] = 0
    smallest_share_of_usual: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    first_on: Annotated[date | None, Field(alias="from")] = None

    @model_validator(mode="after")
    def _location_can_be_told(self) -> "ExpectedFile":
        from ingestion.contracts import CONTRACTS

        if self.location_id is not None:
            contract = CONTRACTS.get(self.source)
            if contract is None or not set(PLACES) & set(contract.columns):
                raise ValueError("the rows of this source name no location; leave location_id out")
        return self

    def __str__(self) -> str:
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def each_once(expected: tuple[ExpectedFile, ...]) -> tuple[ExpectedFile, ...]:
    """The calendar as it is. Raises ValueError when a source and location is in it twice."""
    keys = [(each.source, each.location_id) for each in expected]
    if len(set(keys)) != len(keys):
        raise ValueError("names a source and location twice")
    return expected
