"""A journal into another: a backup, a move to PostgreSQL and a move back are the same act.

Belongs here: taking entries over as they are, seals included. Does not belong here: where backups are kept
and when.
"""

from collections.abc import Iterable, Iterator

from journal.chain import Head, Row, is_sealed
from journal.database import JournalError
from journal.store import Journal


def copy_journal(source: Journal, target: Journal) -> Head:
    """Bring ``target`` up to ``source`` and return the head that it then has.

    Only the entries that the target lacks are copied, in one transaction, each checked on its way; a target
    whose last entry is not in the source is refused. Raises JournalError, and then nothing was copied.
    """
    known = target.head()
    if known.entry_number:
        shared = next(source.rows(since=known.entry_number - 1), None)
        if shared is None or shared[-1] != known.entry_hash:
            raise JournalError(
                "the target has entries that the source does not have; copy into an empty journal"
            )
    target.copy_rows(_checked(source.rows(since=known.entry_number), known))
    return target.head()


def _checked(rows: Iterable[Row], previous: Head) -> Iterator[Row]:
    """The same rows, as long as each follows the one before it and is what its seal says."""
    for row in rows:
        number, previous_hash, entry_hash = row[0], row[9], row[10]
        follows = number == previous.entry_number + 1 and previous_hash == previous.entry_hash
        if not (follows and is_sealed(row)):
            raise JournalError(f"nothing was copied: the source is broken at entry {number}; verify it")
        yield row
        previous = Head(number, entry_hash)
