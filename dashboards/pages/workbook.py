"""Bringing a receipts import workbook: look at what a run would keep and refuse, then land it.

Belongs here: the two steps and what the access log keeps of them. Does not belong here: opening the workbook
and judging its rows, which the office has done within limits. A workbook names no locations, so only people
who see all of them bring one.
"""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.visit import Visit

LARGEST_UPLOAD = 8 * 1024 * 1024 + 64 * 1024


@guarded("/receipts/import", Permission.DECIDE)
def ask(visit: Visit) -> Response:
    """Ask for the workbook."""
    _need_all_locations(visit)
    return _page(visit)


@guarded("/receipts/import", Permission.DECIDE, method="POST", largest_form=LARGEST_UPLOAD)
def look(visit: Visit) -> Response:
    """Show what a run would make of the workbook that was sent. Nothing is kept of it but for a while."""
    _need_all_locations(visit)
    sent = visit.form.get("workbook")
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    try:
        preview = visit.house.office.workbooks.preview(data, visit.account.name)
    except RefusedError as error:
        return _page(visit, problem=str(error), status_code=400)
    visit.log(
        "tried",
        "workbook",
        preview.sha256,
        {"rows": preview.rows_read, "kept": preview.rows_kept, "refused": preview.rows_refused},
    )
    return _page(visit, preview=preview, problem=preview.problem, status_code=400 if preview.problem else 200)


@guarded("/receipts/import/land", Permission.DECIDE, method="POST")
def land(visit: Visit) -> Response:
    """Put the workbook that was looked at into the landing folder."""
    _need_all_locations(visit)
    name, sha256 = visit.house.office.workbooks.land(visit.text("token"), visit.account.name)
    visit.log("decided", "workbook", sha256, {"decision": "import", "file": name}, visit.text("reason"))
    return _page(visit, landed=name)


def _need_all_locations(visit: Visit) -> None:
    if not visit.scope.is_full:
        raise RefusedError("A workbook names no locations, so only people who see all of them bring one.")


def _page(
    visit: Visit, *, preview: object = None, problem: str = "", landed: str = "", status_code: int = 200
) -> Response:
    return visit.page(
        "workbook.html",
        status_code,
        title="Import a workbook",
        preview=preview,
        problem=problem,
        landed=landed,
        is_revealed=visit.session.is_revealed,
    )
