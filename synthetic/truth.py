"""The truth about planted faults: what was planted where, and what should be found.

Belongs here: the entries of truth.json and how they are keyed. Does not belong here: the faults themselves.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault, which is to be found exactly once.

    fault_id      number in the order of planting
    kind          the kind of exception it raises; None where it raises none (a duplicate file)
    business_key  the key of the exception; None where it follows from positions in a remittance
    source        the contract source of the file, `era` for X12, None for a file of no known source
    file          path of the file in the landing folder
    row           row of a CSV file, segment of an X12 file; None for a whole file or several rows
    amount        the amount at stake in dollars, as text; None where no amount can be told
    trace_number  trace of the remittance, for faults of remittances
    description   what was done
    """

    fault_id: int
    kind: str | None
    business_key: str | None
    source: str | None
    file: str
    row: int | None
    amount: str | None
    trace_number: str | None
    description: str


def load_id_of(path: Path, landing: Path) -> str:
    """The id under which the file at `path` is registered when it is taken."""
    file_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    name = path.relative_to(landing).as_posix()
    return hashlib.sha256(f"{file_hash}\n{name}".encode()).hexdigest()[:16]


def write_truth(faults: list[Fault], path: Path) -> None:
    """Write the entries in the order of planting."""
    path.write_text(json.dumps([asdict(fault) for fault in faults], indent=1) + "\n", encoding="utf-8")
