"""Reading exceptions from the published file, as the desk needs them.

Belongs here: which columns say where an exception stands, and which exceptions come first. A file published
before exceptions could be worked has no columns of people's decisions; then nobody has made any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from journal.exception_state import ExceptionState
from orchestration.desk.exception_filter import ExceptionFilter
from orchestration.failures import NotFoundError
from orchestration.named_rows import named_rows

_TELLS = (
    "exception_id", "kind", "suite", "severity", "owner", "business_key", "amount_at_stake", "location_id",
    "patient_id", "left_key", "right_key", "what_was_found", "what_to_do", "first_seen_on", "last_seen_on",
    "age_days", "age_bucket", "status", "file_name", "row_number",
)  # fmt: skip
_SINCE_THE_QUEUE = {
    "state": "status",
    "state_since_on": "first_seen_on",
    "changed_because": "'found'",
    "times_reopened": "0::bigint",
    "assigned_to": "null::varchar",
    "waived_until": "null::date",
    "root_exception_id": "null::varchar",
    "root_rule": "null::varchar",
    "dependent_count": "0::bigint",
    "next_step": "'tieout explain exception ' || exception_id",
}
SHORTEST_ID = 6
_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedException:
    """An exception as the last run left it; ``facts`` are the columns of exceptions.exceptions."""

    state: ExceptionState
    facts: Mapping[str, Any]


class ExceptionQuery:
    """Asks one published file for exceptions. The connection stays the caller's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._columns = {
            table: frozenset(
                row[0]
                for row in connection.execute(
                    "select column_name from duckdb_columns()"
                    " where schema_name = 'exceptions' and table_name = $table",
                    {"table": table},
                ).fetchall()
            )
            for table in ("exceptions", "history", "kinds", "root_causes")
        }

    def exceptions(self, wanted: ExceptionFilter) -> list[PublishedException]:
        """The exceptions that fit whatever their status and assignee, which entries can change, by id.

        Raises `NotFoundError` when the file has no exceptions at all.
        """
        if not self._columns["exceptions"]:
            raise NotFoundError("the published file tells nothing of exceptions; run it anew")
        newer = ", ".join(
            name if name in self._columns["exceptions"] else f"{instead} as {name}"
            for name, instead in _SINCE_THE_QUEUE.items()
        )
        conditions, values = _conditions(wanted)
        rows = self._rows(
            f"select * from (select {', '.join(_TELLS)}, {newer} from exceptions.exceptions) as found"  # noqa: S608
            f" where {conditions} order by exception_id",
            values,
        )
        return [_published(row) for row in rows]

    def ids_beginning(self, beginning: str) -> list[str]:
        """The ids that begin with a text, which is at least as long as SHORTEST_ID."""
        if len(beginning) < SHORTEST_ID or not self._columns["exceptions"]:
            return []
        rows = self._rows(
            "select exception_id from exceptions.exceptions where starts_with(exception_id, $beginning)"
            " order by exception_id",
            {"beginning": beginning.lower()},
        )
        return [str(row["exception_id"]) for row in rows]

    def kind(self, kind: str) -> dict[str, Any]:
        """What the catalogue says about a kind; empty where it says nothing."""
        rows = self._rows("select * from exceptions.kinds where kind = $kind", {"kind": kind})
        return rows[0] if rows else {}

    def history(self, exception_id: str) -> list[dict[str, Any]]:
        """Every change in the life of an exception, in order."""
        if "change_number" not in self._columns["history"]:
            return []
        return self._rows(
            "select changed_on, state, cause, person, reason, assigned_to, waived_until, amount_at_stake,"
            " what_was_found, entry_number"
            " from exceptions.history where exception_id = $exception order by change_number",
            {"exception": exception_id},
        )

    def because(self, rule: str | None) -> str | None:
        """Why a rule says that one exception follows from another."""
        if rule is None or not self._columns["root_causes"]:
            return None
        rows = self._rows("select because from exceptions.root_causes where rule = $rule", {"rule": rule})
        return str(rows[0]["because"]) if rows else None

    def _rows(self, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return named_rows(self._connection.execute(sql, dict(values)))


def most_urgent_first(one: PublishedException) -> tuple[int, Decimal, int, str]:
    """The order of work: by severity, of equal ones the most money, then the oldest."""
    amount = one.facts["amount_at_stake"] or Decimal(0)
    severity = _SEVERITIES.index(one.facts["severity"])
    return severity, -amount, -int(one.facts["age_days"]), one.state.exception_id


def grouped(found: Sequence[PublishedException]) -> list[PublishedException]:
    """The same with those that depend on another one behind it, where that one is among them."""
    ids = {one.state.exception_id for one in found}
    behind: dict[str, list[PublishedException]] = {}
    for one in found:
        behind.setdefault(one.facts["root_exception_id"] or "", []).append(one)
    in_order: list[PublishedException] = []
    for one in found:
        if one.facts["root_exception_id"] in ids:
            continue
        in_order += [one, *behind.get(one.state.exception_id, ())]
    return in_order


def _conditions(wanted: ExceptionFilter) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    conditions = ["true"]
    lists = {"exception_id": wanted.exception_ids, "kind": wanted.kinds, "owner": wanted.owners,
             "severity": wanted.severities, "location_id": wanted.locations, "patient_id": wanted.patients,
             "root_exception_id": wanted.root_ids}  # fmt: skip
    for column, choices in lists.items():
        if choices:
            values[column] = list(choices)
            conditions.append(f"list_contains(${column}, found.{column})")
    numbers = {
        "age_days > $older_than": ("older_than", wanted.older_than),
        "amount_at_stake >= $amount_from": ("amount_from", wanted.amount_from),
        "amount_at_stake <= $amount_to": ("amount_to", wanted.amount_to),
    }
    for condition, (name, value) in numbers.items():
        if value is not None:
            values[name] = value
            conditions.append(f"found.{condition}")
    if wanted.text:
        values["text"] = wanted.text.lower()
        conditions.append(
            "contains(lower(concat_ws(chr(10), found.what_was_found, found.business_key, found.left_key,"
            " found.right_key, found.file_name)), $text)"
        )
    return " and ".join(conditions), values


def _published(row: Mapping[str, Any]) -> PublishedException:
    state = ExceptionState(
        exception_id=row["exception_id"],
        kind=row["kind"],
        status=row["status"],
        what_was_found=row["what_was_found"],
        amount_at_stake=row["amount_at_stake"],
        assigned_to=row["assigned_to"],
        waived_until=row["waived_until"],
    )
    return PublishedException(state=state, facts=row)
