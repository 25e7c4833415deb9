"""One request of one person: who asks, what may be seen, and the published file that answers.

Belongs here: what handlers have at hand. Does not belong here: deciding whether a person may be here at all
(`dashboards.routing`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import duckdb
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboards.access.accounts import Account, Session
from dashboards.access.roles import NEEDS_FULL_SCOPE, Permission
from dashboards.access.scope import Scope
from dashboards.published.snapshot import Snapshot
from dashboards.tables.columns import Table, bound
from dashboards.tables.descriptor import described
from dashboards.tables.query import TableQuery, may_see
from dashboards.tables.view import View, parse
from journal.entry import Json, Subject

if TYPE_CHECKING:
    from dashboards.application import House

Result = TypeVar("Result")


class MissingError(Exception):
    """There is no such thing, or it is not for this person: the two look alike on purpose."""


@dataclass(slots=True)
class Visit:
    """A request of a signed-in person, with the published file held open for it."""

    request: Request
    house: "House"
    session: Session
    scope: Scope
    snapshot: Snapshot
    connection: duckdb.DuckDBPyConnection
    form: FormData = field(default_factory=FormData)

    @property
    def account(self) -> Account:
        """Who asks."""
        return self.session.account

    def may(self, permission: Permission) -> bool:
        """Whether the person's role has a permission and the scope is wide enough for it."""
        if permission in NEEDS_FULL_SCOPE and not self.scope.is_full:
            return False
        return self.account.may(permission)

    def text(self, name: str) -> str:
        """A field of the form as text; empty when it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    # Tables ------------------------------------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """A table within this person's scope. Raises `MissingError`."""
        found = described().get(name)
        table = bound(found, self.snapshot) if found else None
        if table is None or not may_see(table, self.scope):
            raise MissingError
        return table

    def has_table(self, name: str) -> bool:
        """Whether the person may open a table and the file has it."""
        found = described().get(name)
        return found is not None and found.source in self.snapshot.tables and self._may_see(name)

    def open_tables(self) -> list[str]:
        """The names of all tables that the person may open."""
        return self.cached(("open tables",), lambda: [name for name in described() if self.has_table(name)])

    def _may_see(self, name: str) -> bool:
        table = bound(described()[name], self.snapshot)
        return table is not None and may_see(table, self.scope)

    def query(self, table: Table) -> TableQuery:
        """Questions about a table, held to this person's scope."""
        return TableQuery(self.connection, table, self.scope, is_revealed=self.session.is_revealed)

    def view(self, table: Table, query: str) -> View:
        """The view that an address says."""
        return parse(table, query, is_revealed=self.session.is_revealed)

    def cached(
        self,
        key: Iterable[object],
        compute: Callable[[], Result],
        *,
        on_pending: bool = True,
        is_page: bool = False,
    ) -> Result:
        """A result kept for everybody with the same scope while the file stays the same, and, unless
        ``on_pending`` says that it does not show them, while people decide nothing.
        """
        whole = (self.scope.locations, self.session.is_revealed, *key)
        return self.snapshot.cached(whole, compute, on_pending=on_pending, is_page=is_page)

    # Answers -----------------------------------------------------------------------------------------------

    def page(self, template: str, /, status_code: int = 200, **values: object) -> HTMLResponse:
        """A page made from a template."""
        content = self.house.templates.render(template, visit=self, **values)
        return HTMLResponse(content, status_code)

    def to(self, path: str) -> Response:
        """Go on to another page of ours."""
        return RedirectResponse(path, 303)

    def log(
        self,
        action: str,
        kind: str,
        subject_id: str,
        details: Mapping[str, Json] | None = None,
        reason: str = "",
    ) -> None:
        """Write to the access log what this person does; on the disk when it returns."""
        self.house.access_log.record(self.account.name, action, Subject(kind, subject_id), details, reason)
