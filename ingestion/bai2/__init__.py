"""BAI2 bank statements: records in, entries of accounts out, every control total checked.

Belongs here: the format and nothing else. Does not belong here: bronze and the quarantine
(`ingestion.bank_statements`). The unit that loads or is set aside is the group (02 to 98): half an account is
never read, and a broken group leaves its neighbours alone.
"""

from ingestion.bai2.reader import Bai2Refused, StatementPart, read_statement
from ingestion.bai2.rules import RULES, Problem

__all__ = ["RULES", "Bai2Refused", "Problem", "StatementPart", "read_statement"]
