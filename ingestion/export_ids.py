"""The number that a system gave an export, as it stands in the titles above the header.

Belongs here: finding it by its label. Does not belong here: which labels count (`ingestion.profiles`), or
what the same number in two files means (the warehouse compares them). Only what is written as an id is one;
where titles name two, there is none, because nobody could say which of them is meant.
"""

import re
from collections.abc import Iterator, Sequence

from ingestion.contracts.columns import IDENTIFIER_PATTERN, MANGLED_BY_EXCEL
from ingestion.headers import HeaderMatch, normalized
from ingestion.profiles.profile import EXPORT_ID_LABELS

_IS_ID = re.compile(IDENTIFIER_PATTERN)
_IS_MANGLED = re.compile(MANGLED_BY_EXCEL)


def export_id_of(titles: Sequence[Sequence[str]], match: HeaderMatch) -> str | None:
    """The export's own number in the rows above its header, None where they do not tell one."""
    labels = EXPORT_ID_LABELS if match.profile is None else match.profile.export_id
    wanted = {normalized(label) for label in labels}
    found = {text for row in titles for text in _beside(row, wanted) if _is_id(text)}
    return found.pop() if len(found) == 1 else None


def _beside(row: Sequence[str], labels: set[str]) -> Iterator[str]:
    """What stands beside a label: in the next cell that is not blank, or after it in the same cell."""
    filled = [cell.strip() for cell in row if cell.strip()]
    for place, cell in enumerate(filled):
        if normalized(cell) in labels:
            yield from filled[place + 1 : place + 2]
            continue
        for separator in (":", " "):
            label, _, text = cell.rpartition(separator)
            if normalized(label) in labels:
                yield text.strip()
                break


def _is_id(text: str) -> bool:
    return _IS_ID.match(text) is not None and _IS_MANGLED.match(text) is None
