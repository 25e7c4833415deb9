"""How far the run ties for whoever looks: the word of the ladder, what it stands on, and where that is.

People with full scope see the verdict that the run was published with. Anybody else sees the same rule
applied to the rows of their own locations, and no count of another's. One thing of the whole run they are
told, without a number or a place: that something which belongs to no location is missing or does not add up,
because a green word beside figures that may be wrong would be worse.

Belongs here: counting the grounds within a scope. Does not belong here: the rule, which is the same for
mails, the command line and these pages (`Office.verdict`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from dashboards.tables.columns import Table, bound
from dashboards.tables.descriptor import Described, ScopeRule
from dashboards.tables.query import TableQuery
from dashboards.tables.view import View, parse
from dashboards.visit import Visit

TONES = {"incomplete": "bad", "breaks": "bad", "warnings": "warn", "pending": "waits", "reconciled": "good"}

_MISSING = "expected_file_missing"
_TIE_OUTS = "tie-outs"
_PRACTICE = "practice"
"""The location of tie-outs that belong to no single one."""

# (ground, one, several, table, conditions); the conditions are those of the rule, as an address says them.
_GROUNDS: tuple[tuple[str, str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("missing_files", "missing file", "missing files", "exceptions",
     (("kind", _MISSING), ("status.not", "waived"))),
    ("unproven", "sum that is not proven", "sums that are not proven", _TIE_OUTS,
     (("role", "remainder"), ("amount.not", "0"), ("period_kind", "month"))),
    ("critical", "critical exception", "critical exceptions", "exceptions",
     (("severity", "critical"), ("kind.not", _MISSING), ("status.not", "waived"))),
    ("other", "other exception", "other exceptions", "exceptions",
     (("severity.not", "critical"), ("kind.not", _MISSING), ("status.not", "waived"))),
    ("waived", "waived exception", "waived exceptions", "exceptions", (("status", "waived"),)),
    ("pending", "item within its waiting time", "items within their waiting time", _TIE_OUTS,
     (("role", "pending"), ("period_kind", "month"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that the verdict stands on: how much of it, and where it is."""

    count: int
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict as a person sees it."""

    word: str
    meaning: str
    grounds: tuple[Ground, ...]
    is_whole: bool
    """Whether it is that of the whole run, and not of a scope."""
    is_held_back: bool = False
    """Whether something that belongs to no location keeps it from being better."""

    @property
    def tone(self) -> str:
        """How it is tinted. Only the last rung is green."""
        return TONES[self.word]


def standing(visit: Visit) -> Standing:
    """The verdict within the person's scope."""
    counts = visit.cached(("grounds",), lambda: _counts(visit))
    is_held_back = False
    if visit.scope.is_full:
        # What the run itself said; a file of an older version says nothing, and the rule is applied to it.
        counts = visit.snapshot.manifest.get("verdict", {}).get("grounds", counts)
    else:
        is_held_back = visit.snapshot.cached(
            ("incomplete beyond locations",),
            lambda: _is_incomplete_beyond_locations(visit),
            on_pending=False,
            is_page=False,
        )
    word, meaning = visit.house.office.verdict(counts)
    if is_held_back and word != "incomplete":
        word, meaning = visit.house.office.verdict({**counts, "unproven": 1})
    return Standing(word, meaning, _grounds(visit, counts), visit.scope.is_full, is_held_back)


def _counts(visit: Visit) -> dict[str, int]:
    found = {}
    for name, _, _, table_name, conditions in _GROUNDS:
        table = _table(visit, table_name)
        if table is None:
            found[name] = 0
            continue
        view = _view(table, conditions)
        totals = visit.query(table).totals(view, ("item_count",) if name == "pending" else ())
        found[name] = int(totals.sums["item_count"] if name == "pending" else totals.count)
    return found


def _is_incomplete_beyond_locations(visit: Visit) -> bool:
    """Whether a file of no location is missing, or a sum of no location leaves a remainder."""
    from dashboards.access.scope import Scope

    whole = Scope(None)
    checked: list[tuple[str, tuple[tuple[str, str], ...]]] = [
        ("exceptions", (*_GROUNDS[0][4], ("location_id.none", "yes"))),
        (_TIE_OUTS, (*_GROUNDS[1][4], ("location_id", _PRACTICE))),
    ]
    for name, conditions in checked:
        table = _table(visit, name)
        if table and TableQuery(visit.connection, table, whole).totals(_view(table, conditions), ()).count:
            return True
    return False


def _table(visit: Visit, name: str) -> Table | None:
    if name == _TIE_OUTS:
        return bound(_tie_outs(), visit.snapshot)
    return visit.table(name) if visit.has_table(name) else None


@cache
def _tie_outs() -> Described:
    """The tie-outs of periods as a table to count in; they are no page of their own."""
    return Described(
        name="tie-outs",
        source="marts.period_tie_outs",
        title="Tie-outs",
        key=("location_id", "period_kind", "period_start_on", "tie_out", "figure"),
        scope=ScopeRule.LOCATION,
        columns=("location_id", "tie_out", "figure", "amount", "item_count"),
        sort="location_id",
    )


def _view(table: Table, conditions: tuple[tuple[str, str], ...]) -> View:
    return parse(table, urlencode(conditions))


def _grounds(visit: Visit, counts: Mapping[str, int]) -> tuple[Ground, ...]:
    found = []
    for name, one, several, table_name, conditions in _GROUNDS:
        count = counts.get(name, 0)
        if count:
            href = f"/{table_name}?{urlencode(conditions)}"
            if table_name == _TIE_OUTS:
                href = _where_periods_are(name)
            found.append(Ground(count, one if count == 1 else several, href))
    return tuple(found)


def _where_periods_are(ground: str) -> str:
    """The page on which a person sees tie-outs of periods: closing where there is one."""
    from dashboards.routing import ROUTES

    if any(route.path == "/close" and route.method == "GET" for route in ROUTES):
        return "/close"
    return "/deposits" if ground == "pending" else "/balancing"
