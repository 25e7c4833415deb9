"""Reading failed charges from the published file, as the desk needs them.

Belongs here: which columns of the marts say where a charge stands, and which charges come first. A file
published before charges could be worked has no columns of people's decisions; then nobody has made any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from journal.charge_state import ChargeState
from orchestration.desk.charge_filter import ChargeFilter
from orchestration.failures import NotFoundError
from orchestration.named_rows import named_rows

_DECIDED = ("reprocess_requested_on", "delayed_until", "delay_reason", "is_returned_untouched")
_TELLS = (
    "company_id", "practice_id", "location_id", "run_number", "charge_record_id", "claim_id", "line_number",
    "patient_id", "payer_id", "main_reason_code", "main_reason", "reason_codes", "owner", "what_to_do",
    "oldest_failure_on", "last_failure_on", "failure_count", "bounce_count", "days_since_oldest_failure",
    "amount", "service_on", "filing_due_on", "days_to_filing_limit", "filing_status", "charge_status",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCharge:
    """A failed charge as the last run left it; ``facts`` are the columns of marts.failed_charges."""

    state: ChargeState
    facts: Mapping[str, Any]


class ChargeQuery:
    """Asks one published file for failed charges. The connection stays the caller's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._columns = frozenset(
            row[0]
            for row in connection.execute(
                "select column_name from duckdb_columns()"
                " where schema_name = 'marts' and table_name = 'failed_charges'"
            ).fetchall()
        )

    def charges(self, wanted: ChargeFilter) -> list[PublishedCharge]:
        """The charges that fit whatever their status, which entries can change.

        Raises `NotFoundError` when the file has no failed charges at all.
        """
        if not self._columns:
            raise NotFoundError("the published file tells nothing of failed charges; run it anew")
        decided = ", ".join(name if name in self._columns else f"null as {name}" for name in _DECIDED)
        conditions, values = _conditions(wanted)
        found = self._connection.execute(
            f"select {', '.join(_TELLS)}, {decided} from marts.failed_charges as charges"  # noqa: S608
            f" where {conditions} order by company_id, charge_record_id",
            values,
        )
        return [_published(row) for row in named_rows(found)]

    def reasons(self, company_id: str, charge_record_id: str) -> list[dict[str, Any]]:
        """Every reason for which a run refused the charge, those that stand first."""
        found = self._connection.execute(
            "select reason_code, reason, owner, what_to_do, oldest_failure_on, last_failure_on,"
            " failure_count, is_standing from marts.failed_charge_reasons"
            " where company_id = $company and charge_record_id = $charge"
            " order by is_standing desc, last_failure_on desc, reason_code",
            {"company": company_id, "charge": charge_record_id},
        )
        return named_rows(found)


def most_urgent_first(charge: PublishedCharge, on: date) -> tuple[int, int, Decimal, str]:
    """The order of work: money that can still be saved, fewest days left first, of equal days the most.

    Where the limit has passed, or is not known, no day is the last one; such charges come after.
    """
    due = charge.state.filing_due_on
    rank = 2 if due is None else 1 if due < on else 0
    days = (due - on).days if due is not None else 0
    return rank, days if rank == 0 else -days, -charge.facts["amount"], charge.state.key


def _conditions(wanted: ChargeFilter) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    conditions = ["true"]
    lists = {"company_id": wanted.companies, "practice_id": wanted.practices,
             "location_id": wanted.locations, "run_number": wanted.run_numbers, "owner": wanted.owners,
             "payer_id": wanted.payers, "filing_status": wanted.filing}  # fmt: skip
    for column, choices in lists.items():
        if choices:
            values[column] = list(choices)
            conditions.append(f"list_contains(${column}, charges.{column})")
    if wanted.charge_ids:
        values["charge_ids"] = list(wanted.charge_ids)
        conditions.append(
            "(list_contains($charge_ids, charges.charge_record_id)"
            " or list_contains($charge_ids, charges.company_id || '|' || charges.charge_record_id))"
        )
    if wanted.reasons:
        values["reasons"] = [reason.upper() for reason in wanted.reasons]
        conditions.append("list_has_any($reasons, string_split(upper(charges.reason_codes), ', '))")
    if wanted.older_than is not None:
        values["older_than"] = wanted.older_than
        conditions.append("charges.days_since_oldest_failure > $older_than")
    return " and ".join(conditions), values


def _published(row: Mapping[str, Any]) -> PublishedCharge:
    state = ChargeState(
        company_id=row["company_id"],
        charge_record_id=row["charge_record_id"],
        status=row["charge_status"],
        reprocess_requested_on=row["reprocess_requested_on"],
        delayed_until=row["delayed_until"],
        filing_due_on=row["filing_due_on"],
    )
    return PublishedCharge(state=state, facts=row)
