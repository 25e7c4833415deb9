"""A statement of what is published in a home folder."""

from datetime import date

from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.settings import load_settings
from orchestration.statement.statement import Basis, TieOutStatement, View, read_locations


def read_statement(
    home: Home, location: str | None, start: date, end: date, basis: Basis, view: View
) -> TieOutStatement:
    """The statement of a location, or of all, from ``start`` to ``end``, both included.

    Raises `NothingPublishedError` before the first run.
    """
    manifest = current_publication(home.published)
    with connect(home.published) as connection:
        locations = read_locations(connection, location, start, end, basis, view)
    return TieOutStatement(
        practice_name=load_settings(home.settings).practice_name,
        run_id=manifest.run_id,
        as_of=date.fromisoformat(manifest.as_of),
        start=start,
        end=end,
        basis=basis,
        view=view,
        locations=locations,
    )
