"""The run that is shown: what went in, what came out, and what it is sealed with."""

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.routing import guarded
from dashboards.visit import MissingError, Visit


@guarded("/run", Permission.SEE)
def run(visit: Visit) -> Response:
    """The manifest of the published file. Its totals cover every location, so it needs full scope."""
    if not visit.scope.is_full:
        raise MissingError
    return visit.page("run.html", title="This run", manifest=visit.snapshot.manifest)
