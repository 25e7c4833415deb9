"""What concerns the person alone: signing out and seeing what is masked, after saying why."""

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.office import RefusedError
from dashboards.routing import COOKIE, guarded
from dashboards.visit import Visit

SHORTEST_REASON = 8


@guarded("/sign-out", Permission.SEE, method="POST")
def sign_out(visit: Visit) -> Response:
    """End the session."""
    visit.house.accounts.end_session(visit.session)
    visit.log("signed_out", "session", visit.account.name)
    response = visit.to("/sign-in")
    response.delete_cookie(COOKIE)
    return response


@guarded("/reveal", Permission.REVEAL, method="POST")
def reveal(visit: Visit) -> Response:
    """Show names and birth dates for some minutes. The reason stays in the access log."""
    reason = visit.text("reason")
    if len(reason) < SHORTEST_REASON:
        raise RefusedError("Say why you must see them: a few words that a reviewer will understand.")
    visit.log("revealed", "session", visit.account.name, reason=reason)
    visit.house.accounts.reveal(visit.session)
    back = visit.text("back")
    return visit.to(back if back.startswith("/") and not back.startswith("//") else "/")
