"""Running the kernel: the accounts are split into blocks, the blocks replayed side by side, the events put
together.

The blocks are the same whatever the number of cores, and the results are sorted, so nothing depends on who
was first.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from posting.kernel import layout as at
from posting.kernel.arrays import Flat, day_number, flatten
from posting.kernel.frames import frames_of, receipts_of, unknown_entries_of
from posting.kernel.layout import Book, Table
from posting.kernel.replay import deadlines, replay
from posting.results import PostingResult
from posting.settings import SettingsHistory
from posting.tables import AccountTables

#: Accounts a block; enough to make the bookkeeping around a block negligible.
_BLOCK = 16_384


def post_by_kernel(tables: AccountTables, settings: SettingsHistory, as_of: date) -> PostingResult:
    """Replay all accounts with the compiled kernel."""
    flat = flatten(tables, settings)
    events = replay_all(flat, as_of)
    frames = frames_of(flat, events)
    version, _ = settings.in_force(as_of)
    book = _book(flat, 0)
    frames["refused_entries"] = frames["refused_entries"].vstack(unknown_entries_of(flat, as_of))
    frames["receipts"] = receipts_of(
        flat, flat.tables["receipts"], deadlines(book, version), frames["negative_receipts"], as_of
    )
    return PostingResult.of(frames)


def replay_all(flat: Flat, as_of: date) -> Table:
    """The events of all accounts, account by account. Writes the end states into `flat.tables`."""
    count = len(flat.tables["accounts"]) - 1
    blocks = [(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK)]
    with ThreadPoolExecutor(max_workers=min(len(blocks), os.cpu_count() or 1) or 1) as pool:
        parts = list(pool.map(lambda block: _replay_block(flat, block, day_number(as_of)), blocks))
    return np.concatenate(parts) if parts else np.empty((0, at.EVENT_WIDTH), np.int64)


def _replay_block(flat: Flat, block: tuple[int, int], as_of: int) -> Table:
    first, end = block
    accounts = flat.tables["accounts"]
    receipts = accounts[end, at.ACCOUNT_RECEIPT] - accounts[first, at.ACCOUNT_RECEIPT]
    return replay(_book(flat, int(8 * receipts + 64)), first, end, as_of)


def _book(flat: Flat, room: int) -> Book:
    """The shared arrays with a block's own candidates, events and counters."""
    accounts, claims = flat.tables["accounts"], flat.tables["claims"]
    lines = np.diff(claims[accounts[:, at.ACCOUNT_CLAIM], at.CLAIM_LINE])
    return Book(
        **flat.tables,
        candidates=np.zeros((int(lines.max(initial=0)) + 1, at.CANDIDATE_WIDTH), np.int64),
        events=np.empty((room + 1, at.EVENT_WIDTH), np.int64),
        counts=np.zeros(at.COUNT_WIDTH, np.int64),
    )
