"""The `tieout` command. Each subcommand is a module of its own, loaded when it is asked for.

Belongs here: options, progress, printing and exit codes. Does not belong here: what a run does
(`orchestration.run`). Subcommand modules import nothing heavy at their top, so that help comes at once.
"""

import os
import sys
from importlib import import_module

import click

from ingestion.redaction import redacted
from orchestration import exit_codes
from orchestration.failures import RunInterruptedError, TieoutError

COMMANDS = (
    "run",
    "serve",
    "exceptions",
    "receipts",
    "charges",
    "remittances",
    "deposits",
    "close",
    "evidence",
    "verify",
    "digest",
    "users",
    "journal",
    "explain",
    "what-if",
    "statement",
    "restatement",
    "query",
    "docs",
    "status",
    "doctor",
    "profile",
    "sample",
    "documentation",
)

_EXIT_CODES = "\n".join(f"  {code:<4} {meaning}" for code, meaning in exit_codes.MEANINGS.items())


class _Commands(click.Group):
    """Finds a subcommand in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"orchestration.command.{cmd_name.replace('-', '_')}").command
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=f"\b\nExit codes:\n{_EXIT_CODES}",
)
@click.version_option(package_name="tieout", prog_name="tieout")
def tieout() -> None:
    """Tieout works out, every night, where every cent went, and shows what does not tie.

    \b
    A first look:
      tieout sample practice              make a practice group with 90 days of files
      tieout run --home practice --as-of sample-end
      tieout query "select * from marts.payment_balancing" --home practice

    \b
    Every day after that, drop files into practice/landing/ and:
      tieout run --home practice
    """


def main() -> None:
    """Run the command line and leave with one of `orchestration.exit_codes`."""
    try:
        code = tieout.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(exit_codes.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(exit_codes.USAGE)
    except RunInterruptedError as error:
        click.echo(f"tieout: {error}", err=True)
        # Threads of dbt may still be at work on the private file; the ordinary way out would wait or abort.
        os._exit(error.exit_code)
    except TieoutError as error:
        click.echo(f"tieout: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(exit_codes.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output left, as `| head` does.
        sys.stderr.close()
        sys.exit(exit_codes.RAN)
    except Exception as error:  # noqa: BLE001 - engines quote rows in their messages, so a traceback is not shown
        click.echo(f"tieout: a fault of the program: {redacted(error)}", err=True)
        sys.exit(exit_codes.UNEXPECTED)
    sys.exit(code if isinstance(code, int) else exit_codes.RAN)
