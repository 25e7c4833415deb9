"""Thousands of random accounts posted at once, under many settings: the engines agree, cents are conserved.

Everyday runs take a few hundred accounts; `-m soak` takes more than ten thousand.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from posting import AccountTables, PostingResult, SettingsHistory, post, post_by_part
from tests.posting.random_accounts import HORIZON, START, many_accounts, settings_of
from tests.posting.world import assert_same

AS_OF = START + timedelta(days=HORIZON + 45)
EVENT_DATES = {
    "applications": "posted_on",
    "receipt_status_log": "changed_on",
    "claim_status_changes": "changed_on",
    "movements": "moved_on",
    "negative_receipts": "received_on",
    "refused_entries": "entered_on",
}


@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_accounts(seed: int) -> None:
    assert_rules_hold(Random(seed), 100)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_more_than_ten_thousand_accounts(seed: int) -> None:
    assert_rules_hold(Random(seed), 300)


def assert_rules_hold(random: Random, count: int) -> None:
    history, tables = settings_of(random), many_accounts(random, count)
    result = post(tables, history, AS_OF)
    assert result.applications.height > count // 4
    assert_same(post(tables, history, AS_OF, engine="reference"), result)
    assert_same(post(tables, history, AS_OF), result)
    assert_cents_are_conserved(tables, result)
    assert_no_line_is_overfilled(result)
    assert_parts_are_the_whole(tables, history, result, count // 3)
    assert_the_past_stays(tables, history, result, START + timedelta(days=random.randint(0, HORIZON + 40)))


def assert_cents_are_conserved(tables: AccountTables, result: PostingResult) -> None:
    used = pl.col("applied_amount") + pl.col("disbursed_amount") + pl.col("refunded_amount")
    ends = result.receipts
    assert ends.filter(pl.col("unapplied_amount") != pl.col("amount") - used).is_empty()
    assert ends.filter((pl.col("amount") > 0) & ((used < 0) | (used > pl.col("amount")))).is_empty()
    assert ends.filter((pl.col("amount") <= 0) & (used != 0)).is_empty()
    applied = result.applications.group_by("receipt_id").agg(total=pl.col("amount").sum())
    ends = ends.join(applied, on="receipt_id", how="left").with_columns(pl.col("total").fill_null(0))
    assert ends.filter(pl.col("total") != pl.col("applied_amount")).is_empty()
    assert set(ends["receipt_id"]) >= set(tables.receipts["receipt_id"])


def assert_no_line_is_overfilled(result: PostingResult) -> None:
    filled = result.applications.filter(~pl.col("step").is_in(["credit", "void_return", "reversal"]))
    assert filled.filter(
        (pl.col("amount") <= 0) | (pl.col("amount") > pl.col("balance_before_amount"))
    ).is_empty()


def assert_parts_are_the_whole(
    tables: AccountTables, history: SettingsHistory, result: PostingResult, receipts_a_part: int
) -> None:
    parts = list(post_by_part(tables, history, AS_OF, receipts_a_part=receipts_a_part))
    assert len(parts) > 3
    for name in (*EVENT_DATES, "receipts"):
        together = pl.concat([getattr(part, name) for part in parts])
        assert_frame_equal(together, getattr(result, name), check_row_order=False)


def assert_the_past_stays(
    tables: AccountTables, history: SettingsHistory, result: PostingResult, day: date
) -> None:
    """What happened up to a day is the same whether the replay ends there or goes on."""
    earlier = post(tables, history, day)
    for name, column in EVENT_DATES.items():
        known = getattr(result, name).filter(pl.col(column) <= day)
        assert_frame_equal(getattr(earlier, name), known, check_row_order=False)
