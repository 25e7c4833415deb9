"""Which money at the bank is which expected payment: a pure function from two frames to pieces.

Belongs here: the business-day calendar of banks, the matching, and suggestions for what it leaves. Does not
belong here: where entries and expected payments come from, which dbt says, or what is an exception.
"""

from deposits.calendar import BankCalendar
from deposits.frames import ENTRIES, ITEMS, PIECES, match_deposits

__all__ = ["ENTRIES", "ITEMS", "PIECES", "BankCalendar", "match_deposits"]
