"""What-if: history replayed by the posting rules under other settings. Nothing is published or kept."""

from datetime import date

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.visit import Visit


@guarded("/what-if", Permission.SEE)
def choose(visit: Visit) -> Response:
    """The settings in force, each of which can be tried otherwise."""
    return _page(visit, {}, None, "")


@guarded("/what-if", Permission.SEE, method="POST")
def compared(visit: Visit) -> Response:
    """What would change. The replay covers every location, so it needs full scope."""
    if not visit.scope.is_full:
        raise RefusedError("A replay covers every location. It needs full scope.")
    changes = {
        setting.name: visit.text(setting.name)
        for setting in visit.house.office.what_if_settings()
        if visit.text(setting.name) not in {"", setting.value}
    }
    if not changes:
        return _page(visit, {}, None, "Change a setting first.")
    since = visit.text("since")
    try:
        start = date.fromisoformat(since) if since else None
        comparison = visit.house.office.what_if(changes, start)
    except ValueError:
        return _page(visit, changes, None, "Write the date as 2026-03-31.")
    except RefusedError as error:
        return _page(visit, changes, None, str(error))
    visit.log("tried", "settings", ",".join(changes), {"settings": changes})
    return _page(visit, changes, comparison, "")


def _page(visit: Visit, changes: dict[str, str], comparison: object, problem: str) -> Response:
    return visit.page(
        "what_if.html",
        400 if problem and changes else 200,
        title="What-if",
        settings=visit.house.office.what_if_settings(),
        changes=changes,
        since=visit.text("since"),
        comparison=comparison,
        problem=problem,
    )
