"""The columns of a table that is published, and how they are called and treated."""

import re
from dataclasses import dataclass
from enum import StrEnum

from dashboards.published.snapshot import PENDING, PublishedTable, Snapshot
from dashboards.tables.descriptor import Described

PROTECTED = frozenset(
    {
        "patient_name",
        "patient_first_name",
        "patient_last_name",
        "subscriber_name",
        "subscriber_first_name",
        "subscriber_last_name",
        "guarantor_name",
        "payer_person_name",
        "birth_date",
        "born_on",
        "birth_on",
        "member_id",
        "subscriber_id",
        "street",
        "phone",
        "email",
        "social_security_number",
    }
)
"""Columns that are masked until a person says why they must be seen."""

MASK = "•••"
DECIDED = "decided_since_run"

_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


class Kind(StrEnum):
    """How a column is read, filtered and printed."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be asked for. ``sql`` is its expression over the table's own columns."""

    name: str
    title: str
    description: str
    kind: Kind
    sql: str
    is_protected: bool = False
    is_summed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A described table as the published file has it: the allow-list of everything that a URL may name."""

    described: Described
    description: str
    columns: dict[str, Column]
    has_pending: bool = False
    """Whether people decided something since the run, so that rows are read beside their decisions."""

    @property
    def default_columns(self) -> tuple[str, ...]:
        """The default columns that the file has, or all when it has none of them. What was decided since the
        run is one of them when something was.
        """
        return tuple(
            name
            for name in self.described.columns
            if name in self.columns and (name != DECIDED or self.has_pending)
        ) or tuple(self.columns)

    @property
    def mode_columns(self) -> tuple[str, ...]:
        """Columns of which one value is always looked at."""
        return tuple(mode.column for mode in self.described.modes)


def without_underscores(text: str) -> str:
    """Words of lists, such as `on_time`, as people write them; anything else as it is."""
    return _CODE.sub(lambda word: word.group().replace("_", " "), text) if "_" in text else text


def quote(name: str) -> str:
    """An identifier as the engine reads it."""
    return '"' + name.replace('"', '""') + '"'


def bound(described: Described, snapshot: Snapshot) -> Table | None:
    """The table as it is published; None when this file does not have it."""
    published = snapshot.tables.get(described.source)
    if published is None:
        return None
    has_pending = snapshot.has_pending
    return snapshot.cached(
        ("table", described.name, described.source, has_pending),
        lambda: _bound(described, published, has_pending=has_pending),
        on_pending=False,
        is_page=False,
    )


def _bound(described: Described, published: PublishedTable, *, has_pending: bool) -> Table:
    columns = {
        column.name: _column(described, column.name, column.type, column.description, quote(column.name))
        for column in published.columns
    }
    for name, derived in described.derived.items():
        columns[name] = _column(described, name, derived.type, derived.description, f"({derived.sql})")
    if described.decisions:
        decided = quote(DECIDED) if has_pending else "null::varchar"
        columns[DECIDED] = Column(
            DECIDED,
            "Decided since",
            "What people entered since the last run; it counts from the next run on.",
            Kind.TEXT,
            decided,
        )
    return Table(described, published.description, columns, has_pending)


PLACE = "rowid"
"""Where a row lies in the file. Published tables lie in the order of their key, so the place settles what is
equal in every other way as the key would, for a fraction of what reading a million keys costs."""

_SUBJECT_IDS = {
    "receipt": "receipt_id",
    "charge": "company_id || '|' || charge_record_id",
    "exception": "exception_id",
    "deposit": "bank_account || '|' || deposit_id",
}


def source_sql(table: Table, *, with_decided: bool, places: str = "") -> str:
    """What the table's columns are read from.

    ``with_decided`` puts what people decided since the run beside the rows; without it `decided_since_run`
    must not be asked for. ``places`` is SQL for a list of places, to which the rows are then held before
    anything is joined to them.
    """
    described = table.described
    held = f" where {PLACE} in (select unnest({places}))" if places else ""
    name = quote(described.source.rpartition(".")[2])
    if not with_decided or not described.decisions or not table.has_pending:
        if not places:
            return f"wh.{described.source}"
        return f"(select *, {PLACE} from wh.{described.source}{held}) as {name}"  # noqa: S608
    return (
        f"(select source.*, pending.decided as {quote(DECIDED)}"  # noqa: S608
        f" from (select *, {PLACE} from wh.{described.source}{held}) as source"
        f" left join {PENDING} as pending on pending.subject_kind = '{described.decisions}'"
        f" and pending.subject_id = {_SUBJECT_IDS[described.decisions]}) as {name}"
    )


def _column(described: Described, name: str, sql_type: str, description: str, sql: str) -> Column:
    kind = _kind(sql_type)
    is_count = kind is Kind.NUMBER and name.endswith("_count")
    return Column(
        name=name,
        title=described.title_of(name),
        description=description,
        kind=kind,
        sql=sql,
        is_protected=name in PROTECTED,
        is_summed=(kind is Kind.MONEY or is_count) and name not in described.not_summed,
    )


def _kind(sql_type: str) -> Kind:
    if sql_type.startswith("DECIMAL"):
        return Kind.MONEY if sql_type.replace(" ", "").endswith(",2)") else Kind.NUMBER
    return {
        "DATE": Kind.DATE,
        "BOOLEAN": Kind.YES_NO,
        "TIMESTAMP": Kind.MOMENT,
        "TINYINT": Kind.NUMBER,
        "SMALLINT": Kind.NUMBER,
        "INTEGER": Kind.NUMBER,
        "BIGINT": Kind.NUMBER,
        "HUGEINT": Kind.NUMBER,
    }.get(sql_type, Kind.TEXT)
