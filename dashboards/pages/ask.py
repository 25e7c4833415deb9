"""Ask: SQL on the published file, for people with full scope, with the data dictionary beside it.

Each question runs in an engine of its own that has the file attached read-only and reaches nothing else; the
engine is thrown away afterwards. Belongs here: that, its limits and the page. A question is logged before it
runs, because its answer cannot be held to less than everything.
"""

import csv
import io
from dataclasses import dataclass
from threading import Timer
from typing import Any

import duckdb
from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.published.snapshot import opened
from dashboards.routing import guarded
from dashboards.tables.columns import PROTECTED
from dashboards.tables.csv_export import harmless_texts
from dashboards.visit import Visit

MOST_ROWS = 1_000
MOST_EXPORTED = 100_000
SECONDS = 30.0
LONGEST = 20_000
_MEMORY = "384MB"
EXAMPLES = (
    (
        "What does not tie, by kind",
        "select kind, count(*) as exceptions, sum(amount_at_stake) as at_stake\n"
        "from exceptions.exceptions group by kind order by at_stake desc",
    ),
    (
        "Escrow by location",
        "select location_id, sum(escrow_amount) as escrow\nfrom marts.receipts group by all",
    ),
    (
        "Payers by money",
        "select payer_name, sum(check_amount) as paid\nfrom marts.era_dashboard group by all",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    is_cut: bool


class QuestionRefusedError(Exception):
    """The engine did not take the question. Whoever asks may read every row that the reason quotes."""


def answer(visit: Visit, sql: str, most: int) -> Answer:
    """Ask in an engine of its own. Raises `QuestionRefusedError`."""
    if any(name in sql.lower() for name in PROTECTED) and not visit.session.is_revealed:
        raise QuestionRefusedError("That asks for names or birth dates. Reveal them first.")
    connection = opened(visit.house.published.data_file(), memory_limit=_MEMORY)
    watch = Timer(SECONDS, connection.interrupt)
    try:
        connection.execute("use wh")
        watch.start()
        cursor = connection.execute(sql)
        columns = [column[0] for column in cursor.description or []]
        if PROTECTED.intersection(columns) and not visit.session.is_revealed:
            raise QuestionRefusedError("That shows names or birth dates. Reveal them first.")
        rows = cursor.fetchmany(most + 1) if columns else []
    except duckdb.InterruptException:
        raise QuestionRefusedError(f"It took longer than {SECONDS:.0f} seconds and was stopped.") from None
    except duckdb.Error as error:
        raise QuestionRefusedError(str(error)) from None
    finally:
        watch.cancel()
        connection.close()
    return Answer(columns, rows[:most], len(rows) > most)


@guarded("/ask", Permission.ASK)
def ask(visit: Visit) -> Response:
    """An empty page to ask on."""
    return _page(visit, "", None, "")


@guarded("/ask", Permission.ASK, method="POST")
def asked(visit: Visit) -> Response:
    """The answer on the page, or as CSV."""
    sql = visit.text("sql")[:LONGEST]
    if not sql:
        return _page(visit, "", None, "Write a question first.")
    is_export = visit.text("style") == "csv"
    visit.log("exported" if is_export else "asked", "sql", visit.snapshot.run_id, {"sql": sql})
    try:
        found = answer(visit, sql, MOST_EXPORTED if is_export else MOST_ROWS)
    except QuestionRefusedError as error:
        return _page(visit, sql, None, str(error))
    if is_export and not found.is_cut:
        return Response(
            as_csv(found),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="answer-{visit.snapshot.as_of}.csv"'},
        )
    if is_export:
        return _page(
            visit, sql, None, f"That is more than {MOST_EXPORTED:,} rows; use `tieout query --format csv`."
        )
    return _page(visit, sql, found, "")


def as_csv(found: Answer) -> bytes:
    """The answer as CSV, text made harmless in the engine as every other export is."""
    texts = [["" if value is None else str(value) for value in row] for row in found.rows]
    flat = harmless_texts([*found.columns, *(text for row in texts for text in row)])
    safe = iter(flat[len(found.columns) :])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(flat[: len(found.columns)])
    for row in texts:
        writer.writerow([next(safe) for _ in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _page(visit: Visit, sql: str, found: Answer | None, problem: str) -> Response:
    tables = [
        visit.snapshot.tables[name]
        for name in sorted(visit.snapshot.tables)
        if name.startswith(("marts.", "exceptions."))
    ]
    return visit.page(
        "ask.html",
        400 if problem and sql else 200,
        title="Ask",
        sql=sql,
        found=found,
        problem=problem,
        tables=tables,
        examples=EXAMPLES,
        most_rows=MOST_ROWS,
    )
