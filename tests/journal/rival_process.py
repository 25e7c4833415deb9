"""A program that acts on one receipt as two people do who look at it at the same moment.

Run as ``python -m tests.journal.rival_process LOCATION PERSON ROUNDS``. In each round it reads a line, which
carries the number of the entry that it has seen, acts on the receipt, and prints ``accepted N`` or
``conflict PERSON``.
"""

import sys

from journal.store import Conflict, Journal
from tests.journal.writing import drafts, receipt, write


def main(location: str, person: str, rounds: int) -> None:
    with Journal.open(location) as journal:
        for _ in range(rounds):
            seen = int(sys.stdin.readline())
            try:
                (entry,) = write(journal, drafts(1), person=person, expected={receipt("R1"): seen})
                answer = f"accepted {entry.entry_number}"
            except Conflict as conflict:
                answer = f"conflict {conflict.entries[0].person}"
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
