"""Held remittances as a person finds them: the last published run, with what was entered since folded in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from journal.entry import Entry, Subject
from journal.remittance_entries import REMITTANCE, RemittanceDraft
from journal.remittance_refusals import RemittanceState, refusals, states_with
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.failures import NotFoundError
from orchestration.named_rows import named_rows

_TELLS = (
    "remittance_key", "trace_number", "payer_key", "payer_name", "payment_on", "check_amount", "standing",
    "held_for", "released_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRemittance:
    """A remittance as the last run left it; ``facts`` are columns of marts.era_dashboard."""

    state: RemittanceState
    facts: Mapping[str, Any]


class RemittanceDesk(Desk[RemittanceDraft]):
    """The desk of those who say whether a payment that looks like another one is one."""

    subject_kind = REMITTANCE

    def remittances(self, named: Sequence[str] = ()) -> list[PublishedRemittance]:
        """The remittances with these keys or trace numbers; without any, those that are held or released.

        Raises `NotFoundError` when the published file is from before remittances could be released.
        """
        known = self._connection.execute(
            "select count(*) from duckdb_columns() where schema_name = 'marts'"
            " and table_name = 'era_dashboard' and column_name = 'released_on'"
        ).fetchone()
        if known != (1,):
            raise NotFoundError("the published file tells nothing of released remittances; run it anew")
        meant = (
            "(list_contains($named, remittance_key) or list_contains($named, trace_number))"
            if named
            else "(standing <> 'counted' or released_on is not null)"
        )
        found = self._connection.execute(
            f"select {', '.join(_TELLS)} from marts.era_dashboard"  # noqa: S608
            f" where {meant} order by payment_on, payer_key, trace_number, remittance_key",
            {"named": list(named)} if named else {},
        )
        rows = named_rows(found)
        states = states_with({row["remittance_key"]: _state(row) for row in rows}, self._since)
        return [PublishedRemittance(state=states[row["remittance_key"]], facts=row) for row in rows]

    def entries_of(self, remittance: PublishedRemittance) -> list[Entry]:
        """What people entered for a remittance, ever."""
        return [entry for entry in self._entries if entry.subject_id == remittance.state.remittance_key]

    def _judged(
        self, drafts: Sequence[RemittanceDraft], on: date
    ) -> tuple[Decision[RemittanceDraft], Iterable[Subject]]:
        keys = [draft.remittance_key for draft in drafts]
        states = {one.state.remittance_key: one.state for one in self.remittances(keys)} if keys else {}
        decision = judged(drafts, refusals(drafts, states))
        return decision, [draft.subject for draft in decision.allowed]


def _state(row: Mapping[str, Any]) -> RemittanceState:
    state = RemittanceState(remittance_key=row["remittance_key"], standing=row["held_for"] or row["standing"])
    return replace(state, is_released=row["released_on"] is not None)
