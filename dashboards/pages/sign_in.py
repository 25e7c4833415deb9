"""Signing in, the only page for people who are not known yet. With a password, or through the practice's
identity provider.
"""

from collections.abc import Sequence
from hmac import compare_digest
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboards.access.accounts import Account
from dashboards.access.identity import SIGN_IN_SECONDS, IdentityError, Started
from dashboards.routing import COOKIE, is_same_origin
from journal.entry import Subject

if TYPE_CHECKING:
    from dashboards.application import House

_WRONG = "Name and password do not fit, or the account is closed or locked for a while."
_LARGEST = 4_096
_STARTED = "tieout_sign_in"


def sign_in_routes(house: "House") -> Sequence[BaseRoute]:
    """The pages that need no session."""

    def show(problem: str = "", status_code: int = 200) -> Response:
        page = house.templates.render("sign_in.html", problem=problem, provider=house.identity_provider)
        return HTMLResponse(page, status_code)

    def form(request: Request) -> Response:
        return RedirectResponse("/", 303) if house.session_of(request) else show()

    def checked(name: str, password: str) -> Response:
        account = house.accounts.checked(name, password)
        if account is None:
            # What was typed as a name may be a password, so only names of accounts are written down.
            known = {one.name.lower() for one in house.accounts.everyone()}
            who = name if name.lower() in known else "unknown"
            house.access_log.record(who, "sign_in_failed", Subject("session", who))
            return show(_WRONG, 401)
        return signed_in(house, account)

    async def send(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not is_same_origin(request) or not length.isdecimal() or int(length) > _LARGEST:
            return show("Load this page again and sign in.", 403)
        sent = await request.form(max_files=0, max_fields=5)
        return await run_in_threadpool(checked, str(sent.get("name", "")), str(sent.get("password", "")))

    def begin(request: Request) -> Response:
        provider = house.identity_provider
        if provider is None:
            return PlainTextResponse("There is no such page.", 404)
        try:
            address, started = provider.begin(_return_address(house, request))
        except IdentityError as error:
            return show(f"{str(error).capitalize()}.", 502)
        response = RedirectResponse(address, 303)
        response.set_cookie(
            _STARTED, started.cookie, max_age=int(SIGN_IN_SECONDS), httponly=True, samesite="lax",
            secure=house.is_behind_https, path="/sign-in",
        )  # fmt: skip
        return response

    def returned(request: Request) -> Response:
        provider = house.identity_provider
        if provider is None:
            return PlainTextResponse("There is no such page.", 404)
        started = Started.of_cookie(request.cookies.get(_STARTED, ""))
        if started is None or not compare_digest(started.state, request.query_params.get("state", "")):
            return show("This sign-in did not begin here, or took too long. Begin again.", 403)
        try:
            code = request.query_params.get("code", "")
            subject = provider.subject(_return_address(house, request), code, started)
        except IdentityError as error:
            house.access_log.record("unknown", "sign_in_failed", Subject("session", "identity provider"))
            return show(f"{str(error).capitalize()}.", 403)
        account = house.accounts.of_identity(subject)
        if account is None or account.is_disabled:
            who = account.name if account else "unknown"
            house.access_log.record(who, "sign_in_failed", Subject("session", who))
            return show("You are known, but have no account here. Ask your administrator.", 403)
        response = signed_in(house, account)
        response.delete_cookie(_STARTED, path="/sign-in")
        return response

    return [
        Route("/sign-in/provider", begin, methods=["GET"]),
        Route("/sign-in/return", returned, methods=["GET"]),
        Route("/sign-in", form, methods=["GET"]),
        Route("/sign-in", send, methods=["POST"]),
    ]


def _return_address(house: "House", request: Request) -> str:
    """Where the provider sends the browser back to, under the name by which the browser came."""
    scheme = "https" if house.is_behind_https else request.url.scheme
    return f"{scheme}://{request.headers['host']}/sign-in/return"


def signed_in(house: "House", account: Account) -> Response:
    """Start a session and go to the first page."""
    token = house.accounts.start_session(account)
    house.access_log.record(account.name, "signed_in", Subject("session", account.name))
    response = RedirectResponse("/", 303)
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=house.is_behind_https, path="/")
    return response
