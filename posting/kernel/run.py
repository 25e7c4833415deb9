"""Running the kernel: the accounts are split into blocks, the blocks replayed side by side, the events put
together.

The blocks are the same whatever the number of cores, and the results are sorted, so nothing depends on who
was first.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import numpy as np

from posting.kernel import layout as at
from posting.kernel.arrays import Flat, day_number, flatten
from posting.kernel.frames import frames_of, receipts_of, unknown_entries_of
from posting.kernel.layout import Book, Table
from posting.kernel.replay import deadlines, replay
from posting.results import PostingResult
from posting.settings import SettingsHistory
from posting.tables import AccountTables

#: Accounts a block; enough to make the bookkeeping around a block negligible, few enough that a part of the
#: practice has blocks for every core.
_BLOCK = 2_048


def post_by_kernel(tables: AccountTables, settings: SettingsHistory, as_of: date) -> PostingResult:
    """Replay all accounts with the compiled kernel."""
    flat = flatten(tables, settings)
    events = replay_all(flat, as_of)
    frames = frames_of(flat, events)
    version, _ = settings.in_force(as_of)
    book = _book(flat, most_lines=0, room=0)
    frames["refused_entries"] = frames["refused_entries"].vstack(unknown_entries_of(flat, as_of))
    frames["receipts"] = receipts_of(
        flat, flat.tables["receipts"], deadlines(book, version), frames["negative_receipts"], as_of
    )
    return PostingResult.of(frames)


def replay_all(flat: Flat, as_of: date) -> Table:
    """The events of all accounts, account by account. Writes the end states into `flat.tables`."""
    count = len(flat.tables["accounts"]) - 1
    if not count:
        return np.empty((0, at.EVENT_WIDTH), np.int64)
    blocks = [(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK)]
    replay_block = partial(_replay_block, flat, day_number(as_of), _most_lines(flat))
    with ThreadPoolExecutor(max_workers=min(len(blocks), os.cpu_count() or 1)) as pool:
        return np.concatenate(list(pool.map(replay_block, blocks)))


def _most_lines(flat: Flat) -> int:
    """The lines of the account that has most of them: as many may be candidates of one step."""
    accounts, claims = flat.tables["accounts"], flat.tables["claims"]
    return int(np.diff(claims[accounts[:, at.ACCOUNT_CLAIM], at.CLAIM_LINE]).max(initial=0))


def _replay_block(flat: Flat, as_of: int, most_lines: int, block: tuple[int, int]) -> Table:
    first, end = block
    accounts = flat.tables["accounts"]
    receipts = accounts[end, at.ACCOUNT_RECEIPT] - accounts[first, at.ACCOUNT_RECEIPT]
    return replay(_book(flat, most_lines, room=int(8 * receipts + 64)), first, end, as_of)


def _book(flat: Flat, most_lines: int, room: int) -> Book:
    """The shared arrays with a block's own candidates, events and counters."""
    return Book(
        **flat.tables,
        candidates=np.zeros((most_lines + 1, at.CANDIDATE_WIDTH), np.int64),
        events=np.empty((room + 1, at.EVENT_WIDTH), np.int64),
        counts=np.zeros(at.COUNT_WIDTH, np.int64),
    )
