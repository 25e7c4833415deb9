"""What is written into the journal: a draft before it is accepted, an entry afterwards.

Belongs here: their shapes and the checks that need no journal. Does not belong here: the chain
(`journal.chain`), the meaning of an action (`journal.receipt_entries`, `journal.charge_entries`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

# A prepared encoder is several times faster than json.dumps with the same options.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class DraftError(ValueError):
    """A draft cannot be written, whatever else is true. The message is for the person, without values."""


class Subject(NamedTuple):
    """What an entry is about: a kind (``receipt``, ``exception``) and the id within it."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One decision on its way into the journal. ``details`` hold texts, integers, booleans, lists and maps.

    Amounts stand in ``details`` as text, because a JSON number is read as a binary float by most readers.
    Raises DraftError for a blank subject or action, a float, or a text that not every database can hold.
    """

    subject: Subject
    action: str
    details: Mapping[str, Json] = field(default_factory=dict)
    reason: str = ""

    def __post_init__(self) -> None:
        require_text("subject kind", self.subject.kind)
        require_text("subject id", self.subject.id)
        require_text("action", self.action)
        require_storable("reason", self.reason)
        _require_exact(self.details)


class Entry(NamedTuple):
    """One accepted decision. ``entered_at`` is UTC, ``entered_on`` a business date, ``details`` JSON text."""

    entry_number: int
    entered_at: datetime
    entered_on: date
    person: str
    subject_kind: str
    subject_id: str
    action: str
    details: str
    reason: str
    previous_hash: str
    entry_hash: str

    @property
    def subject(self) -> Subject:
        """What the entry is about."""
        return Subject(self.subject_kind, self.subject_id)

    @property
    def facts(self) -> dict[str, Any]:
        """The details, decoded."""
        decoded: dict[str, Any] = json.loads(self.details)
        return decoded


def canonical_details(details: Mapping[str, Json]) -> str:
    """``details`` as JSON text with sorted keys and no blanks: equal details are equal text."""
    return _encode(details)


def require_text(what: str, text: object) -> None:
    """Raise DraftError unless ``text`` is a text with something in it."""
    require_storable(what, text)
    if not str(text).strip():
        raise DraftError(f"Say which {what} is meant: it is blank.")


def require_storable(what: str, text: object) -> None:
    """Raise DraftError unless ``text`` is a text that SQLite and PostgreSQL both give back unchanged."""
    if not isinstance(text, str):
        raise DraftError(f"The {what} must be a text.")
    if text.isascii():
        is_storable = "\0" not in text
    else:
        is_storable = "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    if not is_storable:
        raise DraftError(f"The {what} has a letter that cannot be stored; type it again.")


def _require_exact(value: object) -> None:
    """Walk through ``details``; a float is refused because money must not pass through one."""
    if isinstance(value, str):
        require_storable("detail", value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            require_storable("name of a detail", key)
            _require_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_exact(inner)
    elif value is not None and not isinstance(value, int):
        raise DraftError(f"A detail cannot be a {type(value).__name__}; give amounts and dates as text.")
