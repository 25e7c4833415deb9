"""X12 files: bytes in, typed tables out.

    reading = read_x12(data)                # a whole file in memory
    for part in read_x12_file(path): ...    # any size, flat memory
    sniff(data)                             # which transaction sets a file holds

What belongs here: one reader for all transaction sets. `splitting` cuts bytes into runs, `segments` cuts runs
into segments, `envelope` says which transactions are whole, and one module per set makes the tables:
`remittance_835`, `claim_837p`, `acknowledgement_999`, `claim_acknowledgement_277`. `transaction_sets` lists
them.
"""

from ingestion.x12.findings import FINDINGS_SCHEMA, NOT_READ, QUARANTINE, RULES, WARNING
from ingestion.x12.reader import Counts, X12Reading, read_x12, read_x12_file
from ingestion.x12.sniffing import sniff
from ingestion.x12.splitting import X12Refused, refusal_reason
from ingestion.x12.transaction_sets import PROTECTED_COLUMNS, SCHEMAS, SETS, TransactionSet

__all__ = [
    "FINDINGS_SCHEMA",
    "NOT_READ",
    "PROTECTED_COLUMNS",
    "QUARANTINE",
    "RULES",
    "SCHEMAS",
    "SETS",
    "WARNING",
    "Counts",
    "TransactionSet",
    "X12Reading",
    "X12Refused",
    "read_x12",
    "read_x12_file",
    "refusal_reason",
    "sniff",
]
