"""A program that writes batches until it is killed and says on its output which ones were acknowledged.

Run as ``python -m tests.journal.writer_process LOCATION PERSON``. One line for each batch, printed once it
was accepted: its first and last entry number and the seal of the last.
"""

import itertools
import sys

from journal.store import Journal
from tests.journal.writing import drafts, write


def main(location: str, person: str) -> None:
    with Journal.open(location) as journal:
        for batch in itertools.count(1):
            accepted = write(journal, drafts(1 + batch % 4), person=person)
            sys.stdout.write(
                f"{accepted[0].entry_number} {accepted[-1].entry_number} {accepted[-1].entry_hash}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
