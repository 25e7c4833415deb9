"""The one way in: every route is declared here with the permission it needs, and nothing is served without.

`guarded` is the only decorator that makes a route. It checks the session, the permission and, for everything
that is sent, that it comes from a page of ours; it takes the published file for the request and turns
refusals into pages that say no more than they must. Belongs here: who gets in. Does not belong here: which
rows (`dashboards.tables.query`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.accounts import Session
from dashboards.access.roles import Permission
from dashboards.office import RefusedError
from dashboards.published.snapshot import NothingPublishedError
from dashboards.tables.query import OutOfScopeError
from dashboards.tables.view import ViewError
from dashboards.visit import MissingError, Visit

if TYPE_CHECKING:
    from dashboards.application import House

_log = logging.getLogger("tieout.dashboards")

COOKIE = "tieout_session"
LARGEST_FORM = 1_000_000

Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A route: the address, the method, the permission it asks for, and what answers."""

    path: str
    method: str
    permission: Permission
    handler: Handler
    largest_form: int = LARGEST_FORM

    async def answer(self, house: "House", request: Request) -> Response:
        """Let the person in, or say why not."""
        session = await run_in_threadpool(house.session_of, request)
        if session is None:
            return _sign_in_first(request)
        if not session.account.may(self.permission):
            return _refusal(house, session, 403, "That is not part of your role.")
        form = FormData()
        if self.method == "POST":
            problem, form = await _form_of(request, session, self.largest_form)
            if problem:
                await form.close()
                return _refusal(house, session, 403, problem)
        try:
            return await run_in_threadpool(self._visited, house, request, session, form)
        finally:
            await form.close()

    def _visited(self, house: "House", request: Request, session: Session, form: FormData) -> Response:
        try:
            with house.published.current() as snapshot, snapshot.cursor() as connection:
                snapshot.keep_pending(house.office.pending(snapshot.manifest))
                scope = session.account.grant.within(snapshot.locations_of_practice)
                visit = Visit(request, house, session, scope, snapshot, connection, form)
                if not visit.may(self.permission):
                    return _refusal(house, session, 403, "That needs full scope.")
                return self.handler(visit)
        except NothingPublishedError:
            return _refusal(
                house, session, 503, "Nothing is published yet. The first run will fill these pages."
            )
        except (MissingError, OutOfScopeError):
            return _refusal(house, session, 404, "There is no such page, or it is not within your scope.")
        except ViewError as error:
            return _refusal(house, session, 400, f"This address cannot be read: {error}.")
        except RefusedError as error:
            return _refusal(house, session, 409, str(error))
        except Exception as error:  # noqa: BLE001 - engines quote rows, so only the kind of fault is kept
            _log.error("a fault of the program at %s: %s", self.path, type(error).__name__)
            return _refusal(
                house, session, 500, "Something went wrong here. It is logged, and nothing was changed."
            )


ROUTES: list[Guarded] = []


def guarded(
    path: str, permission: Permission, *, method: str = "GET", largest_form: int = LARGEST_FORM
) -> Callable[[Handler], Handler]:
    """Declare a route. ``permission`` is what a role must have to get in, ``largest_form`` in bytes."""

    def declare(handler: Handler) -> Handler:
        ROUTES.append(Guarded(path, method, permission, handler, largest_form))
        return handler

    return declare


def is_same_origin(request: Request) -> bool:
    """Whether what was sent comes from a page of this server, as the browser says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


async def _form_of(request: Request, session: Session, largest: int) -> tuple[str, FormData]:
    """The form that was sent and, when it is not to be trusted, why."""
    if int(request.headers.get("content-length") or largest + 1) > largest:
        return "That is more than a form can hold.", FormData()
    if not is_same_origin(request):
        return "That did not come from a page of this server.", FormData()
    form = await request.form(max_files=1, max_fields=20_000)
    token = form.get("form_token", "")
    if not isinstance(token, str) or not compare_digest(token.encode(), session.form_token.encode()):
        return "The page was too old. Go back, load it again and repeat what you did.", form
    return "", form


def _sign_in_first(request: Request) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


def _refusal(house: "House", session: Session, status_code: int, sentence: str) -> Response:
    content = house.templates.render(
        "refusal.html", sentence=sentence, session=session, status_code=status_code
    )
    return Response(content, status_code, media_type="text/html")
