"""The one door to posting: accounts, settings and an as-of date in, the history of the receipts out."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Literal

from posting.parts import RECEIPTS_A_PART, parts_of
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


def post_by_part(
    tables: AccountTables,
    settings: SettingsHistory,
    as_of: date,
    *,
    receipts_a_part: int = RECEIPTS_A_PART,
) -> Iterator[PostingResult]:
    """What `post` says of the same accounts, a part of whole accounts at a time and in their order.

    As many parts as there are cores are at work at once, and no more are begun until one is taken: memory
    depends on the size of a part, not of the practice.
    """
    cores = os.cpu_count() or 1
    at_work: deque[Future[PostingResult]] = deque()
    with ThreadPoolExecutor(max_workers=cores) as pool:
        for part in parts_of(tables, receipts_a_part):
            at_work.append(pool.submit(post, part, settings, as_of))
            if len(at_work) > cores:
                yield at_work.popleft().result()
        while at_work:
            yield at_work.popleft().result()
