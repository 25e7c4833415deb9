"""The printable statement behind the balancing page."""

import base64
import hashlib
import re
from datetime import date

from starlette.responses import HTMLResponse, Response

from dashboards.access.roles import Permission
from dashboards.application import POLICY
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.tables.view import ViewError
from dashboards.visit import MissingError, Visit

BASES = {"clinic": "each clinic's own date", "deposit": "deposit date", "posting": "posting date"}
VIEWS = {"standard": "what the integration posted", "full_access": "with what people posted"}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@guarded("/statement", Permission.SEE)
def choose(visit: Visit) -> Response:
    """Ask which statement is wanted; start with the month of the last run."""
    table = visit.table("balancing")
    locations = [value for value, _ in visit.query(table).choices("location_id")]
    as_of = visit.snapshot.as_of
    return visit.page(
        "statement.html",
        title="Statement",
        locations=sorted(locations),
        start=as_of.replace(day=1),
        end=as_of,
        bases=BASES,
        views=VIEWS,
    )


@guarded("/statement/print", Permission.EXPORT)
def statement(visit: Visit) -> Response:
    """The statement, complete in itself. All locations together need full scope."""
    given = visit.request.query_params
    location = given.get("location") or None
    if location is None and not visit.scope.is_full:
        raise RefusedError("Choose one of your locations.")
    if location is not None and not visit.scope.has(location):
        raise MissingError
    start, end = _day(given.get("from", "")), _day(given.get("to", ""))
    basis, view = given.get("basis", "clinic"), given.get("view", "standard")
    if end < start or basis not in BASES or view not in VIEWS:
        raise ViewError("dates, basis or view")
    page = visit.house.office.statement(location, start, end, basis, view)
    visit.log(
        "exported",
        "statement",
        location or "all",
        {
            "from": start.isoformat(),
            "to": end.isoformat(),
            "basis": basis,
            "view": view,
            "sha256": hashlib.sha256(page.encode()).hexdigest(),
        },
    )
    # The statement brings its own style; only exactly this one may be used.
    styles = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
        for style in _STYLE.findall(page)
    )
    policy = POLICY.replace("style-src 'self'", f"style-src {styles}").replace("script-src 'self'; ", "")
    return HTMLResponse(page, headers={"content-security-policy": policy})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ViewError("the dates") from None
