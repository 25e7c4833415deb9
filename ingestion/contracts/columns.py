"""The kinds of column a source contract is built from.

Every factory returns a dataframely column that carries what an export's author and a reader of the
documentation need: the meaning, the header spellings that are accepted beside the canonical name, and whether
the field is protected health information whose value may never appear in a message.
"""

from typing import Any

import dataframely as dy

# Identifiers are opaque text. Excel's scientific notation (1.23E+11) has lost digits, so it is refused, not
# guessed.
IDENTIFIER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}$"
CONTROL_CHARACTERS = r"[\x00-\x08\x0B\x0C\x0E-\x1F]"  # all but tab and line breaks
MANGLED_BY_EXCEL = r"^\d(\.\d+)?[eE]\+\d+$"


def _metadata(spellings: tuple[str, ...], *, protected: bool, kind: str) -> dict[str, Any]:
    return {"spellings": spellings, "protected": protected, "kind": kind}


def identifier(meaning: str, *spellings: str, required: bool = True, protected: bool = False) -> dy.String:
    """An opaque id: letters, digits and ``. _ : / # -``, at most 64 characters, leading zeros kept."""
    return dy.String(
        nullable=not required,
        regex=IDENTIFIER_PATTERN,
        check={"not_mangled_by_excel": lambda column: ~column.str.contains(MANGLED_BY_EXCEL)},
        description=meaning,
        metadata=_metadata(spellings, protected=protected, kind="identifier"),
    )


def text(
    meaning: str, *spellings: str, required: bool = False, protected: bool = False, at_most: int = 500
) -> dy.String:
    """Free text, trimmed, at most ``at_most`` characters."""
    return dy.String(
        nullable=not required,
        max_length=at_most,
        check={"no_control_characters": lambda column: ~column.str.contains(CONTROL_CHARACTERS)},
        description=meaning,
        metadata=_metadata(spellings, protected=protected, kind="text"),
    )


def one_of(meaning: str, allowed: tuple[str, ...], *spellings: str, required: bool = True) -> dy.String:
    """Text out of a closed list, compared without regard to case and stored as the list spells it."""
    return dy.String(
        nullable=not required,
        check={"in_closed_list": lambda column: column.is_in(list(allowed))},
        description=meaning,
        metadata=_metadata(spellings, protected=False, kind="one_of") | {"allowed": allowed},
    )


def money(meaning: str, *spellings: str, required: bool = True) -> dy.Decimal:
    """An amount in dollars and cents, exact: DECIMAL(18,2). Blank is absent, never zero."""
    return dy.Decimal(
        18,
        2,
        nullable=not required,
        description=meaning,
        metadata=_metadata(spellings, protected=False, kind="money"),
    )


def date(meaning: str, *spellings: str, required: bool = True, protected: bool = False) -> dy.Date:
    """A calendar date in the practice's time zone."""
    return dy.Date(
        nullable=not required,
        description=meaning,
        metadata=_metadata(spellings, protected=protected, kind="date"),
    )


def timestamp(meaning: str, *spellings: str, required: bool = True) -> dy.Datetime:
    """A wall-clock time in the practice's time zone, to the microsecond, without a zone."""
    return dy.Datetime(
        nullable=not required,
        time_unit="us",
        description=meaning,
        metadata=_metadata(spellings, protected=False, kind="timestamp"),
    )


def whole_number(meaning: str, *spellings: str, required: bool = True, at_least: int = 0) -> dy.Int64:
    """A whole number, not below ``at_least``."""
    return dy.Int64(
        nullable=not required,
        min=at_least,
        description=meaning,
        metadata=_metadata(spellings, protected=False, kind="whole_number"),
    )


def flag(meaning: str, *spellings: str, required: bool = False) -> dy.Bool:
    """Yes or no, written as Y/N, Yes/No, True/False, 1/0, On/Off."""
    return dy.Bool(
        nullable=not required,
        description=meaning,
        metadata=_metadata(spellings, protected=False, kind="flag"),
    )
