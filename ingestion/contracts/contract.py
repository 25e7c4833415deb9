"""What one source promises: its columns, its grain, and which of its amounts is the file's control total."""

from dataclasses import dataclass
from functools import cache

import dataframely as dy
import polars as pl


@dataclass(frozen=True, slots=True)
class Contract:
    """The promise of one source.

    source          name of the source, also its folder in bronze (``emr_payments``)
    title           what people call the export
    schema          canonical columns in order; see `ingestion.contracts.columns` for the kinds
    key             columns that identify the business event; several rows with one key are versions of it
    control_amount  the money column whose sum is the file's control total, or None where the source has no
    money
    """

    source: str
    title: str
    schema: type[dy.Schema]
    key: tuple[str, ...]
    control_amount: str | None = None

    @property
    def columns(self) -> dict[str, dy.Column]:
        """Canonical column name to dataframely column, in contract order."""
        return _columns_of(self.schema)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a file must have and whose values may not be blank."""
        return tuple(name for name, column in self.columns.items() if not column.nullable)

    @property
    def protected(self) -> frozenset[str]:
        """Columns whose values are protected health information."""
        return frozenset(
            name for name, column in self.columns.items() if (column.metadata or {}).get("protected")
        )

    @property
    def has_rules_of_rows(self) -> bool:
        """Whether the schema compares columns of a row with one another."""
        return _has_rules_of_rows(self.schema)

    def spellings(self, column: str) -> tuple[str, ...]:
        """Every accepted header for ``column``, the canonical name first."""
        return (column, *(self.columns[column].metadata or {}).get("spellings", ()))

    def kind(self, column: str) -> str:
        """The kind of ``column``, one of the factory names in `ingestion.contracts.columns`."""
        return str((self.columns[column].metadata or {})["kind"])


# What the decorator makes of a method; the library has no public name for it.
_RULE = type(dy.rule()(lambda _: pl.lit(True)))


@cache
def _columns_of(schema: type[dy.Schema]) -> dict[str, dy.Column]:
    """The schema's columns, kept: dataframely builds them anew at every call."""
    return schema.columns()


@cache
def _has_rules_of_rows(schema: type[dy.Schema]) -> bool:
    return any(isinstance(attribute, _RULE) for attribute in vars(schema).values())
