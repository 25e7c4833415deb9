"""Works out beforehand what everybody asks of a new file, so that nobody waits for it in the morning.

Belongs here: what is worth having ready, and when. Does not belong here: keeping it (`published.snapshot`).
What is kept ready is for people with full scope; the figures of a narrower scope are worked out when the
first of its people asks.
"""

import logging
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from starlette.requests import Request

from dashboards.access.accounts import Account, Session
from dashboards.access.roles import Role
from dashboards.access.scope import Grant, Scope
from dashboards.allocation import give_back
from dashboards.pages.tables import make_ready
from dashboards.pages.today import make_today_ready
from dashboards.published.snapshot import NothingPublishedError
from dashboards.tables.descriptor import described
from dashboards.visit import Visit

if TYPE_CHECKING:
    from dashboards.application import House

LOOK_EVERY_SECONDS = 10.0

_log = logging.getLogger("tieout.dashboards")


class Warming:
    """Follows the published files from a thread of its own, between `start` and `stop`."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._stopped = Event()
        self._thread = Thread(target=self._follow, name="tieout-warming", daemon=True)

    def start(self) -> None:
        """Begin with the file that is published now."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the question that is being asked."""
        self._stopped.set()
        self._thread.join()

    def _follow(self) -> None:
        warmed = ""
        self._house.templates.make_ready()
        while not self._stopped.is_set():
            with suppress(NothingPublishedError):
                warmed = self.make_ready(warmed)
            give_back()
            self._stopped.wait(LOOK_EVERY_SECONDS)

    def make_ready(self, warmed: str = "") -> str:
        """Work out the first views of the newest file unless it is of the run ``warmed``; its run."""
        nobody = Session(Account("", Role.VIEWER, Grant()), "", "", is_revealed=False)
        request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
        with self._house.published.current() as snapshot:
            if snapshot.run_id == warmed:
                return warmed
            with snapshot.cursor() as connection:
                visit = Visit(request, self._house, nobody, Scope(None), snapshot, connection)
                try:
                    make_today_ready(visit)
                    for name in described():
                        if self._stopped.is_set():
                            break
                        if visit.has_table(name):
                            make_ready(visit, name)
                except Exception as error:  # noqa: BLE001 - a page that is not ready is only slower
                    _log.warning("the pages could not be made ready: %s", type(error).__name__)
            return snapshot.run_id
