"""The hash chain: every entry seals itself and the seal of the one before it.

Belongs here: how a seal is computed and how a broken chain is told. Does not belong here: where rows are
kept. A row is the tuple of `COLUMNS` as the database holds it, dates as text.

The seal is the sha256 of the canonical JSON of all other columns, so it does not depend on the database: a
journal copied from SQLite to PostgreSQL keeps its seals.
"""

import hashlib
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

COLUMNS = (
    "entry_number", "entered_at", "entered_on", "person", "subject_kind", "subject_id", "action", "details",
    "reason", "previous_hash", "entry_hash",
)  # fmt: skip

#: What the first entry names as the seal before it.
GENESIS = "0" * 64

Row = tuple[Any, ...]


class Head(NamedTuple):
    """The last entry at some moment. Kept outside the journal, it proves that nothing was cut off since."""

    entry_number: int
    entry_hash: str


EMPTY = Head(0, GENESIS)


class Problem(NamedTuple):
    """One thing wrong with a journal. ``entry_number`` is None when no single entry is to blame."""

    entry_number: int | None
    kind: str
    sentence: str


CHANGED = "changed"
NOT_LINKED = "not_linked"
MISSING = "missing"
NOT_A_NUMBER = "not_a_number"
TRUNCATED = "truncated"
REWRITTEN = "rewritten"
UNREADABLE = "unreadable"
UNGUARDED = "unguarded"


def seal(
    entry_number: int,
    entered_at: str,
    entered_on: str,
    person: str,
    subject_kind: str,
    subject_id: str,
    action: str,
    details: str,
    reason: str,
    previous_hash: str,
) -> str:
    """The entry hash of these columns. Raises TypeError or ValueError for a value that we never write.

    The JSON is spelled out because a million seals are checked in seconds this way; it equals
    ``json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)``.
    """
    text = (
        f'{{"action":{quoted(action)},"details":{quoted(details)},"entered_at":{quoted(entered_at)}'
        f',"entered_on":{quoted(entered_on)},"entry_number":{entry_number:d},"person":{quoted(person)}'
        f',"previous_hash":{quoted(previous_hash)},"reason":{quoted(reason)},"subject_id":{quoted(subject_id)}'
        f',"subject_kind":{quoted(subject_kind)}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def problems(rows: Iterable[Row], heads: Iterable[Head] = (), *, after: Head = EMPTY) -> Iterator[Problem]:
    """Walk the rows, which come by entry number, and tell what is wrong, in flat memory.

    ``after`` is the entry that the rows follow, where those before it were walked already.
    ``heads`` were read earlier and kept elsewhere: without one, entries cut off at the end, or a history that
    was rewritten with seals computed anew, cannot be told from an honest journal.
    """
    known: dict[int, set[str]] = {}
    for head in heads:
        known.setdefault(head.entry_number, set()).add(head.entry_hash)
    last = after.entry_number
    # A changed entry is one problem: its follower may name the seal that is stored or the one that is right.
    last_stored: object = after.entry_hash
    last_computed: str | None = after.entry_hash
    for row in rows:
        number, previous_hash, stored = row[0], row[9], row[10]
        if not isinstance(number, int) or number <= last:
            yield Problem(None, NOT_A_NUMBER, "An entry has a number that no entry can have.")
            continue
        computed = _seal_or_none(row)
        if number > last + 1:
            yield _missing(last + 1, number - 1)
        if computed != stored:
            yield Problem(number, CHANGED, f"Entry {number} is not what was written.")
        elif number == last + 1 and previous_hash != last_stored and previous_hash != last_computed:
            yield Problem(number, NOT_LINKED, f"Entry {number} does not follow the entry before it.")
        if known and number in known and known.pop(number) != {stored}:
            sentence = f"Entry {number} is not the one that was recorded outside the journal."
            yield Problem(number, REWRITTEN, sentence)
        last, last_stored, last_computed = number, stored, computed
    for number in sorted(known):
        if number > last:
            sentence = f"Entry {number} was recorded outside the journal, which ends with {last}."
            yield Problem(number, TRUNCATED, sentence)


def is_sealed(row: Row) -> bool:
    """Whether the row's own seal fits its other columns."""
    return _seal_or_none(row) == row[10]


def _seal_or_none(row: Row) -> str | None:
    try:
        return seal(*row[:-1])
    except (TypeError, ValueError):
        return None  # a value of a kind that we never write


def _missing(first: int, last: int) -> Problem:
    sentence = f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
    return Problem(first, MISSING, sentence)
