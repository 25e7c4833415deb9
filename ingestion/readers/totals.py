"""Rows at the bottom of an export that repeat what the rows above add up to.

Belongs here: the words by which such a row is known, and the figures in it that have no column of their
own. Does not belong here: leaving it out and counting it (`ingestion.row_sources`), or comparing it
(`ingestion.stated_totals`). A row is taken for a total only by a label of its own and by the lack of what
makes a record; a record that merely mentions a total in a text stays a record.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

# The label is the whole cell, or begins it and says of what.
LABEL = (
    r"(?i)^(?:(?:grand|sub|report|page|clinic|location|overall|daily|final)[ -]?)?totals?\s*"
    r"(?::.*|(?:for|of|paid|payments?|charges?|amounts?|receipts?|records?|rows?|due)\b.*)?$"
)

_LABEL = re.compile(LABEL)
_MOST_FILLED = 2  # parts of the header of which a total fills at most one
# Two decimals tell an amount from a count, a date or a number of a clinic.
_AMOUNT = re.compile(r"[-+$(]*[0-9][0-9.,]*[.,][0-9]{2}[)-]?")


@dataclass(frozen=True, slots=True)
class TotalsRecord:
    """A total whose fields are not those of the header: its number, and the amounts that it states."""

    number: int
    figures: tuple[str, ...]


def is_label(cell: str) -> bool:
    """Whether a cell labels a total."""
    return _LABEL.match(cell.strip()) is not None


def totals_record(number: int, text: str | None, delimiter: str, width: int) -> TotalsRecord | None:
    """The total that the text of a record with the wrong number of fields is under ``width`` columns.

    None where it is no total.
    """
    if text is None:
        return None
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return None
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not any(map(is_label, filled)) or len(filled) > max(2, width // _MOST_FILLED):
        return None
    return TotalsRecord(number, figures_in(filled))


def figures_in(cells: Iterable[str]) -> tuple[str, ...]:
    """The amounts among cells, also those behind the colon of a label."""
    texts = (cell.rpartition(":")[2].strip() if is_label(cell) else cell for cell in cells)
    return tuple(text for text in texts if _AMOUNT.fullmatch(text))
