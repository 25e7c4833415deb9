"""A Chromium for tests, without a window, and a server on loopback that stops by itself."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import uvicorn

from tests.dashboards.world import PASSWORD, World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where the browser is: TIEOUT_CHROMIUM, else the system's. Skips the test where there is none."""
    found = os.environ.get("TIEOUT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("there is no Chromium here; set TIEOUT_CHROMIUM to its path")
    return found


@contextmanager
def served(world: World) -> Iterator[str]:
    """The address at which the world's pages are served."""
    config = uvicorn.Config(
        world.application, host="127.0.0.1", port=0, access_log=False, log_level="warning"
    )
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.02)
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def opened(profile: Path, **options: object) -> Iterator["object"]:
    """A browser with a profile of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium(),
            headless=True,
            args=FLAGS,
            viewport={"width": 1440, "height": 900},
            **options,
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def watched(context: object) -> Iterator[object]:
    """A new page; leaving fails when the browser complained or something was asked of another place."""
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(10_000)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request",
        lambda request: (
            told.append(request.url)
            if "127.0.0.1" not in request.url and not request.url.startswith("data:")
            else None
        ),
    )
    yield page
    page.close()
    assert not told, "the browser complained, or something was asked of another place"


def serious(page: object) -> list[tuple[str, list[object]]]:
    """Serious and critical findings of the accessibility rules on a page: (rule, where)."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def sign_in(page: object, address: str, name: str) -> None:
    """Sign in as somebody of the world."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(f"{address}/")
