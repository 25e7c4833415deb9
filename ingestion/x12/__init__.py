"""X12 files: bytes in, typed tables out.

    reading = read_835(data)                # a whole file in memory
    for part in read_835_file(path): ...    # any size, flat memory
    sniff(data)                             # which transaction sets a file holds

What belongs here: one reader for all transaction sets. `splitting` cuts bytes into runs, `segments` cuts runs
into segments, `envelope` says which transactions are whole, and one module per set (`remittance_835`) makes
the tables.
"""

from ingestion.x12.findings import FINDINGS_SCHEMA, QUARANTINE, RULES, WARNING
from ingestion.x12.reader import Counts, X12Reading, read_835, read_835_file
from ingestion.x12.remittance_835_schemas import PROTECTED_COLUMNS, SCHEMAS
from ingestion.x12.sniffing import sniff
from ingestion.x12.splitting import X12Refused, refusal_reason

__all__ = [
    "FINDINGS_SCHEMA",
    "PROTECTED_COLUMNS",
    "QUARANTINE",
    "RULES",
    "SCHEMAS",
    "WARNING",
    "Counts",
    "X12Reading",
    "X12Refused",
    "read_835",
    "read_835_file",
    "refusal_reason",
    "sniff",
]
