"""What a digest says, read from a published file, from what earlier runs saw, and from the journal."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from expectations.verdict import WAIVED, Verdict
from ingestion.bronze import BronzeStore
from journal.close_standing import LAPSED
from journal.close_state import SIGNED
from journal.period import ALL_LOCATIONS
from journal.store import Journal
from orchestration.desk.close_desk import CloseDesk
from orchestration.desk.journal_access import Contained
from orchestration.failures import NotFoundError
from orchestration.home import Home
from orchestration.run.manifest import Manifest
from orchestration.settings import Settings

SEVERITIES = ("critical", "warning", "info")
DAYS_AHEAD = 1
"""A digest is read in the morning after its run: what is due by then is due."""

_WORK = "charge_status in ('failing', 'reprocess_requested', 'delayed')"
_DUE = {
    "charges close to the payer's filing limit": (
        "marts.failed_charges", "filing_status", f"filing_status in ('near', 'due') and {_WORK}",
    ),
    "delayed charges that come back": (
        "marts.failed_charges", "delayed_until", "charge_status = 'delayed' and delayed_until <= $by",
    ),
    "receipts on hold whose hold date is reached": (
        "marts.receipts", "hold_until", "receipt_status = 'Hold' and hold_until <= $by",
    ),
    "expected files that are missing": ("marts.expected_files", "outcome", "outcome = 'missing'"),
    "waivers that end": (
        "exceptions.exceptions", "waived_until", "status = 'waived' and waived_until <= $by",
    ),
}  # fmt: skip
"""What is due -> the table, the column that it needs to have, and which of its rows."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """How many there are of one kind of exception, and whose work they are."""

    severity: str
    kind: str
    title: str
    owner: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One run in a morning's reading; everything in it is counted, and nothing is of one patient.

    new       exceptions that no run saw before
    returned  exceptions that are there again after a run that did not see them
    cleared   exceptions that the run before saw and this one does not
    still     how many stand, by severity, those that somebody waived apart
    due       what has a day, by what it is
    """

    practice_name: str
    as_of: date
    run_id: str
    verdict: Verdict | None
    new: tuple[Line, ...]
    returned: tuple[Line, ...]
    cleared: tuple[Line, ...]
    still: dict[str, int]
    due: dict[str, int]
    link: str | None

    @property
    def subject(self) -> str:
        """One line that says whether there is anything to do."""
        word = self.verdict.word if self.verdict else "published"
        counts = f"{counted(self.new)} new, {counted(self.cleared)} cleared"
        return f"{self.practice_name} {self.as_of}: {word}, {counts}"


def counted(lines: Iterable[Line]) -> int:
    """How many exceptions lines are about."""
    return sum(line.count for line in lines)


def read_digest(
    home: Home,
    settings: Settings,
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    journal: Journal | None,
) -> Digest:
    """The digest of the published file that ``connection`` has open and ``manifest`` describes."""
    as_of = date.fromisoformat(manifest.as_of)
    now = _standing(connection)
    before = _seen_before(BronzeStore(home.bronze), as_of)
    ever = _first_seen(connection)
    return Digest(
        practice_name=settings.practice_name,
        as_of=as_of,
        run_id=manifest.run_id,
        verdict=manifest.verdict,
        new=_lines(connection, (kind for key, kind in now.items() if ever.get(key, as_of) == as_of)),
        returned=_lines(
            connection,
            (kind for key, kind in now.items() if ever.get(key, as_of) < as_of and key not in before),
        ),
        cleared=_lines(connection, (kind for key, kind in before.items() if key not in now)),
        still=_still(connection),
        due=_due(connection, as_of) | _periods_due(connection, manifest, journal, settings),
        link=settings.notification.link if settings.notification else None,
    )


def _standing(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("select exception_id, kind from exceptions.exceptions").fetchall())


def _first_seen(connection: duckdb.DuckDBPyConnection) -> dict[str, date]:
    return dict(
        connection.execute("select exception_id, first_seen_on from exceptions.exceptions").fetchall()
    )


def _seen_before(bronze: BronzeStore, as_of: date) -> dict[str, str]:
    """The exceptions that the last run of an earlier business date saw: id -> kind."""
    last = (
        bronze.scan("run_observations")
        .filter(pl.col("as_of") < as_of)
        .select(pl.col("as_of").max())
        .collect()
    ).item()
    if last is None:
        return {}
    seen = (
        bronze.scan("exception_observations")
        .filter(pl.col("as_of") == last)
        .select("exception_id", "kind")
        .collect()
    )
    return dict(seen.iter_rows())


def _lines(connection: duckdb.DuckDBPyConnection, kinds: Iterable[str]) -> tuple[Line, ...]:
    """One line a kind, the worst first. A kind that the catalogue has no longer keeps its name."""
    counts = Counter(kinds)
    known = {
        kind: (severity, title, owner)
        for kind, severity, title, owner in connection.execute(
            "select kind, severity, title, owner from exceptions.kinds"
        ).fetchall()
    }
    lines = []
    for kind, count in counts.items():
        severity, title, owner = known.get(kind, ("info", kind, "data"))
        lines.append(Line(severity, kind, title, owner, count))
    return tuple(sorted(lines, key=lambda line: (SEVERITIES.index(line.severity), -line.count, line.kind)))


def _still(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    found = dict(
        connection.execute(
            "select case when status = $waived then $waived else severity end, count(*)"
            " from exceptions.exceptions group by all",
            {"waived": WAIVED},
        ).fetchall()
    )
    return {name: found.get(name, 0) for name in (*SEVERITIES, WAIVED)}


def _due(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, int]:
    """What is due by the morning; of tables without such a column nothing is."""
    there = {
        (f"{schema}.{table}", column)
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
        ).fetchall()
    }
    by = as_of + timedelta(days=DAYS_AHEAD)
    return {
        what: connection.execute(
            f"select count(*) from {table} where $by is not null and {rows}",  # noqa: S608 - texts of above
            {"by": by},
        ).fetchall()[0][0]
        for what, (table, column, rows) in _DUE.items()
        if (table, column) in there
    }


def _periods_due(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, journal: Journal | None, settings: Settings
) -> dict[str, int]:
    """Months of all locations that are over and not signed, and signatures that lapsed."""
    try:
        desk = CloseDesk(connection, Contained.in_publication(manifest), journal, settings)
    except NotFoundError:
        return {}
    over = [period for period in desk.periods("month", ALL_LOCATIONS) if period.end_on <= desk.as_of]
    standings = [desk.standing(period).status for period in over]
    return {
        "months that are over and not signed": sum(status not in (SIGNED, LAPSED) for status in standings),
        "signed months in which a figure moved": standings.count(LAPSED),
    }
