"""`tieout serve`: the dashboards of a home folder, on this machine."""

import os
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.options import existing_home, home_option

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from dashboards.access.identity import IdentityProvider
    from orchestration.home import Home

LOOPBACK = "127.0.0.1"


@click.command("serve")
@home_option
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8350, show_default=True, help="0 takes a free one."
)
@click.option(
    "--host-name",
    "host_names",
    multiple=True,
    metavar="NAME",
    help="The name by which people reach it through a reverse proxy; may be given several times.",
)
@click.option("--behind-https", is_flag=True, help="A reverse proxy speaks HTTPS: send cookies over it only.")
@click.option(
    "--idle-minutes",
    type=click.IntRange(1, 720),
    default=20,
    show_default=True,
    help="Sign out who did nothing for so long.",
)
@click.option(
    "--oidc-issuer", envvar="TIEOUT_OIDC_ISSUER", help="Address of the practice's identity provider."
)
@click.option(
    "--oidc-client", envvar="TIEOUT_OIDC_CLIENT", help="Our id there; the secret is in TIEOUT_OIDC_SECRET."
)
@click.option("--open", "is_opened", is_flag=True, help="Open the first page in a browser.")
def command(
    home: Path,
    port: int,
    host_names: tuple[str, ...],
    behind_https: bool,
    idle_minutes: int,
    oidc_issuer: str | None,
    oidc_client: str | None,
    is_opened: bool,
) -> None:
    """Serve the dashboards on this machine.

    \b
    Examples:
      tieout users add maria --role administrator --home practice
      tieout serve --home practice
      tieout serve --host-name tieout.example.org --behind-https --home practice

    It listens on loopback only. A reverse proxy in front of it brings HTTPS and the practice's network; how
    is in docs/how-to/serve-to-a-practice.md. The newest published file is shown without a restart.
    """
    import uvicorn

    from dashboards.access.identity import IdentityProvider
    from dashboards.allocation import share_heaps
    from dashboards.charts.svg import draw_apart

    share_heaps()
    draw_apart()
    place = existing_home(home)
    provider = None
    if oidc_issuer and oidc_client:
        provider = IdentityProvider(oidc_issuer, oidc_client, os.environ.get("TIEOUT_OIDC_SECRET", ""))
    application = application_of(
        place,
        host_names=host_names,
        is_behind_https=behind_https,
        idle_minutes=idle_minutes,
        provider=provider,
        is_warmed=True,
    )
    config = uvicorn.Config(
        application,
        host=LOOPBACK,
        port=port,
        # Addresses carry patient numbers, and engines quote rows: neither belongs into a log.
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    sockets = [config.bind_socket()]
    address = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}"
    click.echo(f"Tieout is at {address}; stop it with Ctrl-C.")
    if is_opened:
        webbrowser.open(address)
    server.run(sockets=sockets)


def application_of(
    place: "Home",
    *,
    host_names: tuple[str, ...] = (),
    is_behind_https: bool = False,
    idle_minutes: float = 20,
    provider: "IdentityProvider | None" = None,
    is_warmed: bool = False,
) -> "Starlette":
    """The web application of a home folder; ``is_warmed`` makes the first views of a new file ready."""
    from dashboards.access.accounts import Accounts
    from dashboards.access.log import AccessLog
    from dashboards.access.passwords import Passwords
    from dashboards.application import make_application
    from orchestration.serving.home_office import HomeOffice

    office = HomeOffice(place)
    return make_application(
        published=place.published,
        accounts=Accounts(place.accounts, Passwords(), idle_seconds=idle_minutes * 60),
        access_log=AccessLog(place.access_log, office.business_day),
        office=office,
        host_names=(LOOPBACK, "localhost", *host_names),
        is_behind_https=is_behind_https,
        identity_provider=provider,
        is_warmed=is_warmed,
    )
