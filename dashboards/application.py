"""The web application: everything that it stands on, its routes, and the headers on every answer."""

import hashlib
import importlib.util
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access.accounts import Accounts, Session
from dashboards.access.identity import IdentityProvider
from dashboards.access.log import AccessLog
from dashboards.office import Office
from dashboards.published.snapshot import PublishedFiles
from dashboards.routing import COOKIE, ROUTES, Guarded
from dashboards.templating import Templates

_STATIC = Path(__file__).parent / "static"
_ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "htmx.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_PAGES = (
    "today",
    "balancing",
    "close",
    "decisions",
    "new_receipt",
    "workbook",
    "deposit",
    "records",
    "patient",
    "ask",
    "what_if",
    "runs",
    "people",
    "mine",
    "tables",
)
"""Modules of `dashboards.pages`; importing them declares their routes. Tables come last: theirs are general.
"""

_log = logging.getLogger("tieout.dashboards")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class House:
    """What the pages stand on."""

    published: PublishedFiles
    accounts: Accounts
    access_log: AccessLog
    office: Office
    templates: Templates
    is_behind_https: bool = False
    identity_provider: IdentityProvider | None = None

    def session_of(self, request: Request) -> Session | None:
        """The session of the request's cookie, None when it has none that is good."""
        token = request.cookies.get(COOKIE)
        return self.accounts.session(token) if token else None


def make_application(
    *,
    published: Path,
    accounts: Accounts,
    access_log: AccessLog,
    office: Office,
    host_names: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]"),
    is_behind_https: bool = False,
    identity_provider: IdentityProvider | None = None,
    is_warmed: bool = False,
) -> Starlette:
    """The application for one home folder. It answers to ``host_names`` only, so that no other name that is
    made to point at this machine can read its pages. ``is_warmed`` works out the first views of each new file
    before anybody asks.
    """
    assets = {name: _asset(name) for name in _ASSETS}
    version = hashlib.sha256(b"".join(assets.values())).hexdigest()[:12]
    files = PublishedFiles(published)
    house = House(
        files,
        accounts,
        access_log,
        office,
        Templates(office.practice_name, version),
        is_behind_https,
        identity_provider,
    )

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        if is_warmed:
            warming.start()
        yield
        if is_warmed:
            await run_in_threadpool(warming.stop)
        files.close()

    application = Starlette(
        routes=_routes(house, assets),
        lifespan=life,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(host_names), www_redirect=False),
            Middleware(_Headers, is_behind_https=is_behind_https),
        ],
        exception_handlers={500: _fault, 404: _missing, 405: _missing},
    )
    from dashboards.warming import Warming

    warming = application.state.warming = Warming(house)
    return application


def _routes(house: House, assets: dict[str, bytes]) -> list[BaseRoute]:
    for name in _PAGES:
        import_module(f"dashboards.pages.{name}")
    from dashboards.pages.sign_in import sign_in_routes

    def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in assets:
            return PlainTextResponse("There is no such file.", 404)
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(assets[name], media_type=_ASSETS[name], headers=headers)

    def icon(_: Request) -> Response:
        # Asked for by what shows no page of ours: a download, a bookmark of an older browser.
        return Response(assets["icon.svg"], media_type=_ASSETS["icon.svg"], headers=_FOR_A_DAY)

    return [
        Route("/assets/{version}/{name}", asset, name="asset"),
        Route("/favicon.ico", icon),
        *sign_in_routes(house),
        *(Route(route.path, _endpoint(house, route), methods=[route.method]) for route in ROUTES),
    ]


def _endpoint(house: House, route: Guarded) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await route.answer(house, request)

    return endpoint


def _asset(name: str) -> bytes:
    if name == "htmx.js":
        package = importlib.util.find_spec("js_lib_htmx")
        if package is None or not package.submodule_search_locations:
            raise RuntimeError("the package that carries htmx is not installed")
        return Path(package.submodule_search_locations[0], "static", "htmx", "htmx.min.js").read_bytes()
    return (_STATIC / name).read_bytes()


async def _fault(_: Request, error: Exception) -> Response:
    # Engines quote rows in their messages, so neither the page nor the log repeats one.
    _log.error("a fault of the program: %s", type(error).__name__)
    return PlainTextResponse("Something went wrong here. It is logged; nothing was changed.", 500)


async def _missing(_: Request, error: Exception) -> Response:
    return await run_in_threadpool(
        PlainTextResponse, "There is no such page.", getattr(error, "status_code", 404)
    )


_FOR_A_DAY = {"cache-control": "public, max-age=86400"}


class _Headers:
    """Puts the security headers on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp, *, is_behind_https: bool) -> None:
        self._app = app
        headers = dict(_HEADERS)
        if is_behind_https:
            headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self._headers if pair[0] not in own),
                ]
            await send(message)

        await self._app(scope, receive, with_headers)
