"""People and what they looked at: accounts for the administrator, the access log for whoever reviews."""

from starlette.responses import Response

from dashboards.access.accounts import AccountError
from dashboards.access.passwords import WeakPasswordError
from dashboards.access.roles import Permission, Role
from dashboards.access.scope import Grant
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.visit import Visit

LOG_LINES = 500


@guarded("/people", Permission.ADMINISTER)
def people(visit: Visit) -> Response:
    """Every account with its role and scope."""
    locations = sorted({one for found in visit.snapshot.locations_of_practice.values() for one in found})
    return visit.page(
        "people.html",
        title="People",
        accounts=visit.house.accounts.everyone(),
        practices=sorted(visit.snapshot.locations_of_practice),
        locations=locations,
    )


@guarded("/people", Permission.ADMINISTER, method="POST")
def change(visit: Visit) -> Response:
    """Add an account or change one. Nobody changes their own."""
    name, action = visit.text("name"), visit.text("action")
    if name.lower() == visit.account.name.lower():
        raise RefusedError("Nobody changes their own account. Ask another administrator.")
    accounts = visit.house.accounts
    try:
        role = Role(visit.text("role")) if action in {"add", "role"} else None
        grant = Grant(_names(visit, "practices"), _names(visit, "locations"))
        match action:
            case "add" if role:
                accounts.add(name, role, grant, password=visit.text("password"))
            case "role" if role:
                accounts.set_role(name, role)
            case "scope":
                accounts.set_grant(name, grant)
            case "password":
                accounts.set_password(name, visit.text("password"))
            case "disable" | "enable":
                accounts.disable(name, is_disabled=action == "disable")
            case _:
                raise RefusedError("Choose what to change.")
    except (AccountError, WeakPasswordError) as error:
        raise RefusedError(f"Nothing was changed: {error}.") from None
    except ValueError:
        raise RefusedError("There is no such role.") from None
    details = {
        "change": action,
        "role": role or "",
        "scope": str(grant) if action in {"add", "scope"} else "",
    }
    visit.log("changed", "account", name, details)
    return visit.to("/people")


def _names(visit: Visit, field: str) -> frozenset[str]:
    return frozenset(name for name in visit.text(field).replace(",", " ").split() if name)


@guarded("/access-log", Permission.REVIEW)
def access_log(visit: Visit) -> Response:
    """Who saw, exported and decided what; the newest first."""
    entries = visit.house.access_log.latest(LOG_LINES)
    person, action = (
        visit.request.query_params.get("person", ""),
        visit.request.query_params.get("action", ""),
    )
    subject = visit.request.query_params.get("subject", "")
    chosen = [
        entry
        for entry in entries
        if (not person or entry.person == person)
        and (not action or entry.action == action)
        and (not subject or entry.subject_id == subject)
    ]
    visit.log("reviewed", "access_log", "access_log", {"entries": len(chosen)})
    return visit.page(
        "access_log.html",
        title="Access log",
        entries=chosen,
        is_sound=visit.house.access_log.is_sound(is_whole=visit.request.query_params.get("check") == "all"),
        persons=sorted({entry.person for entry in entries}),
        actions=sorted({entry.action for entry in entries}),
        person=person,
        action=action,
        subject=subject,
        most=LOG_LINES,
    )
