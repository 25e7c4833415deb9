"""Rows at the bottom of an export that repeat what the rows above add up to.

Belongs here: the words by which such a row is known. Does not belong here: leaving it out and counting it
(`ingestion.row_sources`). A row is taken for a total only by a label of its own and by the lack of what makes
a record; a record that merely mentions a total in a text stays a record.
"""

import csv
import re

# The label is the whole cell, or begins it and says of what.
LABEL = (
    r"(?i)^(?:(?:grand|sub|report|page|clinic|location|overall|daily|final)[ -]?)?totals?\s*"
    r"(?::.*|(?:for|of|paid|payments?|charges?|amounts?|receipts?|records?|rows?|due)\b.*)?$"
)

_LABEL = re.compile(LABEL)
_MOST_FILLED = 2  # parts of the header of which a total fills at most one


def is_label(cell: str) -> bool:
    """Whether a cell labels a total."""
    return _LABEL.match(cell.strip()) is not None


def is_totals_record(text: str | None, delimiter: str, width: int) -> bool:
    """Whether the text of a record with the wrong number of fields is a total under ``width`` columns."""
    if text is None:
        return False
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return False
    filled = [cell for cell in cells if cell.strip()]
    return any(map(is_label, filled)) and len(filled) <= max(2, width // _MOST_FILLED)
