"""`tieout users`: who may come into the dashboards."""

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.options import existing_home, home_option
from orchestration.failures import AccountRefusedError

if TYPE_CHECKING:
    from dashboards.access.accounts import Accounts
    from dashboards.access.scope import Grant

ROLES = ("viewer", "operator", "reviewer", "analyst", "administrator")


@click.group("users")
def command() -> None:
    """Give people access to the dashboards, and take it away.

    \b
    Examples:
      tieout users add maria --role administrator --home practice
      tieout users add sam --role operator --location L01 --location L02 --home practice
      tieout users disable sam --home practice

    Passwords are asked for, or read from the first line of standard input. Every change is in the access log.
    """


def _scope_options(function: click.decorators.FC) -> click.decorators.FC:
    function = click.option(
        "--location", "locations", multiple=True, metavar="ID", help="Only this location."
    )(function)
    return click.option("--practice", "practices", multiple=True, metavar="ID", help="Only this practice.")(
        function
    )


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--identity", help="Subject at the identity provider; then no password is asked for.")
@_scope_options
@home_option
def add(
    name: str,
    role: str,
    identity: str | None,
    practices: tuple[str, ...],
    locations: tuple[str, ...],
    home: Path,
) -> None:
    """Make an account. Without --practice and --location it sees everything."""
    from dashboards.access.roles import Role

    password = None if identity else _password()
    grant = _grant(practices, locations)
    with _changing(home, name, "add", f"{role}, {grant}") as accounts:
        accounts.add(name, Role(role), grant, password=password, identity=identity)


@command.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_accounts(home: Path, as_json: bool) -> None:
    """List the accounts."""
    everyone = _accounts(home).everyone()
    if as_json:
        rows = [
            {
                "name": one.name,
                "role": one.role,
                "practices": sorted(one.grant.practices),
                "locations": sorted(one.grant.locations),
                "is_disabled": one.is_disabled,
            }
            for one in everyone
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    for one in everyone:
        click.echo(f"{one.name:<20} {one.role:<14} {'closed' if one.is_disabled else 'open':<8} {one.grant}")


@command.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Open it again.")
@home_option
def disable(name: str, undo: bool, home: Path) -> None:
    """Close an account at once. Accounts are never removed, because the log names them."""
    with _changing(home, name, "enable" if undo else "disable") as accounts:
        accounts.disable(name, is_disabled=not undo)


@command.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@home_option
def role(name: str, role: str, home: Path) -> None:
    """Give an account another role."""
    from dashboards.access.roles import Role

    with _changing(home, name, "role", role) as accounts:
        accounts.set_role(name, Role(role))


@command.command("scope")
@click.argument("name")
@_scope_options
@home_option
def scope(name: str, practices: tuple[str, ...], locations: tuple[str, ...], home: Path) -> None:
    """Give an account another scope; without options, everything."""
    grant = _grant(practices, locations)
    with _changing(home, name, "scope", str(grant)) as accounts:
        accounts.set_grant(name, grant)


@command.command("password")
@click.argument("name")
@home_option
def password(name: str, home: Path) -> None:
    """Give an account another password, unlock it and end its sessions."""
    new = _password()
    with _changing(home, name, "password") as accounts:
        accounts.set_password(name, new)


class _changing:  # noqa: N801 (used as `with _changing(...)`)
    """Opens the accounts, turns refusals into the command's, and writes the change into the access log."""

    def __init__(self, home: Path, name: str, change: str, told: str = "") -> None:
        self._home, self._name, self._change, self._told = existing_home(home), name, change, told

    def __enter__(self) -> "Accounts":
        return _accounts(self._home.root)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from dashboards.access.accounts import AccountError
        from dashboards.access.log import AccessLog
        from dashboards.access.passwords import WeakPasswordError
        from journal.entry import Subject
        from orchestration.serving.home_office import HomeOffice

        if isinstance(error, AccountError | WeakPasswordError):
            raise AccountRefusedError(f"nothing was changed: {error}") from None
        if error is None:
            log = AccessLog(self._home.access_log, HomeOffice(self._home).business_day)
            person = f"command line ({getpass.getuser()})"
            log.record(
                person, "changed", Subject("account", self._name), {"change": self._change, "to": self._told}
            )
            click.echo(f"{self._name}: {self._change}{f', {self._told}' if self._told else ''}")


def _accounts(home: Path) -> "Accounts":
    from dashboards.access.accounts import Accounts
    from dashboards.access.passwords import Passwords

    return Accounts(existing_home(home).accounts, Passwords())


def _grant(practices: tuple[str, ...], locations: tuple[str, ...]) -> "Grant":
    from dashboards.access.scope import Grant

    return Grant(frozenset(practices), frozenset(locations))


def _password() -> str:
    """A password that was not typed into the command line, where other people's `ps` would show it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
