"""Failed charges as a person finds them: the last published run, with what was entered since folded in."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from journal.charge_entries import CHARGE, ChargeDraft, charge_key
from journal.charge_refusals import refusals
from journal.charge_state import OPEN_STATUSES, states_with
from journal.entry import Entry, Subject
from journal.store import Journal
from orchestration.desk.charge_filter import ChargeFilter
from orchestration.desk.charge_query import ChargeQuery, PublishedCharge, most_urgent_first
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.settings import Settings


class ChargeDesk(Desk[ChargeDraft]):
    """The desk of those who work failed charges."""

    subject_kind = CHARGE

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        super().__init__(connection, contained, journal, settings)
        self._query = ChargeQuery(self._connection)
        self._as_of = contained.as_of

    def charges(self, wanted: ChargeFilter) -> list[PublishedCharge]:
        """The charges that fit as they stand now, the most urgent first; without a status or a number, those
        that are still work.
        """
        statuses = wanted.statuses or (() if wanted.charge_ids else OPEN_STATUSES)
        found = [charge for charge in self._found(wanted) if not statuses or charge.state.status in statuses]
        return sorted(found, key=lambda charge: most_urgent_first(charge, self._as_of))

    def reasons(self, charge: PublishedCharge) -> list[dict[str, Any]]:
        """Every reason for which a run refused a charge."""
        return self._query.reasons(charge.state.company_id, charge.state.charge_record_id)

    def entries_of(self, charge: PublishedCharge) -> list[Entry]:
        """What people entered for a charge, ever."""
        return [entry for entry in self._entries if entry.subject_id == charge.state.key]

    def keys_of(self, charge_id: str, companies: Sequence[str]) -> list[tuple[str, str]]:
        """(company_id, charge_record_id) of every charge with that number or key, in these companies."""
        found = self._query.charges(ChargeFilter(charge_ids=(charge_id,), companies=tuple(companies)))
        return [(charge.state.company_id, charge.state.charge_record_id) for charge in found]

    def _judged(
        self, drafts: Sequence[ChargeDraft], on: date
    ) -> tuple[Decision[ChargeDraft], Iterable[Subject]]:
        keys = tuple(charge_key(draft.company_id, draft.charge_record_id) for draft in drafts)
        found = self._found(ChargeFilter(charge_ids=keys)) if keys else []
        decision = judged(drafts, refusals(drafts, {one.state.key: one.state for one in found}, on))
        return decision, [draft.subject for draft in decision.allowed]

    def _found(self, wanted: ChargeFilter) -> list[PublishedCharge]:
        published = {charge.state.key: charge for charge in self._query.charges(wanted)}
        folded = states_with({key: charge.state for key, charge in published.items()}, self._since)
        return [replace(charge, state=folded[key]) for key, charge in published.items()]
