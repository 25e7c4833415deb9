"""The one door to posting: accounts, settings and an as-of date in, the history of the receipts out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from posting.results import PostingResult
from posting.settings import SettingsHistory
from posting.tables import AccountTables


def post(
    tables: AccountTables,
    settings: SettingsHistory,
    as_of: date,
    *,
    engine: Literal["kernel", "reference"] = "kernel",
) -> PostingResult:
    """Replay the accounts of one practice up to and with the as-of date.

    A pure function: the same input gives the same frames, whatever the order of its rows and however the
    patients are split over calls. The kernel is for work, the reference for reading and for checking the
    kernel.
    """
    if engine == "reference":
        from posting.reference import post_by_reference

        return post_by_reference(tables, settings, as_of)
    if engine == "kernel":
        # Imported late: loading the compiler takes a second that a reader of the tables need not pay.
        from posting.kernel.run import post_by_kernel

        return post_by_kernel(tables, settings, as_of)
    raise ValueError("engine must be 'kernel' or 'reference'")
