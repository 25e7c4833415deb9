"""Commands of a desk as a person types them, on a home folder of a test."""

import json

from click.testing import CliRunner, Result

from orchestration.command import tieout
from orchestration.home import Home


def typed(home: Home, command: str, *arguments: str) -> Result:
    """What came of a command; its errors are raised in the result."""
    return CliRunner().invoke(
        tieout,
        [command, *arguments, "--home", str(home.root)],
        standalone_mode=False,
        env={"TIEOUT_PERSON": ""},
    )


def entered(home: Home, command: str, *arguments: str) -> tuple[int, dict]:
    """Enter something as maria on March 2: the exit code and what was printed."""
    outcome = typed(home, command, *arguments, "--by", "maria", "--on", "2026-03-02", "--json")
    assert outcome.exception is None, outcome.exception
    return outcome.return_value, json.loads(outcome.stdout)
