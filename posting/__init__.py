"""Receipt posting: who gets the money of a receipt.

Belongs here: the posting rules as a pure function over patients' accounts (`post`), as a plain reference
and as a compiled kernel. Does not belong here: reading files, SQL, the journal of people's entries, the
command line.
"""

from posting.engine import post, post_by_part
from posting.messages import MESSAGES, Message, sentence
from posting.results import PostingResult
from posting.settings import PostingSettings, SettingsHistory
from posting.tables import AccountTables, AccountTablesError

__all__ = [
    "MESSAGES",
    "AccountTables",
    "AccountTablesError",
    "Message",
    "PostingResult",
    "PostingSettings",
    "SettingsHistory",
    "post",
    "post_by_part",
    "sentence",
]
