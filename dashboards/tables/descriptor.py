"""What a page says about its tables, read from `descriptors/*.yml`.

The columns themselves, their types and their descriptions come from the published file, so a descriptor names
only what a reader wants first: the default columns and order, what rows lead to, and whose rows they are.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

# The safe loader in C where the package has it; reading all descriptors takes a second in Python.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FOLDER = Path(__file__).parent / "descriptors"

_SPELLED = {"emr": "EMR", "era": "ERA", "sha256": "SHA-256"}

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScopeRule(StrEnum):
    """How rows are held to locations."""

    LOCATION = "location"
    """By the table's own location_id."""
    FULL = "full"
    """Rows cover several locations, so only people with full scope see them."""
    EVERYONE = "everyone"
    """Rows are about no location: catalogues."""


class Via(_Frozen):
    """Rows belong to the location of the row of another table that has the same key."""

    table: str
    key: tuple[Name, ...]


class Derived(_Frozen):
    """A column worked out while reading. ``sql`` sees the table's own columns."""

    sql: str
    type: Literal["VARCHAR", "DATE", "BIGINT", "DECIMAL(18,2)", "BOOLEAN"]
    description: str


class Mode(_Frozen):
    """A column of which one value is always looked at, because its values tell the same money again."""

    column: Name
    title: str
    options: dict[str, str]
    """Value -> how it is called; the first is the default."""


class Link(_Frozen):
    """Where the value of a column leads: a path with {column} for values of the row."""

    column: Name
    to: str
    title: str = ""


class Described(_Frozen):
    """One table on a page."""

    name: Slug
    source: str
    title: str
    about: str = ""
    key: tuple[Name, ...]
    scope: ScopeRule | Via
    columns: tuple[Name, ...]
    sort: str
    start: str = ""
    """The query that an address without one leads to."""
    modes: tuple[Mode, ...] = ()
    derived: dict[Name, Derived] = {}
    not_summed: tuple[Name, ...] = ()
    choices: tuple[Name, ...] = ()
    sentences: tuple[Name, ...] = ()
    """Columns in whose text words of lists stand among others."""
    groups: tuple[tuple[str, ...], ...] = ()
    views: dict[str, str] = {}
    links: tuple[Link, ...] = ()
    decisions: Literal["receipt", "charge", "exception", "deposit"] | None = None
    titles: dict[Name, str] = {}

    @property
    def path(self) -> str:
        """The address of the table."""
        return f"/{self.name}"

    def title_of(self, column: str) -> str:
        """How a column is called."""
        if column in self.titles:
            return self.titles[column]
        words = column.replace("_", " ")
        for ending in (" on", " amount", " id"):
            words = words.removesuffix(ending)
        words = " ".join(_SPELLED.get(word, word) for word in words.split())
        return words[:1].upper() + words[1:]


class Page(_Frozen):
    """A page of the menu with its tables, the first of which opens first."""

    page: str
    order: int
    section: Literal["Review", "Work", "Money", "Evidence"]
    about: str
    tables: tuple[Described, ...]


@cache
def pages() -> tuple[Page, ...]:
    """Every page of tables, in the order of the menu."""
    found = [
        Page.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506
        for path in _FOLDER.glob("*.yml")
    ]
    return tuple(sorted(found, key=lambda page: page.order))


@cache
def described() -> dict[str, Described]:
    """Every table by name."""
    return {table.name: table for page in pages() for table in page.tables}


def page_of(name: str) -> Page:
    """The page that a table is on."""
    return next(page for page in pages() if any(table.name == name for table in page.tables))
