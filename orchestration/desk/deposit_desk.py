"""Deposits as a person finds them who says which payment they are: the last published run, with what was
entered since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from journal.deposit_entries import DEPOSIT, DepositDraft
from journal.deposit_refusals import (
    OPEN_AT_BANK,
    OPEN_IN_BOOKS,
    Choice,
    OpenEnd,
    TwoSides,
    choices_with,
    refusals,
)
from journal.entry import Entry, Subject
from journal.store import Journal
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.failures import NotFoundError
from orchestration.named_rows import named_rows
from orchestration.settings import Settings

_BANK = """
    select bank_account || '|' || deposit_id as entry_key, any_value(status) as status,
           any_value(deposited_on) as deposited_on, any_value(channel) as channel,
           any_value(payer_identifier) as payer_identifier, any_value(match_group_key) as match_group_key,
           any_value(suggested_keys) as suggested_keys, any_value(candidate_count) as candidate_count,
           any_value(chosen_by) as chosen_by, sum(bank_amount)::decimal(18, 2) as amount
    from marts.deposit_reconciliation
    where deposit_id is not null
    group by bank_account, deposit_id
    order by deposited_on, entry_key"""

_BOOKS = """
    select expected_key, any_value(status) as status, any_value(expected_on) as expected_on,
           any_value(expected_kind) as expected_kind, any_value(trace_number) as trace_number,
           any_value(payer_identifier) as payer_identifier, any_value(location_id) as location_id,
           any_value(match_group_key) as match_group_key, any_value(suggested_keys) as suggested_keys,
           any_value(receipt_id) as receipt_id, any_value(remittance_key) as remittance_key,
           any_value(chosen_by) as chosen_by, sum(expected_amount)::decimal(18, 2) as amount
    from marts.deposit_reconciliation
    where expected_key is not null
    group by expected_key
    order by expected_on, expected_key"""

#: How near a payment is to an entry of the bank, the nearest first.
NEARNESS = ("chosen", "fits", "suggested", "same_amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeposit:
    """An entry of the bank that waits for a choice or has one.

    facts       status, deposited_on, channel, payer_identifier, amount
    candidates  the payments that it could be, each with its facts; first those that fit as well as any
    choice      what somebody chose; None where nobody did
    is_lapsed   whether the last run knew the choice and could not keep it, because an amount has changed
    """

    entry_key: str
    facts: Mapping[str, Any]
    candidates: tuple[Mapping[str, Any], ...]
    choice: Choice | None
    is_lapsed: bool


class DepositDesk(Desk[DepositDraft]):
    """The desk of those who say which payment a deposit is."""

    subject_kind = DEPOSIT

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        super().__init__(connection, contained, journal, settings)
        if not connection.execute(
            "select 1 from duckdb_columns() where schema_name = 'marts'"
            " and table_name = 'deposit_reconciliation' and column_name = 'chosen_by'"
        ).fetchall():
            raise NotFoundError("the published file tells nothing of chosen deposits; run it anew")
        self._bank = {row["entry_key"]: row for row in named_rows(connection.execute(_BANK))}
        self._books = {row["expected_key"]: row for row in named_rows(connection.execute(_BOOKS))}
        self._sides = TwoSides(
            {key: _end(row, "waiting_for_remittance") for key, row in self._bank.items()},
            {key: _end(row, "waiting_for_deposit") for key, row in self._books.items()},
            choices_with({}, self._entries),
        )

    def deposits(self, named: Sequence[str] = ()) -> list[OpenDeposit]:
        """The entries with these keys or ids; without any, those that are ambiguous or were chosen."""
        return [
            self._deposit(key, row)
            for key, row in self._bank.items()
            if (key in named or key.rpartition("|")[2] in named)
            or (not named and (row["status"] == "ambiguous" or key in self._sides.choices))
        ]

    def rivals_of(self, deposit: OpenDeposit) -> list[Mapping[str, Any]]:
        """The other entries of the bank in the same knot, and whether somebody chose for them."""
        group = deposit.facts["match_group_key"]
        return [
            row | {"chosen": key in self._sides.choices}
            for key, row in self._bank.items()
            if deposit.facts["status"] == row["status"] == "ambiguous"
            and row["match_group_key"] == group
            and key != deposit.entry_key
        ]

    def amount_of_payment(self, expected_key: str) -> Decimal:
        """What the books expect of a payment; nothing of one that they do not know."""
        end = self._sides.payments.get(expected_key)
        return end.amount if end else Decimal("0.00")

    def amount_of_entry(self, entry_key: str) -> Decimal:
        """What the bank has under an entry; nothing of one that it does not know."""
        end = self._sides.entries.get(entry_key)
        return end.amount if end else Decimal("0.00")

    def entries_of(self, entry_key: str) -> list[Entry]:
        """What people entered about an entry of the bank, ever."""
        return [entry for entry in self._entries if entry.subject_id == entry_key]

    def _deposit(self, key: str, row: Mapping[str, Any]) -> OpenDeposit:
        choice = self._sides.choices.get(key)
        chosen = set(choice.payments) if choice else set()
        suggested = set((row["suggested_keys"] or "").split("+"))

        def nearness(one: Mapping[str, Any]) -> str | None:
            """How near a payment is: chosen, in the same knot, in a suggestion, of the same amount."""
            payment = one["expected_key"]
            if payment in chosen:
                return "chosen"
            end = self._sides.payments[payment]
            if end.status not in OPEN_IN_BOOKS or (one["amount"] > 0) != (row["amount"] > 0):
                return None
            if self._sides.chosen_for(payment) is not None:
                return None
            if row["status"] == "ambiguous" and one["match_group_key"] == row["match_group_key"]:
                return "fits"
            if payment in suggested or key in (one["suggested_keys"] or "").split("+"):
                return "suggested"
            return "same_amount" if one["amount"] == row["amount"] else None

        near = [one | {"nearness": how} for one in self._books.values() if (how := nearness(one))]
        candidates = tuple(sorted(near, key=lambda one: NEARNESS.index(one["nearness"])))
        since = {entry.entry_number for entry in self._since}
        is_lapsed = choice is not None and choice.entry_number not in since and row["chosen_by"] is None
        return OpenDeposit(
            entry_key=key, facts=row, candidates=candidates, choice=choice, is_lapsed=is_lapsed
        )

    def _judged(
        self, drafts: Sequence[DepositDraft], on: date
    ) -> tuple[Decision[DepositDraft], Iterable[Subject]]:
        decision = judged(drafts, refusals(drafts, self._sides))
        # A payment may be chosen for one entry only: whoever chose another one looked at the same payments.
        rivals = {
            key for key, end in self._sides.entries.items() if decision.allowed and end.status in OPEN_AT_BANK
        }
        subjects = [draft.subject for draft in decision.allowed]
        return decision, [*subjects, *(Subject(DEPOSIT, key) for key in sorted(rivals))]


def _end(row: Mapping[str, Any], open_status: str) -> OpenEnd:
    """What a person chose in the last run is open again as soon as the choice is taken back."""
    is_chosen = row.get("chosen_by") is not None
    return OpenEnd(row["amount"], open_status if is_chosen else row["status"])
