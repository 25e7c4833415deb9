"""What must hold for every account under all settings.

The profile `thorough` of the tests takes 10,000 random accounts and more for every property.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posting import AccountTables, PostingResult, SettingsHistory, post, post_by_part
from tests.posting.random_accounts import HORIZON, START, Rows, account_rows, accounts, settings_histories
from tests.posting.world import assert_same, tables_of

AS_OF = START + timedelta(days=HORIZON + 45)

# Every example replays accounts with one engine or both, so an everyday run takes fewer than the profile.
_PROFILE = settings.default.max_examples if settings.default else 100
many = settings(
    max_examples=_PROFILE if _PROFILE >= 10_000 else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

DATES = {
    "applications": "posted_on",
    "receipt_status_log": "changed_on",
    "claim_status_changes": "changed_on",
    "movements": "moved_on",
    "negative_receipts": "received_on",
    "refused_entries": "entered_on",
}


@many
@given(accounts(), settings_histories())
def test_kernel_equals_reference_event_by_event(tables: AccountTables, history: SettingsHistory) -> None:
    assert_same(post(tables, history, AS_OF, engine="reference"), post(tables, history, AS_OF))


@many
@given(accounts(), settings_histories())
def test_cents_are_conserved(tables: AccountTables, history: SettingsHistory) -> None:
    result = post(tables, history, AS_OF)
    applied = result.applications.group_by("receipt_id").agg(pl.col("amount").sum())
    moved = result.movements.with_columns(kind=pl.col("movement").str.slice(0, 6))
    sums = {
        "applied_amount": dict(applied.iter_rows()),
        "disbursed_amount": dict(
            moved.filter(kind="disbur").group_by("receipt_id").agg(pl.col("amount").sum()).iter_rows()
        ),
        "refunded_amount": dict(
            moved.filter(kind="refund").group_by("receipt_id").agg(pl.col("amount").sum()).iter_rows()
        ),
    }
    for row in result.receipts.iter_rows(named=True):
        used = Decimal(0)
        for column, by_receipt in sums.items():
            assert row[column] == by_receipt.get(row["receipt_id"], Decimal(0))
            used += row[column]
        assert row["unapplied_amount"] == row["amount"] - used
        if row["amount"] > 0:
            assert 0 <= used <= row["amount"]
        else:
            assert used == 0
        if row["status"] == "Completed" and row["code"] == "COMPLETED":
            assert row["unapplied_amount"] == 0


@many
@given(accounts(), settings_histories())
def test_no_line_is_overfilled_except_by_a_credit(tables: AccountTables, history: SettingsHistory) -> None:
    result = post(tables, history, AS_OF)
    filled = result.applications.filter(~pl.col("step").is_in(["credit", "void_return", "reversal"]))
    assert (filled["amount"] > 0).all()
    assert (filled["amount"] <= filled["balance_before_amount"]).all()
    returned = result.applications.filter(pl.col("step").is_in(["void_return", "reversal"]))
    assert (returned["amount"] < 0).all()


@many
@given(accounts(), settings_histories())
def test_balances_before_are_recomputed_from_the_tables(
    tables: AccountTables, history: SettingsHistory
) -> None:
    """The balance that an application reports is charge - reductions - earlier applications, by its date."""
    result = post(tables, history, AS_OF)
    charges = {(row[0], row[1]): row[2] for row in tables.claim_lines.iter_rows()}
    applied: dict[tuple[str, int], Decimal] = {}
    for row in result.applications.iter_rows(named=True):
        line = row["claim_id"], row["line_number"]
        reduced = sum(
            (
                reduction["amount"]
                for reduction in tables.reductions.iter_rows(named=True)
                if (reduction["claim_id"], reduction["line_number"]) == line
                and reduction["effective_on"] <= row["posted_on"]
            ),
            Decimal(0),
        )
        assert row["balance_before_amount"] == charges[line] - reduced - applied.get(line, Decimal(0))
        applied[line] = applied.get(line, Decimal(0)) + row["amount"]


@many
@given(account_rows(), settings_histories(), st.randoms(use_true_random=False))
def test_input_order_is_irrelevant(rows: Rows, history: SettingsHistory, shuffle: object) -> None:
    shuffled = {table: shuffle.sample(lines, len(lines)) for table, lines in rows.items()}  # type: ignore[attr-defined]
    assert_same(post(tables_of(rows), history, AS_OF), post(tables_of(shuffled), history, AS_OF))


@many
@given(accounts(), settings_histories())
def test_batching_is_irrelevant_and_a_rerun_is_identical(
    tables: AccountTables, history: SettingsHistory
) -> None:
    whole = post(tables, history, AS_OF)
    assert_same(whole, post(tables, history, AS_OF))
    for receipts_a_part in (1, 2, 5):
        parts = list(post_by_part(tables, history, AS_OF, receipts_a_part=receipts_a_part))
        for field in dataclasses.fields(PostingResult):
            together = getattr(whole, field.name)
            split = pl.concat([getattr(part, field.name) for part in parts])
            assert_frame_equal(split, together, check_row_order=False)


@many
@given(accounts(), settings_histories(), st.integers(0, HORIZON + 40))
def test_a_prefix_of_history_never_changes(
    tables: AccountTables, history: SettingsHistory, days: int
) -> None:
    earlier = START + timedelta(days=days)
    short, long = post(tables, history, earlier), post(tables, history, AS_OF)
    for name, on in DATES.items():
        assert_frame_equal(getattr(short, name), getattr(long, name).filter(pl.col(on) <= earlier))


@many
@given(account_rows(), settings_histories(), st.integers(0, HORIZON))
def test_what_is_not_yet_known_changes_nothing(rows: Rows, history: SettingsHistory, days: int) -> None:
    """As of a date, rows that are dated later might as well not exist."""
    as_of = START + timedelta(days=days)
    known = {table: [row for row in lines if _dated(table, row) <= as_of] for table, lines in rows.items()}
    claims = {row["claim_id"] for row in known["claims"]}
    for table in ("claim_lines", "reductions", "claim_status_history"):
        known[table] = [row for row in known[table] if row["claim_id"] in claims]
    if any(entry["action"] == "link" for entry in known["entries"]):
        # A person may link a receipt to a claim that is created later.
        known["claims"], known["claim_lines"] = rows["claims"], rows["claim_lines"]
    history = SettingsHistory(tuple(version for version in history.effective if version[0] <= as_of))
    known_only = post(tables_of(known), history, as_of)
    everything = post(tables_of(rows), history, as_of)
    for name in DATES:
        if name != "refused_entries":
            assert_frame_equal(getattr(known_only, name), getattr(everything, name))


def _dated(table: str, row: dict[str, object]) -> date:
    column = {
        "receipts": "received_on",
        "claims": "created_on",
        "reductions": "effective_on",
        "claim_status_history": "changed_on",
        "entries": "entered_on",
    }.get(table)
    return row[column] if column else date.min  # type: ignore[return-value]
