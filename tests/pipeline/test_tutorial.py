"""The tutorial is true: its commands, typed in its order, print what it shows."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.command import tieout

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "follow-one-payment.md"
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: str) -> list[tuple[str, str | None]]:
    """Every block of commands with the output that the page shows under it, or None where it shows none."""
    blocks = _BLOCK.findall(page)
    following = [*blocks[1:], ("sh", "")]
    return [
        (text, shown if kind == "text" else None)
        for (language, text), (kind, shown) in zip(blocks, following, strict=True)
        if language == "sh"
    ]


def commands(block: str) -> list[str]:
    """The commands of a block. A quotation may run over several lines; the alias is for people."""
    found: list[str] = []
    for line in block.splitlines():
        if found and found[-1].count('"') % 2:
            found[-1] += "\n" + line
        elif not line.startswith("alias "):
            found.append(line)
    return found


def typed(command: str, folder: Path) -> str:
    """What ``command`` prints on standard output, typed in ``folder``."""
    words = shlex.split(command)
    if words[0] != "tieout":
        shell = ["bash", "-c", command]
        return subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=True).stdout
    outcome = CliRunner().invoke(tieout, words[1:], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_the_tutorial_shows_what_its_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    compared = 0
    for block, shown in steps(TUTORIAL.read_text()):
        printed = ""
        for command in commands(block):
            if command == "make run":
                typed("tieout sample sample-home", tmp_path)
                typed("tieout run --home sample-home --as-of sample-end", tmp_path)
            else:
                printed += typed(command, tmp_path)
        if shown is not None:
            assert trimmed(printed) == trimmed(shown), block
            compared += 1
    assert compared >= 5


def trimmed(text: str) -> list[str]:
    """Lines without the blanks that a table carries at its ends."""
    return [line.rstrip() for line in text.strip().splitlines()]
