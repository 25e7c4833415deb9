"""Options that several subcommands share."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from orchestration.home import Home

SAMPLE_END = "sample-end"

Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """The home folder of the practice group: --home, else TIEOUT_HOME."""
    return click.option(
        "--home",
        required=True,
        envvar="TIEOUT_HOME",
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Home folder of the practice group.",
    )(command)


def existing_home(path: Path) -> Home:
    """The home folder at ``path``; a usage error when there is none."""
    if not path.is_dir():
        raise click.UsageError(f"there is no folder {path}; `tieout sample {path}` makes one to try")
    return Home(path.expanduser().resolve())


def business_date(text: str | None, home: Home) -> date | None:
    """The date that --as-of means: an ISO date, or the day of the last dated delivery."""
    if text is None:
        return None
    if text == SAMPLE_END:
        last = home.last_delivery_on()
        if last is None:
            raise click.BadParameter(
                f"{SAMPLE_END} needs a dated folder in {home.landing.name}", param_hint="--as-of"
            )
        return last
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text} is not a date; write it as 2026-03-31", param_hint="--as-of"
        ) from None
